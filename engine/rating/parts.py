"""Parts of an amount: what `explain` prints, and what a step from one quantity to another is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from engine.model import NOWHERE, Place
from engine.money import exact_sum


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
    return exact_sum(p.amount for p in parts)


def step(after: Iterable[Part], before: Iterable[Part]) -> list[Part]:
    """`amount(q1) - amount(q0)` rule by rule: parts of `after` less those of `before`, event by event too."""
    rest: dict[tuple[str, ...], Part] = {}
    for part in before:
        held = rest.get(part.path)
        rest[part.path] = part if held is None else _sum(held, part)
    result = []
    for part in after:
        less = rest.pop(part.path, None)
        if less is not None:
            part = _sum(part, _negative(less))
        if part.quantity or part.amount:
            result.append(part)
    result += [_negative(p) for p in rest.values() if p.quantity or p.amount]
    return result


def _sum(one: Part, other: Part) -> Part:
    return replace(
        one,
        quantity=one.quantity + other.quantity,
        amount=one.amount + other.amount,
        by_event=one.by_event + other.by_event,
    )


def _negative(part: Part) -> Part:
    items = tuple((event, -amount) for event, amount in part.by_event)
    return replace(part, quantity=-part.quantity, amount=-part.amount, by_event=items)
