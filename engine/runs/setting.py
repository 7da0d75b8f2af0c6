"""Where a run works and who ordered it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.journal import Store
from engine.ledger import EmbeddedLedger

Progress = Callable[[str], None]


def _silent(_: str) -> None:
    """No progress wanted."""


@dataclass(frozen=True, slots=True)
class RunSetting:
    """`faults` is called with the name of each step that is done: tests stop a run there."""

    root: Path
    store: Store
    ledger: EmbeddedLedger
    actor: str
    threads: int = 2
    memory_limit: str | None = None
    progress: Progress = _silent
    faults: Callable[[str], None] = _silent
