"""One difference between two books."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from engine.model import NOWHERE, Place

Kind = Literal["added", "removed", "changed", "renamed", "rewritten", "reworded"]
SILENT = ("rewritten", "reworded")
"""Kinds that change no bill: the same price written otherwise, and labels."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What stands at a path: `before` and `after` in words (None where it is not), and where in both books.

    `start`: the first day on which it matters. renamed: the same content under another name. rewritten: the same
    price, written otherwise. reworded: a label or a source.
    """

    path: tuple[str, ...]
    kind: Kind
    before: str | None
    after: str | None
    start: dt.date | None = None
    place_before: Place = NOWHERE
    place_after: Place = NOWHERE

    @property
    def matters(self) -> bool:
        """Whether it can change a bill, or what is offered."""
        return self.kind not in SILENT

    @property
    def text(self) -> str:
        """One line: `plan standard, charge storage, above 50 TB: USD 0.022 per GB -> ... from 2026-07-01`."""
        where = ", ".join(self.path)
        since = f" from {self.start}" if self.start is not None and self.matters else ""
        match self.kind:
            case "added":
                return f"{where}: added{_detail(self.after)}{since}"
            case "removed":
                return f"{where}: removed{_detail(self.before)}{since}"
            case "renamed":
                return f"{where}: renamed from {self.before} to {self.after}"
            case "rewritten":
                return f"{where}: same price, written otherwise: {self.before} -> {self.after}"
        return f"{where}: {self.before} -> {self.after}{since}"


def _detail(words: str | None) -> str:
    return f": {words}" if words else ""
