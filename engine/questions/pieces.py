"""A function of one quantity as exact pieces: a value at a point, and a line with stairs up to the next one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import cast

from engine.questions.errors import TooFine
from engine.questions.form import Form, Spot
from engine.questions.shape import Shape
from engine.rating import NoPrice, NotSold, RatingError

MOST_PIECES = 10_000
"""Pieces that one answer looks at; a price with more of them is asked about in a narrower range."""

Amount = Callable[[Fraction], Fraction | int]
"""Pico by quantity; raises `NoPrice` or `NotSold` where there is none."""


@dataclass(frozen=True, slots=True)
class Piece:
    """The amount at a quantity, and its shape above it, up to `end` (exclusive; None: for ever).

    `whole`: only whole quantities exist. `above` is None at the end of the range. An error stands where usage has no
    price.
    """

    at: Fraction
    value: Fraction | RatingError
    above: Shape | RatingError | None = None
    end: Fraction | None = None
    whole: bool = False


def pieces(amount: Amount, start: Fraction, stop: Fraction | None = None, *, whole: bool = False) -> Iterator[Piece]:
    """The pieces of `amount` from `start` to `stop` (both included; None: for ever), ascending.

    Raises `TooFine` after 10 000 of them.
    """
    at = start
    for _ in range(MOST_PIECES):
        value = _value(amount, at)
        if stop is not None and at >= stop:
            yield Piece(at, value, whole=whole)
            return
        spot = Spot(at, whole)
        above = _above(amount, spot)
        end = spot.until
        if end is not None and whole:
            end = Fraction(ceil(end))
        if stop is not None and (end is None or end > stop):
            end = stop
        yield Piece(at, value, above, end, whole)
        if end is None:
            return
        at = end
    raise TooFine(
        f"the amount changes its course more than 10_000 times up to {float_free(at)}",
        hint="ask about a narrower range with `--from` and `--to`",
    )


def float_free(value: Fraction) -> str:
    """A ratio for a message: whole, or as `n/d`."""
    return str(value.numerator) if value.denominator == 1 else f"{value.numerator}/{value.denominator}"


def _value(amount: Amount, at: Fraction) -> Fraction | RatingError:
    try:
        return Fraction(amount(at))
    except (NoPrice, NotSold) as error:
        return error


def _above(amount: Amount, spot: Spot) -> Shape | RatingError:
    try:
        found = amount(cast(Fraction, Form(spot, Shape(slope=Fraction(1)))))
    except (NoPrice, NotSold) as error:
        return error
    return found.shape if isinstance(found, Form) else Shape(Fraction(found))


def level(amount: Amount, subtracted: Fraction) -> Amount:
    """The amount less a constant: its sign says on which side of it the amount is."""
    return lambda quantity: amount(quantity) - subtracted


def difference(one: Amount, other: Amount) -> Amount:
    """One amount less another."""
    return lambda quantity: one(quantity) - other(quantity)
