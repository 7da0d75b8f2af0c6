"""Filling tiers with portions: upper bounds are inclusive, filled in event-time order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import lcm

from engine.model import Place
from engine.money import ratio
from engine.rating.errors import NoPrice
from engine.rating.readings import Portion

Uppers = Sequence[Fraction | None] | Sequence[int | None]


def fill_tiers(
    uppers: Uppers, portions: Sequence[Portion], place: Place, subject: str
) -> tuple[list[list[Portion]], int]:
    """(portions of each tier, tier of the final position). Negative portions take back from the tier they came from.

    Everything is brought to one denominator first: the way through the tiers is then one of whole numbers.
    """
    over = lcm(*{n.denominator for n in (*uppers, *(p.quantity for p in portions)) if n is not None})
    bounds = [None if u is None else u.numerator * (over // u.denominator) for u in uppers]
    buckets: list[list[Portion]] = [[] for _ in uppers]
    position = 0
    for portion in portions:
        number = portion.quantity.numerator * (over // portion.quantity.denominator)
        pieces = _split(bounds, position, position + number, place, subject)
        if len(pieces) == 1 and pieces[0][1] == number:  # most portions stay in one tier, as they are
            buckets[pieces[0][0]].append(portion)
        else:
            for i, (tier, part) in enumerate(pieces):
                events = portion.events if i == 0 else 0
                if portion.events > 1 and portion.events == portion.quantity:
                    events = part // over
                buckets[tier].append(replace(portion, quantity=ratio(part, over), events=events))
        position += number
    return buckets, tier_at(bounds, position, place, subject)


def _split(bounds: Sequence[int | None], start: int, end: int, place: Place, subject: str) -> list[tuple[int, int]]:
    """The tiers that the way from `start` to `end` crosses, in order, with signed lengths.

    What lies beyond a closed last tier is in none of them: only where the usage ends decides whether it has a price.
    """
    low, high, sign = (start, end, 1) if end >= start else (end, start, -1)
    if low == high:
        return [(tier_at(bounds, low, place, subject), 0)]
    pieces, lower = [], None
    for tier, upper in enumerate(bounds):
        a = low if lower is None else max(low, lower)
        b = high if upper is None else min(high, upper)
        if a < b:
            pieces.append((tier, sign * (b - a)))
        lower = upper
    if not pieces:
        return [(len(bounds) - 1, 0)]
    return pieces if sign > 0 else pieces[::-1]


def tier_at(uppers: Uppers, position: Fraction | int, place: Place, subject: str) -> int:
    """The tier that holds a position: an upper bound belongs to its own tier; zero and below to the first."""
    for tier, upper in enumerate(uppers):
        if upper is None or position <= upper:
            return tier
    raise NoPrice(f"no price for {subject} beyond the last tier", place, "leave the last row open: `above ...`")


volume_tier = tier_at
"""A volume price takes the tier that holds the whole quantity."""
