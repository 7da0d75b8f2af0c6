"""The atom of every price applied to the portions it holds for."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from engine.model import Rate
from engine.money import PICO, exact_sum, round_to_step
from engine.rating.errors import NotSold
from engine.rating.parts import Part
from engine.rating.readings import Portion


def slope(rate: Rate) -> Fraction:
    """Pico per base unit of a linear rate (`unit`, `percent`)."""
    if rate.kind == "percent":
        share = rate.share / (1 - rate.share) if rate.gross else rate.share
        return share * PICO
    value = Fraction(rate.amount * rate.per.denominator, rate.per.numerator)
    if rate.unit_rounding is None:
        return value
    rounding = rate.unit_rounding
    return round_to_step(value * rounding.per, Fraction(rounding.step), rounding.mode) / rounding.per


def packages(quantity: Fraction, size: Fraction) -> int:
    """Whole packages of a quantity: a started one counts."""
    return -((-quantity) // size)


def rate_parts(
    rate: Rate, portions: Sequence[Portion], *, reached: bool, itemised: bool, path: tuple[str, ...]
) -> list[Part]:
    """The part that a rate gives for all its portions together; `reached` says whether flat amounts are due."""
    quantity = exact_sum(p.quantity for p in portions)
    if rate.kind == "not_sold":
        if quantity:
            raise NotSold("this usage is not sold", rate.place, "the book says `not sold` here")
        return []
    flat = (rate.amount if rate.kind == "flat" else 0) + rate.plus_flat if reached else 0
    if not portions and not flat:
        return []
    bounded = rate.at_least is not None or rate.at_most is not None
    if bounded or itemised:
        items = _event_items(rate, portions, flat)
        amount = exact_sum(a for _, a in items)
        by_event = tuple(items) if itemised else ()
    else:
        amount = _whole(rate, quantity, sum(p.events for p in portions)) + flat
        by_event = ()
    return [Part(path, quantity, amount, rate.label, None, rate.place, by_event)]


def each_amount(rate: Rate) -> Fraction:
    """What every event adds; inside a gross percentage the fee carries its own share."""
    return Fraction(rate.plus_each) / (1 - rate.share) if rate.gross else Fraction(rate.plus_each)


def _whole(rate: Rate, quantity: Fraction, events: int) -> Fraction:
    each = each_amount(rate) * events
    if rate.kind == "flat":
        return each
    if rate.kind == "package":
        return Fraction(rate.amount) * packages(quantity, rate.per) + each
    return quantity * slope(rate) + each


def _event_items(rate: Rate, portions: Sequence[Portion], flat: int | Fraction) -> list[tuple[int, Fraction]]:
    """(event, amount) with each event's bounds; packages by the running total; a flat amount on the first event.

    A portion that stands for several alike events is bounded as so many equal ones.
    """
    totals: dict[int, list[Portion]] = {}
    for portion in portions:
        totals.setdefault(portion.event, []).append(portion)
    items, position = [], Fraction(0)
    for event, pieces in totals.items():
        quantity = exact_sum(p.quantity for p in pieces)
        events = sum(p.events for p in pieces)
        if rate.kind == "package":
            amount = Fraction(rate.amount) * (packages(position + quantity, rate.per) - packages(position, rate.per))
            amount += each_amount(rate) * events
        else:
            amount = _whole(rate, quantity, events)
        position += quantity
        items.append((event, _bounded(rate, amount, max(events, 1))))
    if flat:
        first, amount = items[0] if items else (0, Fraction(0))
        items[:1] = [(first, amount + flat)]
    return items


def _bounded(rate: Rate, amount: Fraction, events: int) -> Fraction:
    if rate.at_least is not None:
        amount = max(amount, Fraction(rate.at_least) * events)
    if rate.at_most is not None:
        amount = min(amount, Fraction(rate.at_most) * events)
    return amount
