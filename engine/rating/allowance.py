"""From measured to billable: weights, rounding of quantities, free allowance, ratchets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from engine.model import Charge, Free, Matrix, QuantityRounding
from engine.money import exact_sum, round_to_step
from engine.rating.evaluate import row_of
from engine.rating.readings import Portion


def billable(charge: Charge, portions: Sequence[Portion], subject: str) -> list[Portion]:
    """The portions that the price form sees: weighed, rounded, less the free allowance, in event-time order.

    What each event is rounded to is what it reports, so it comes before its weight (a begun minute counts ten); a total
    is rounded after, since only weighed quantities make one total.
    """
    ordered = list(portions)
    if charge.round_to and charge.round_to.each_event:
        ordered = _rounded(charge, ordered, subject)
    if charge.weigh:
        ordered = [replace(p, quantity=p.quantity * _weight(charge, p)) for p in ordered]
    if charge.round_to and not charge.round_to.each_event:
        ordered = _rounded(charge, ordered, subject)
    if charge.free:
        ordered = after_free(charge.free, ordered)
    return ordered


def _weight(charge: Charge, portion: Portion) -> Fraction:
    assert charge.weigh is not None
    name, weights = charge.weigh
    return dict(weights).get(portion.value(name) or "", Fraction(1))


def _rounded(charge: Charge, portions: list[Portion], subject: str) -> list[Portion]:
    """Quantities rounded each event, or the scope's total (each row of an outermost matrix is a scope)."""
    rule = charge.round_to
    assert rule is not None
    scopes: dict[int, list[int]] = {}
    for index, portion in enumerate(portions):
        if rule.each_event:
            scope = portion.event
        else:
            scope = row_of(charge.price, portion, subject) if isinstance(charge.price, Matrix) else 0
        scopes.setdefault(scope, []).append(index)
    result = list(portions)
    for members in scopes.values():
        quantity = exact_sum(portions[i].quantity for i in members)
        last = members[-1]
        extra = rounded_quantity(rule, quantity, portions[last].events) - quantity
        result[last] = replace(portions[last], quantity=portions[last].quantity + extra)
    return result


def rounded_quantity(rule: QuantityRounding, quantity: Fraction, events: int = 1) -> Fraction:
    """A quantity rounded to the rule's step, and at least its `least`."""
    value = round_to_step(quantity, rule.step, rule.mode)
    return value if rule.least is None else max(value, rule.least)


def after_free(free: Free, portions: Sequence[Portion]) -> list[Portion]:
    """What is left after the first `quantity` and the first `events`, whichever ends first.

    What is free is decided by the running total: a correction gives back to the allowance what it took from it.
    A wholly free event disappears; a partly free one stays an event.
    """
    position = Fraction(0)
    events_left = free.events
    counted: set[int] = set()
    owed: dict[int, int] = {}
    result: list[Portion] = []
    for portion in portions:
        beyond = free.events is None and free.quantity is not None and position >= free.quantity
        if beyond and portion.quantity > 0 and portion.event not in owed:  # most events of a busy account
            position += portion.quantity
            result.append(portion)
            continue
        ended = events_left is not None and events_left <= 0 and portion.event not in counted
        taken = Fraction(0)
        if not ended:
            if events_left is not None and portion.event not in counted:
                events_left -= portion.events
                counted.add(portion.event)
            after = position + portion.quantity
            taken = portion.quantity
            if free.quantity is not None:
                taken = min(after, free.quantity) - min(position, free.quantity)
                ended = position >= free.quantity and portion.quantity >= 0
            position = after
        rest = portion.quantity - taken
        if rest or ended:
            alike = portion.events > 1 and portion.events == portion.quantity
            events = -(-rest // 1) if alike else portion.events + owed.pop(portion.event, 0)
            result.append(replace(portion, quantity=rest, events=events))
        elif portion.events:
            owed[portion.event] = portion.events
    return result
