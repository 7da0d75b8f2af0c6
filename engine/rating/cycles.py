"""Billing periods of a plan for one customer: anchors, stubs, and questions that span several periods."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from engine.calendar import add_months, calendar_anchor, month_length, periods_from
from engine.calendar.months import DAYS_OF, MICROSECONDS_OF, MONTHS_OF
from engine.model import Anchor, Plan, Span
from engine.rating.shares import Cycle, Interval
from engine.rating.subject import Subject


def cycles_of(plan: Plan, subject: Subject, period: Interval, zone: str) -> list[Cycle]:
    """A period no longer than the plan's cycle is one billing period; a longer one runs every period in it."""
    length = plan.cycle.length
    if period[1] <= _after(period[0], length):
        return [Cycle(period[0], period[1], period, zone, length)]
    signed = next((u.signed or u.start for u in subject.plans if u.signed or u.start), None)
    cycles = []
    for whole in _wholes(plan.cycle.anchor, length, signed, period):
        if whole[0] >= period[1]:
            break
        start, end = max(whole[0], period[0]), min(whole[1], period[1])
        cycles.append(Cycle(start, end, whole, zone, length))
    return cycles


def cycles_from(anchor: Anchor, length: Span, signed: dt.datetime, day: dt.date, zone: str) -> Iterator[Cycle]:
    """Whole billing periods of a subscription signed at a local moment, from the one that holds a local day."""
    at = dt.datetime(day.year, day.month, day.day)
    for whole in _wholes(anchor, length, signed, (at, at)):
        yield Cycle(whole[0], whole[1], whole, zone, length)


def _after(start: dt.datetime, length: Span) -> dt.datetime:
    if length.unit in MICROSECONDS_OF:
        return start + dt.timedelta(microseconds=length.count * MICROSECONDS_OF[length.unit])
    if length.unit in MONTHS_OF:
        months = length.count * MONTHS_OF[length.unit]
        day = add_months(start.date(), months)
        if start.day == month_length(start.year, start.month):
            day = day.replace(day=month_length(day.year, day.month))
        return dt.datetime.combine(day, start.time())
    return start + dt.timedelta(days=length.count * DAYS_OF[length.unit])


def _wholes(anchor: Anchor, length: Span, signed: dt.datetime | None, period: Interval) -> Iterator[Interval]:
    """Whole cycles from the one that holds the period's start."""
    if length.unit in MICROSECONDS_OF:
        yield from _hours(length, period[0])
        return
    base = anchor_day(anchor, length, (signed or period[0]).date())
    for start, end in periods_from(base, length.count, length.unit, period[0].date()):
        yield dt.datetime(start.year, start.month, start.day), dt.datetime(end.year, end.month, end.day)


def _hours(length: Span, start: dt.datetime) -> Iterator[Interval]:
    size = dt.timedelta(microseconds=length.count * MICROSECONDS_OF[length.unit])
    at = start.replace(hour=0, minute=0, second=0, microsecond=0)
    while at + size <= start:
        at += size
    while True:
        yield at, at + size
        at += size


def anchor_day(anchor: Anchor, length: Span, signed: dt.date) -> dt.date:
    """A day on which a cycle begins (language.md, Settled meanings: `on day N` for weeks, quarters, years)."""
    if anchor.signup:
        return signed
    if length.unit == "week":
        weekday = anchor.weekday if anchor.weekday is not None else (anchor.day or 1) - 1
        monday = calendar_anchor("week", signed)
        return monday + dt.timedelta(days=weekday)
    if length.unit == "day":
        return signed
    wanted = anchor.day or 1
    if anchor.month is not None:
        return dt.date(signed.year, anchor.month, min(wanted, month_length(signed.year, anchor.month)))
    months = length.count * MONTHS_OF[length.unit]
    if months == 1:
        return dt.date(signed.year, 1, wanted)
    if wanted == 1:
        return calendar_anchor(length.unit, signed)
    return dt.date(signed.year, signed.month, min(wanted, month_length(signed.year, signed.month)))
