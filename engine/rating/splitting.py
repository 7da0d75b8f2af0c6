"""Splitting an amount of a bill over its charges: by largest remainder, or exactly where nothing is rounded."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import cast

from engine.money import Unsettled, allocate


def split(amount: int, weights: Sequence[int], step: int = 1) -> list[int]:
    """Parts of `amount` (pico) by `weights`, in multiples of `step`; they always sum to the whole.

    Amounts that are not rounded (a step of zero) or not settled are split by their exact shares; weights must then
    not sum to zero.
    """
    if step and not any(isinstance(x, Fraction) for x in (amount, *weights)):
        return allocate(amount, weights, step)
    whole = sum(weights, Fraction(0))
    others = [Fraction(1) * amount / whole * weight for weight in weights[:-1]]
    return cast("list[int]", [*others, amount - sum(others, Fraction(0))])


def is_due(part: int | Fraction) -> bool:
    """Whether a part makes a line; one that is not settled does, whatever it comes to."""
    return isinstance(part, Unsettled) or part != 0
