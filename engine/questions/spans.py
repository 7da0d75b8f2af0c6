"""Where an amount is below zero, nothing, above it, or where there is no price: spans of the quantity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

from engine.questions.errors import TooFine
from engine.questions.pieces import MOST_PIECES, Piece
from engine.questions.shape import Shape
from engine.questions.turns import next_turn
from engine.rating import RatingError


@dataclass(frozen=True, slots=True)
class Span:
    """Quantities from `low` to `high` (None: without end), each bound belonging to them or not.

    `sign` of the amount there: -1, 0, 1; None where there is no price.
    """

    low: Fraction
    high: Fraction | None
    low_in: bool
    high_in: bool
    sign: int | None

    def holds(self, quantity: Fraction) -> bool:
        """Whether a quantity is one of them."""
        below = quantity < self.low or (quantity == self.low and not self.low_in)
        above = self.high is not None and (quantity > self.high or (quantity == self.high and not self.high_in))
        return not below and not above


def spans(found: Iterable[Piece]) -> Iterator[Span]:
    """The spans of one sign, as long as they can be, ascending; raises `TooFine` beyond 10 000."""
    last: Span | None = None
    count = 0
    for span in signs(found):
        if last is not None and last.sign == span.sign:
            last = replace(last, high=span.high, high_in=span.high_in)
            continue
        if last is not None:
            yield last
            count += 1
            if count > MOST_PIECES:
                raise TooFine(
                    "the answer changes more than 10_000 times",
                    hint="ask about a narrower range with `--from` and `--to`",
                )
        last = span
    if last is not None:
        yield last


def signs(found: Iterable[Piece]) -> Iterator[Span]:
    """The signs as they come, piece by piece: neighbours may have the same. Looks no further than it is asked for."""
    for piece in found:
        yield _point(piece.at, piece.value)
        if isinstance(piece.above, RatingError):
            yield from _open(piece.at, piece.end, None, piece.whole)
        elif piece.above is not None:
            yield from _signs(piece.above, piece)


def _signs(shape: Shape, piece: Piece) -> Iterator[Span]:
    """The signs of a shape between two points, both exclusive."""
    low = piece.at
    while True:
        sign, turn = shape.sign_above(low), next_turn(shape, low)
        if turn is None or (piece.end is not None and turn >= piece.end):
            yield from _open(low, piece.end, sign, piece.whole)
            return
        yield from _open(low, turn, sign, piece.whole)
        if not piece.whole or turn.denominator == 1:
            yield _point(turn, shape.at(turn))
        low = turn


def _point(at: Fraction, value: Fraction | RatingError) -> Span:
    sign = None if isinstance(value, RatingError) else (value > 0) - (value < 0)
    return Span(at, at, True, True, sign)


def _open(low: Fraction, high: Fraction | None, sign: int | None, whole: bool) -> Iterator[Span]:
    """The quantities between two points; of whole ones there may be none."""
    if not whole:
        yield Span(low, high, False, False, sign)
        return
    first = Fraction(floor(low) + 1)
    last = None if high is None else Fraction(ceil(high) - 1)
    if last is None or first <= last:
        yield Span(first, last, True, last is not None, sign)
