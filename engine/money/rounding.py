"""Rounding and division of exact ratios: the only place where a quotient becomes an integer."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal, cast

Mode = Literal["half_up", "half_even", "up", "down", "half_down", "ceiling", "floor"]

MODES: tuple[str, ...] = ("half_up", "half_even", "up", "down", "half_down", "ceiling", "floor")


class Unsettled(Fraction):
    """A ratio that is not one number yet, such as an amount that depends on a quantity still open: it rounds itself.

    It is its own numerator, over 1: what reads both and goes on with sums, products and comparisons stays exact.
    """

    __slots__ = ()

    def whole(self, mode: Mode) -> Unsettled:
        """This ratio rounded to an integer, open in the same way."""
        raise TypeError(f"{type(self).__name__} does not say how it rounds")


def ratio(numerator: int | Fraction, denominator: int) -> Fraction:
    """An exact quotient, also of a whole number that is not settled."""
    if isinstance(numerator, Unsettled):
        return numerator / Fraction(denominator)
    return Fraction(numerator, denominator)


def divide(numerator: int, denominator: int, mode: Mode = "half_up") -> int:
    """Divide two integers and round the quotient to an integer.

    `half_up` is half away from zero (the default of semantics.md §1); `up` is away from zero and
    `down` towards zero, so that a credit rounds as its charge does.
    """
    if denominator == 0:
        raise ZeroDivisionError("division of an amount by zero")
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    if mode == "floor":
        return numerator // denominator
    if mode == "ceiling":
        return -(-numerator // denominator)
    sign = -1 if numerator < 0 else 1
    whole, rest = divmod(abs(numerator), denominator)
    return sign * (whole + _carry(whole, rest, denominator, mode))


def _carry(whole: int, rest: int, denominator: int, mode: Mode) -> int:
    if rest == 0 or mode == "down":
        return 0
    if mode == "up":
        return 1
    twice = 2 * rest
    if twice != denominator:
        return int(twice > denominator)
    if mode == "half_even":
        return whole & 1
    return int(mode == "half_up")


def round_ratio(value: Fraction, mode: Mode = "half_up") -> int:
    """Round an exact ratio to an integer."""
    if isinstance(value, Unsettled):
        return cast(int, value.whole(mode))
    return divide(value.numerator, value.denominator, mode)


def round_to_step(value: Fraction, step: Fraction, mode: Mode = "half_up") -> Fraction:
    """Round to the nearest multiple of `step` in the direction `mode` says."""
    return round_ratio(value / step, mode) * step
