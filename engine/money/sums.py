"""The sum of many exact ratios."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import reduce

from engine.money.rounding import ratio


def exact_sum(values: Iterable[Fraction]) -> Fraction:
    """The sum, exactly: whole numbers are added per denominator, and reduced once at the end, not at every step."""
    sums: dict[int, int] = {}
    for value in values:
        over = value.denominator
        sums[over] = sums.get(over, 0) + value.numerator
    return reduce(lambda total, item: total + ratio(item[1], item[0]), sums.items(), Fraction(0))
