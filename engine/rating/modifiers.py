"""`plus flat`, `plus each`, `at least`, `at most` on a whole block of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from engine.model import Committed, Matrix, Tiered
from engine.money import exact_sum
from engine.rating.parts import Part
from engine.rating.readings import Portion

Block = Tiered | Matrix | Committed


def modified(
    price: Tiered | Matrix | Committed,
    parts: list[Part],
    portions: Sequence[Portion],
    itemised: bool,
    path: tuple[str, ...],
) -> list[Part]:
    """The parts of a block with its own modifiers; per-event bounds need parts shared out over events."""
    extra: list[Part] = []
    if price.plus_each and portions:
        items = [(p.event, Fraction(price.plus_each) * p.events) for p in portions if p.events]
        amount = exact_sum(a for _, a in items)
        extra.append(Part((*path, "each"), Fraction(0), amount, "plus each", None, price.place, tuple(items)))
    if price.at_least is not None or price.at_most is not None:
        extra += _bounds(price, [*parts, *extra], portions, path)
    if price.plus_flat:
        first = portions[0].event if portions else 0
        flat = Fraction(price.plus_flat)
        extra.append(Part((*path, "flat"), Fraction(0), flat, "plus flat", None, price.place, ((first, flat),)))
    result = [*parts, *extra]
    return result if itemised else [replace(p, by_event=()) for p in result]


def _bounds(price: Block, parts: list[Part], portions: Sequence[Portion], path: tuple[str, ...]) -> list[Part]:
    """One part with what the bounds add to or take from each event."""
    sums: dict[int, Fraction] = {}
    for part in parts:
        for event, amount in part.by_event:
            sums[event] = sums.get(event, Fraction(0)) + amount
    counts: dict[int, int] = {}
    for portion in portions:
        counts[portion.event] = counts.get(portion.event, 0) + portion.events
    items = []
    for event, amount in sums.items():
        bounded, events = amount, max(counts.get(event, 1), 1)
        if price.at_least is not None:
            bounded = max(bounded, Fraction(price.at_least) * events)
        if price.at_most is not None:
            bounded = min(bounded, Fraction(price.at_most) * events)
        if bounded != amount:
            items.append((event, bounded - amount))
    if not items:
        return []
    change = exact_sum(a for _, a in items)
    return [Part((*path, "bounds"), Fraction(0), change, "at least, at most", None, price.place, tuple(items))]
