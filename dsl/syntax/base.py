"""What every node of the syntax tree has: a place in the text, and names, texts and numbers that keep theirs."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple


class Span(NamedTuple):
    """A half-open range of characters; lines and columns count from 1, `end_column` is one past the last character."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the tree. The span takes no part in equality: two texts that say the same are the same tree."""

    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A bare word or dotted path that the author chose, e.g. `storage` or `data.region`."""

    text: str


@dataclass(frozen=True, slots=True)
class Text(Node):
    """Quoted text without its quotes."""

    value: str


def places_of(value: Decimal) -> int:
    """Digits written after the decimal point."""
    return max(0, -int(value.as_tuple().exponent))


@dataclass(frozen=True, slots=True)
class Number(Node):
    """An exact decimal as written, so `4.50` keeps two places. Signed where the grammar allows a sign."""

    value: Decimal

    @property
    def places(self) -> int:
        """Digits written after the decimal point."""
        return places_of(self.value)
