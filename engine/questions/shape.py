"""The numbers of a straight line with stairs on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeVar

from engine.questions.stairs import Side, Stair, stair

ZERO = Fraction(0)
Key = TypeVar("Key", Stair, int)


@dataclass(frozen=True, slots=True)
class Shape:
    """The numbers of a form. `unknown`: shares of what is split by changing weights; they must cancel out."""

    const: Fraction = ZERO
    slope: Fraction = ZERO
    stairs: Mapping[Stair, Fraction] = field(default_factory=dict)
    unknown: Mapping[int, Fraction] = field(default_factory=dict)

    def at(self, quantity: Fraction, side: Side = 0) -> Fraction:
        """The value at a quantity, or its limit just beside it."""
        steps = sum((c * s.steps(quantity, side) for s, c in self.stairs.items()), ZERO)
        return self.const + self.slope * quantity + steps

    def sign_above(self, quantity: Fraction) -> int:
        """The sign just above a quantity: -1, 0 or 1."""
        value = self.at(quantity, 1) or self.slope
        return (value > 0) - (value < 0)

    @property
    def settled(self) -> bool:
        """Whether it is the same for every quantity."""
        return not (self.slope or self.stairs or self.unknown)

    def plus(self, other: Shape, times: Fraction) -> Shape:
        """The sum with a multiple of another shape."""
        return Shape(
            self.const + times * other.const,
            self.slope + times * other.slope,
            _merged(self.stairs, other.stairs, times),
            _merged(self.unknown, other.unknown, times),
        )

    def times(self, factor: Fraction) -> Shape:
        """A multiple."""
        return Shape().plus(self, factor)

    def floor(self) -> Shape:
        """The whole number below a straight line without stairs."""
        if not self.slope:
            return Shape(Fraction(self.const // 1))
        # where it rises it is floor((q - offset) / size); where it falls, minus the ceiling of that
        rising = self.slope > 0
        step, more = stair(not rising, -self.const / self.slope, 1 / abs(self.slope))
        sign = Fraction(1 if rising else -1)
        return Shape(more * sign, ZERO, {step: sign})


def _merged(one: Mapping[Key, Fraction], other: Mapping[Key, Fraction], times: Fraction) -> Mapping[Key, Fraction]:
    if not other or not times:
        return one
    found = dict(one)
    for key, value in other.items():
        found[key] = found.get(key, ZERO) + times * value
    return {key: value for key, value in found.items() if value}
