"""Givens turned into readings: measured values as they are, raw events through each meter's filter and measure."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from engine.calendar import SECOND, to_instant
from engine.model import Book, GivenEvent, Givens, GivenUsage, Meter, Property, Scalar
from engine.rating.errors import BadRequest
from engine.rating.expressions import MissingValue, as_number, as_text, evaluate, matches
from engine.rating.readings import Reading


@dataclass(frozen=True, slots=True)
class Gathered:
    """Readings by meter, and how many events were quarantined (no number where one is needed, or a conflict)."""

    readings: Mapping[str, Sequence[Reading]]
    quarantined: int


def gather(book: Book, givens: Givens, first: dt.datetime, zone: str) -> Gathered:
    """Readings of everything given; usage without a time happens at `first`, in the order given."""
    found: dict[str, list[Reading]] = defaultdict(list)
    for number, usage in enumerate(givens.usage):
        try:
            meter = book.meter(usage.meter)
        except KeyError:
            raise BadRequest(f"the book has no meter `{usage.meter}`", usage.place) from None
        found[meter.name].append(_measured(usage, meter, number, first, zone))
    events, conflicts = _identified(givens)
    quarantined = conflicts
    for number, event in enumerate(events):
        missing = False
        for meter in book.meters:
            if event.type not in meter.event_types:
                continue
            try:
                reading = reading_of(meter, event, number, zone)
            except MissingValue:
                missing = True
                continue
            if reading is not None:
                found[meter.name] += [reading] * event.count
        quarantined += missing
    return Gathered(found, quarantined)


def _measured(usage: GivenUsage, meter: Meter, number: int, first: dt.datetime, zone: str) -> Reading:
    count = meter.measure.aggregation == "count" and usage.quantity.denominator == 1 and usage.quantity >= 0
    return Reading(
        time=to_instant(usage.at or first, zone),
        value=usage.quantity,
        attributes=dict(usage.attributes),
        events=usage.quantity.numerator if count else 1,
        order=("", f"{number:09}"),
        given=True,
        customer=usage.customer,
    )


def _identified(givens: Givens) -> tuple[list[GivenEvent], int]:
    """Events known by `as_of`, each identity once; (events, conflicts): the first content of an identity stays."""
    seen: dict[tuple[str | None, str], GivenEvent] = {}
    kept: list[GivenEvent] = []
    conflicts = 0
    known = [e for e in givens.events if givens.as_of is None or (e.known or e.at) <= givens.as_of]
    for event in sorted(known, key=lambda e: e.known or e.at):
        if event.id is not None:
            first = seen.get((event.source, event.id))
            if first is not None:
                conflicts += (first.type, first.at, first.attributes) != (event.type, event.at, event.attributes)
                continue
            seen[event.source, event.id] = event
        kept.append(event)
    return kept, conflicts


def reading_of(meter: Meter, event: GivenEvent, number: int, zone: str) -> Reading | None:
    """One event as a meter sees it; None when the filter leaves it out; raises `MissingValue`."""
    attributes = dict(event.attributes)
    if not matches(meter.where, attributes):
        return None
    return measured_reading(
        meter, attributes, to_instant(event.at, zone), (event.source or "", event.id or f"{number:09}"), event.customer
    )


def measured_reading(
    meter: Meter, attributes: dict[str, Scalar], time: int, order: tuple[str, str], customer: str | None = None
) -> Reading:
    """The reading of an event that passed the filter; raises `MissingValue`."""
    measure = meter.measure
    value, key = Fraction(1), None
    if measure.aggregation == "unique":
        assert isinstance(measure.value, Property)
        if measure.value.name not in attributes:
            raise MissingValue(f"property `{measure.value.name}` is absent")
        key = as_text(attributes[measure.value.name])
    elif measure.value is not None:
        value = evaluate(measure.value, attributes)
    if measure.least is not None:
        value = max(value, measure.least)
    if measure.most is not None:
        value = min(value, measure.most)
    return Reading(
        time=time,
        value=value if measure.aggregation == "unique" or meter.factor == 1 else value * meter.factor,
        attributes=attributes,
        order=order,
        key=key,
        operation=_operation(meter, attributes),
        end=_end(meter, attributes, time),
        customer=customer,
    )


def _operation(meter: Meter, attributes: Mapping[str, Scalar]) -> str | None:
    name = meter.measure.operation
    if name is None:
        return None
    return as_text(attributes[name]) if name in attributes else "add"


def _end(meter: Meter, attributes: Mapping[str, Scalar], time: int) -> int | None:
    if meter.lasts is None:
        return None
    name, seconds = meter.lasts
    length = as_number(attributes.get(name))
    if length is None:
        raise MissingValue(f"property `{name}` is absent or not a number")
    exact = length * seconds * SECOND
    return time + exact.numerator // exact.denominator
