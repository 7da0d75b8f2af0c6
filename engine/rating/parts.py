"""Parts of an amount: what `explain` prints, and what a step from one quantity to another is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from engine.model import NOWHERE, Place


@dataclass(frozen=True, slots=True)
class Part:
    """An exact amount (pico, as a ratio) that one rule gave for one quantity (base units).

    `path` identifies the rule inside the price: tier and row numbers from the outside in. `tier` is the 1-based
    outermost tier. `by_event` (only when asked for) shares the amount out over events.
    """

    path: tuple[str, ...]
    quantity: Fraction
    amount: Fraction
    label: str = ""
    tier: int | None = None
    place: Place = NOWHERE
    by_event: tuple[tuple[int, Fraction], ...] = ()


def total(parts: Iterable[Part]) -> Fraction:
    """The sum of the amounts."""
    return sum((p.amount for p in parts), Fraction(0))


def step(after: Iterable[Part], before: Iterable[Part]) -> list[Part]:
    """`amount(q1) - amount(q0)` rule by rule: parts of `after` less those of `before`."""
    rest: dict[tuple[str, ...], Part] = {}
    for part in before:
        held = rest.get(part.path)
        rest[part.path] = (
            part
            if held is None
            else replace(part, quantity=part.quantity + held.quantity, amount=part.amount + held.amount)
        )
    result = []
    for part in after:
        less = rest.pop(part.path, None)
        if less is not None:
            part = replace(part, quantity=part.quantity - less.quantity, amount=part.amount - less.amount)
        if part.quantity or part.amount:
            result.append(part)
    result += [replace(p, quantity=-p.quantity, amount=-p.amount) for p in rest.values() if p.quantity or p.amount]
    return result
