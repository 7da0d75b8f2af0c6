"""The quantities at which an amount, or an amount per unit, can be least or greatest: between two of them it only
rises or only falls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from engine.questions.errors import TooFine
from engine.questions.pieces import Piece
from engine.questions.shape import ZERO, Shape
from engine.questions.stairs import Side, common_size
from engine.questions.turns import jumps
from engine.rating import RatingError

ENDLESS = "the amount falls and rises for ever in this plan"


@dataclass(frozen=True, slots=True)
class Node:
    """An amount at a quantity, or its limit just beside it. `fault`: there is no price, from here to the next node."""

    at: Fraction
    side: Side
    value: Fraction = ZERO
    fault: RatingError | None = None


@dataclass(frozen=True, slots=True)
class Tail:
    """How an amount goes on above `at` without end: its last shape, and by how much it grows for a unit over time."""

    at: Fraction
    shape: Shape

    @property
    def slope(self) -> Fraction:
        """What a unit adds on average over many steps."""
        steps = sum((c / s.size for s, c in self.shape.stairs.items()), ZERO)
        return self.shape.slope + steps


def nodes(found: Iterable[Piece], *, every: bool = False) -> tuple[list[Node], Tail | None]:
    """The nodes of all pieces, ascending, and how the last piece goes on where the range has no end.

    Steps that repeat are looked at in their first and last repetition only; `every`: all of them wherever the amount
    does not simply rise.
    """
    made: list[Node] = []
    tail: Tail | None = None
    for piece in found:
        made.append(_node(piece.at, 0, piece.value))
        if isinstance(piece.above, RatingError):
            made.append(_node(piece.at, 1, piece.above))
        elif piece.above is not None:
            made += _whole_nodes(piece.above, piece, every) if piece.whole else _nodes(piece.above, piece, every)
            if piece.end is None:
                tail = Tail(piece.at, piece.above)
    return made, tail


def rises(shape: Shape) -> bool:
    """Whether a shape never falls."""
    return shape.slope >= 0 and all(c >= 0 for c in shape.stairs.values())


def _node(at: Fraction, side: Side, value: Fraction | RatingError) -> Node:
    return Node(at, side, fault=value) if isinstance(value, RatingError) else Node(at, side, value)


def _marks(shape: Shape, piece: Piece, size: Fraction, every: bool) -> list[Fraction]:
    """Where steps end strictly inside a piece: all of them, or those of the first and the last repetition."""
    if not shape.stairs or (every and rises(shape)):
        return []
    if piece.end is None:
        if every:
            raise TooFine(ENDLESS, hint="say up to where with `--to`")
        return list(jumps(shape, piece.at, piece.at + size))
    if every or piece.at + 2 * size >= piece.end:
        return [m for m in jumps(shape, piece.at, piece.end) if m < piece.end]
    first = list(jumps(shape, piece.at, piece.at + size))
    return [*first, *(m for m in jumps(shape, piece.end - size, piece.end) if m < piece.end)]


def _nodes(shape: Shape, piece: Piece, every: bool) -> Iterator[Node]:
    yield Node(piece.at, 1, shape.at(piece.at, 1))
    for mark in _marks(shape, piece, common_size(shape.stairs), every):
        sides: tuple[Side, ...] = (-1, 0, 1)
        yield from (Node(mark, side, shape.at(mark, side)) for side in sides)
    if piece.end is not None:
        yield Node(piece.end, -1, shape.at(piece.end, -1))


def _whole_nodes(shape: Shape, piece: Piece, every: bool) -> Iterator[Node]:
    """Whole quantities beside the jumps, and the first and last of the piece."""
    size = Fraction(common_size(shape.stairs).numerator or 1)
    first = floor(piece.at) + 1
    last = None if piece.end is None else ceil(piece.end) - 1
    found = {first} if last is None else {first, last}
    for mark in _marks(shape, piece, size, every):
        found |= {floor(mark), floor(mark) + 1, ceil(mark) - 1}
    for at in sorted(found):
        if at >= first and (last is None or at <= last):
            yield Node(Fraction(at), 0, shape.at(Fraction(at)))
