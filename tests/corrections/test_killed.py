"""A correction run that is stopped anywhere is completed by running it again: the same bytes."""

from __future__ import annotations

import hashlib
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from engine.journal import LeaseHeld
from engine.workspace import Workspace
from tests.corrections.kit import balances, billed, correct, documents, late, with_clause
from tests.workspace.kit import World

STEPS = ("compared", "written", "committed", "posted")
NOW = 1_796_169_600_000_000


class Stopped(Exception):
    """The machine went away."""


def stopped_after(step: str) -> object:
    def fault(name: str) -> None:
        if name == step:
            raise Stopped(name)

    return fault


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Two customers billed, with late events of both: one more, one less."""
    made = billed(tmp_path_factory.mktemp("waiting"), with_clause("charge on own invoice"))
    late(made, 5)
    late(made, -9, time="2026-10-06T00:00:00Z")
    return made


def copied(made: World, folder: Path) -> World:
    """The same world elsewhere."""
    shutil.copytree(made.folder, folder, dirs_exist_ok=True)
    return World(folder, made.count)


def digests(made: World) -> dict[str, str]:
    """What a correction wrote."""
    files = sorted(p for p in made.path.rglob("*") if p.is_file() and p.suffix in (".parquet", ".jsonl"))
    return {str(p.relative_to(made.path)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@pytest.mark.parametrize("step", STEPS)
def test_a_stopped_correction_is_completed_to_the_same_bytes(waiting: World, tmp_path: Path, step: str) -> None:
    whole, broken = copied(waiting, tmp_path / "whole"), copied(waiting, tmp_path / "broken")
    correct(whole)
    with Workspace.open(broken.path) as workspace, pytest.raises(Stopped):
        workspace.correct("2026-10", now=NOW, reason="late", faults=stopped_after(step))  # type: ignore[arg-type]
    correct(broken)
    assert digests(broken) == digests(whole)
    assert documents(broken, "correction") == documents(whole, "correction")
    assert balances(broken) == balances(whole)
    assert correct(broken)["already"]
    assert broken.do("verify")["findings"] == []


def test_two_corrections_at_once_are_refused(waiting: World, tmp_path: Path) -> None:
    made = copied(waiting, tmp_path)
    with (
        Workspace.open(made.path) as first, first.store.lease("run", "somebody", NOW),
        Workspace.open(made.path) as second, pytest.raises(LeaseHeld),
    ):  # fmt: skip
        second.correct("2026-10", now=NOW, reason="late")
    assert Decimal(correct(made)["difference"]["USD"]) == Decimal("-0.40")
