"""Metered charges of one plan in one period: measured, made billable, priced version by version."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType

from engine.calendar import SECOND, BandTable, band_table, shift, to_instant, to_local
from engine.model import Book, Charge, Meter, Ratchet, Rounding, Span
from engine.money import check_pico, exact_sum
from engine.rating.allowance import billable
from engine.rating.axes import bounds_of, sliced_calendars, sliced_names
from engine.rating.evaluate import Context, price_parts
from engine.rating.fees import issued
from engine.rating.lines import Line, rounded, to_step
from engine.rating.measure import portions
from engine.rating.parts import Part, step, total
from engine.rating.pooling import counted, pooled_portions
from engine.rating.readings import Portion, Reading
from engine.rating.recurring import local_segments
from engine.rating.series import series_price
from engine.rating.shares import DAILY, Cycle, Interval, share, spans_in
from engine.rating.slicing import Slicer
from engine.rating.subject import Subject
from engine.rating.terms import Segment


@dataclass(frozen=True, slots=True)
class Metered:
    """A charge's measured quantity and what became of it, for lines and expectations."""

    lines: tuple[Line, ...]
    measured: Fraction
    billable: Fraction


def meter_slicer(book: Book, meter: Meter, charges: Sequence[Charge], window: tuple[int, int], zone: str,
                 cuts: Sequence[int] = ()) -> Slicer:  # fmt: skip
    """How readings of a meter must be sliced for these versions of a charge."""
    names = tuple(sorted({*sliced_names(charges), *meter.by}))
    tables: dict[str, BandTable] = {}
    for name in sliced_calendars(charges):
        calendar = book.calendar(name)
        here = calendar.timezone or zone
        first = to_local(window[0], here).date() - dt.timedelta(days=1)
        last = to_local(window[1], here).date() + dt.timedelta(days=1)
        tables[name] = band_table(calendar, here, first, last)
    return Slicer(names, tables, tuple(cuts))


def usage_lines(
    book: Book, name: str, segments: Sequence[Segment], service: Interval, cycle: Cycle,
    readings: Mapping[str, Sequence[Reading]], subject: Subject, rounding: Rounding,
) -> Metered:  # fmt: skip
    """The usage lines of a charge: one for each version of its price that held during the service."""
    versions = [(i, s, c) for i, s in local_segments(segments, cycle) if (c := s.plan.charge(name)) is not None]
    versions = [v for v in versions if v[0][0] < service[1] and v[0][1] > service[0]]
    if not versions:
        return Metered((), Fraction(0), Fraction(0))
    zone = subject.timezone
    window = to_instant(service[0], zone), to_instant(service[1], zone)
    charges = [c for _, _, c in versions]
    meter = book.meter(charges[0].meter or "")
    cuts = [to_instant(i[0], zone) for i, _, _ in versions[1:]]
    slicer = meter_slicer(book, meter, charges, window, zone, cuts)
    found = counted(charges[-1], readings.get(meter.name, ()))
    measured = pooled_portions(meter, found, slicer, window[0], window[1], zone)
    quantity = exact_sum(p.quantity for p in measured)
    if charges[-1].ratchet is not None:
        measured = _ratcheted(charges[-1].ratchet, meter, measured, cycle, subject)
    # an event with a length may reach beyond the period: all its pieces are billed where it began
    beyond = max([window[1], *(p.time for p in measured)]) + 1
    lines: list[Line] = []
    used = Fraction(0)
    for number, (interval, segment, charge) in enumerate(versions):
        until = to_instant(interval[1], zone) if number + 1 < len(versions) else beyond
        since = to_instant(interval[0], zone) if number else window[0] - 1
        context = _context(book, charge, service, cycle, readings, subject, rounding)
        after = _priced(charge, [p for p in measured if p.time < until], context)
        before = _priced(charge, [p for p in measured if p.time < since], context) if number else ([], [])
        parts = step(after[0], before[0]) if number else after[0]
        here = _sum(after[1]) - _sum(before[1])
        used += here
        if number and not total(parts) and not here:
            continue
        lines.append(_line(charge, segment, interval, service, cycle, parts, here, meter, rounding))
    return Metered(tuple(lines), quantity, used)


def _sum(items: Sequence[Portion]) -> Fraction:
    return exact_sum(p.quantity for p in items)


def _priced(charge: Charge, measured: Sequence[Portion], context: Context) -> tuple[list[Part], list[Portion]]:
    """(parts, billable portions) of everything measured so far, under one version of the charge."""
    ready = billable(charge, measured, context.subject)
    return price_parts(charge.price, ready, context), ready


def _context(
    book: Book, charge: Charge, service: Interval, cycle: Cycle, readings: Mapping[str, Sequence[Reading]],
    subject: Subject, rounding: Rounding,
) -> Context:  # fmt: skip
    zone = subject.timezone
    window = to_instant(service[0], zone), to_instant(service[1], zone)
    meters: dict[str, Fraction] = {}
    for bound in bounds_of(charge.price):
        if bound.per_meter is not None:
            other = book.meter(bound.per_meter)
            found = portions(other, readings.get(other.name, ()), Slicer(other.by), window[0], window[1], zone)
            meters[bound.per_meter] = exact_sum(p.quantity for p in found)
    rule = charge.prorate
    shrink = share(service, cycle, rule) if rule is not None and rule.tiers else Fraction(1)
    return Context(
        spans=spans_held(service, zone),
        meters=meters,
        bill_zero=charge.when_zero == "flat",
        itemised=(charge.rounding or rounding).per == "event",
        subject=charge.meter or charge.name,
        series_at=lambda series, instant: series_price(series, to_local(instant, zone)),
        tier_share=shrink,
    )


@lru_cache(maxsize=256)
def spans_held(service: Interval, zone: str) -> Mapping[str, Fraction]:
    """How many of each span a period holds, for borders that move with its length.

    Hours are those that pass (a day of a clock change has 23 or 25); months are whole ones first, then days.
    """
    hours = Fraction(to_instant(service[1], zone) - to_instant(service[0], zone), 3600 * SECOND)
    whole = service[0].time() == service[1].time()
    days = Fraction((service[1].date() - service[0].date()).days) if whole else hours / 24
    months = spans_in(service, Span(1, "month"), DAILY)
    return MappingProxyType({
        "second": hours * 3600, "minute": hours * 60, "hour": hours, "day": days, "week": days / 7,
        "month": months, "quarter": months / 3, "half_year": months / 6, "year": months / 12,
    })  # fmt: skip


def _ratcheted(rule: Ratchet, meter: Meter, measured: list[Portion], cycle: Cycle, subject: Subject) -> list[Portion]:
    """The measured demand, lifted to a share of the highest of the months before."""
    start = cycle.instants[0]
    first = to_local(shift(start, rule.over, subject.timezone, -1), subject.timezone).date()
    floor = rule.least or Fraction(0)
    shares = dict(rule.months)
    for name, quantity, month in subject.earlier:
        if name == meter.name and first <= month < cycle.start.date():
            floor = max(floor, quantity * shares.get(month.month, rule.share))
    lacking = floor - _sum(measured)
    if lacking <= 0:
        return measured
    last = measured[-1] if measured else Portion(Fraction(0), start, (), 0, 1)
    return [*measured, replace(last, quantity=lacking, events=0)]


def _line(
    charge: Charge, segment: Segment, interval: Interval, service: Interval, cycle: Cycle, parts: Sequence[Part],
    quantity: Fraction, meter: Meter, rounding: Rounding,
) -> Line:  # fmt: skip
    exact = total(parts)
    rule = charge.rounding or rounding
    amount = _event_rounded(parts, rule) if rule.per == "event" else rounded(exact, rule)
    return Line(
        kind="usage",
        charge=charge.name,
        amount=amount,
        exact=exact,
        name=charge.name,
        label=charge.label or charge.name,
        quantity=quantity,
        unit=meter.unit or meter.currency,
        start=max(interval[0], service[0]),
        end=min(interval[1], service[1]),
        issued=issued(charge, segment.plan, cycle),
        taxed=charge.taxed,
        parts=tuple(parts),
        plan=segment.plan.name,
        place=charge.place,
    )


def _event_rounded(parts: Sequence[Part], rule: Rounding) -> int:
    """Each event's share of the charge rounded, then summed."""
    sums: dict[int, Fraction] = {}
    for part in parts:
        for event, amount in part.by_event:
            sums[event] = sums.get(event, Fraction(0)) + amount
    return check_pico(sum(to_step(amount, rule) for amount in sums.values()))
