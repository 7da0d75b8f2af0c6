"""Stairs: whole numbers of steps that a quantity has climbed, the only jumps that a price makes.

Up to a point x they are `ceil((x - offset) / size)` (a begun package counts) or `floor((x - offset) / size)` (a cent is
rounded up when its half is reached): the two differ only where a step ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, gcd, lcm
from typing import Literal

Side = Literal[-1, 0, 1]
"""Just below a point, at it, just above it."""


@dataclass(frozen=True, slots=True)
class Stair:
    """Steps of `size` that begin at `offset` in `[0, size)`. `begun`: a begun step counts (ceil), else a full one."""

    begun: bool
    offset: Fraction
    size: Fraction

    def steps(self, at: Fraction, side: Side) -> int:
        """How many steps there are at a point, or just beside it."""
        way = (at - self.offset) / self.size
        if side == 0:
            return ceil(way) if self.begun else floor(way)
        return floor(way) + self.begun if side > 0 else ceil(way) - (not self.begun)

    def next_jump(self, at: Fraction) -> Fraction:
        """The first point after `at` where a step ends."""
        return self.offset + (floor((at - self.offset) / self.size) + 1) * self.size


def stair(begun: bool, offset: Fraction, size: Fraction) -> tuple[Stair, int]:
    """The stair of any offset, and the steps that it has more than the one returned."""
    turns = floor(offset / size)
    return Stair(begun, offset - turns * size, size), -turns


def common_size(stairs: Mapping[Stair, Fraction]) -> Fraction:
    """The length after which all stairs repeat: the least common multiple of their sizes."""
    found = Fraction(0)
    for one in stairs:
        size = one.size
        if not found:
            found = size
        else:
            found = Fraction(lcm(found.numerator, size.numerator), gcd(found.denominator, size.denominator))
    return found
