"""Where in a price book's text a rule stands: what `explain` and diagnostics point to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Place:
    """File, 1-based line and column, and the source text of the clause."""

    path: str = ""
    line: int = 0
    column: int = 0
    text: str = ""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


NOWHERE = Place()


def place_field() -> Any:
    """A `place` field: kept out of equality, hashing and the digest of meaning."""
    return field(default=NOWHERE, compare=False, repr=False)
