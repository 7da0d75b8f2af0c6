"""Licensed quantities over time: what is held when, and what a rise above the highest so far costs."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from engine.model import Charge
from engine.rating.fees import priced
from engine.rating.parts import Part, step
from engine.rating.shares import Interval, intersect
from engine.rating.subject import LocalTime, Subject


def quantities(charge: Charge, piece: Interval, subject: Subject) -> list[tuple[Interval, Fraction | None]]:
    """The piece cut where the licensed quantity changes, in base units; a fee has no quantity."""
    if charge.licensed is None:
        return [(piece, None)]
    steps = subject.licensed.get(charge.licensed, ())
    result: list[tuple[Interval, Fraction | None]] = []
    for i, (start, quantity) in enumerate(steps):
        following = steps[i + 1][0] if i + 1 < len(steps) else None
        low = piece[0] if start is None else max(piece[0], start)
        high = piece[1] if following is None else min(piece[1], following)
        if low < high:
            result.append(((low, high), quantity))
    return result


def highest(charge: Charge, pieces: Iterable[Interval], until: LocalTime, subject: Subject) -> Fraction | None:
    """The highest quantity served before a moment, in base units: 0 for a fee that was served, None for no service."""
    before = intersect(list(pieces), (LocalTime.min, until))
    held = [quantity or Fraction(0) for piece in before for _, quantity in quantities(charge, piece, subject)]
    return max(held, default=None)


def rise(charge: Charge, quantity: Fraction | None, before: Fraction | None) -> list[Part] | None:
    """What a quantity costs beyond the highest before it (see `highest`); None where it does not rise above it."""
    if before is None:
        return None if quantity == 0 else priced(charge, quantity)
    if quantity is None or quantity <= before:
        return None
    return step(priced(charge, quantity), priced(charge, before) if before else [])
