"""Window boundaries inside a period: tumbling and sliding windows follow local wall time."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Protocol

from engine.calendar.clock import to_instant, to_local
from engine.calendar.months import DAYS_OF, MICROSECONDS_OF, MONTHS_OF, add_months
from engine.calendar.periods import calendar_anchor


class SpanLike(Protocol):
    """See `engine.model.Span`."""

    @property
    def count(self) -> int: ...
    @property
    def unit(self) -> str: ...


def boundaries(start: int, end: int, span: SpanLike, zone_name: str) -> list[int]:
    """Instants at which windows of `span` begin, from the first at or before `start` to the first at or after `end`.

    Hours and minutes are counted from local midnight, days from `start`'s day, weeks from Monday, months from the 1st.
    A wall time that a clock change skips is no boundary of its own.
    """
    local = to_local(start, zone_name)
    found = [to_instant(m, zone_name) for m in _wall_times(local, to_local(end, zone_name), span)]
    found = sorted(set(found))
    first = max((i for i, at in enumerate(found) if at <= start), default=0)
    last = next((i for i, at in enumerate(found) if at >= end), len(found) - 1)
    return found[first : last + 1]


def _wall_times(start: dt.datetime, end: dt.datetime, span: SpanLike) -> list[dt.datetime]:
    if span.unit in MICROSECONDS_OF:
        return _short(start, end, dt.timedelta(microseconds=span.count * MICROSECONDS_OF[span.unit]))
    day, moments = start.date(), []
    if span.unit in MONTHS_OF:
        at = calendar_anchor(span.unit, day)
        months = span.count * MONTHS_OF[span.unit]
        step = 0
        while True:
            here = add_months(at, step * months)
            moments.append(dt.datetime(here.year, here.month, here.day))
            if moments[-1] >= end:
                return moments
            step += 1
    at = calendar_anchor(span.unit, day)
    size = dt.timedelta(days=span.count * DAYS_OF[span.unit])
    moment = dt.datetime(at.year, at.month, at.day)
    while True:
        moments.append(moment)
        if moment >= end:
            return moments
        moment += size


def _short(start: dt.datetime, end: dt.datetime, size: dt.timedelta) -> list[dt.datetime]:
    """Wall times every `size`, starting anew at each local midnight when a day holds a whole number of them."""
    day = start.replace(hour=0, minute=0, second=0, microsecond=0)
    moments = []
    at = day
    while at < end:
        moments.append(at)
        at += size
    moments.append(at)
    return moments


def tumbling(start: int, end: int, span: SpanLike, zone_name: str) -> list[tuple[int, int]]:
    """Tumbling windows that overlap `[start, end)`, clipped to it."""
    marks = boundaries(start, end, span, zone_name)
    clipped = [(max(a, start), min(b, end)) for a, b in pairwise(marks)]
    return [w for w in clipped if w[0] < w[1]]


def sliding(start: int, end: int, size: SpanLike, step: SpanLike, zone_name: str) -> list[tuple[int, int]]:
    """Sliding windows `(end - size, end]` as half-open intervals: one ends at every step mark in `(start, end]`."""
    marks = [m for m in boundaries(start, end, step, zone_name) if start < m <= end]
    return [(shift(m, size, zone_name, -1), m) for m in marks]


def shift(instant: int, span: SpanLike, zone_name: str, sign: int = 1) -> int:
    """An instant moved by a span on the wall clock (days and longer) or by elapsed time (shorter)."""
    count = sign * span.count
    if span.unit in MICROSECONDS_OF:
        return instant + count * MICROSECONDS_OF[span.unit]
    local = to_local(instant, zone_name)
    if span.unit in MONTHS_OF:
        day = add_months(local.date(), count * MONTHS_OF[span.unit])
        return to_instant(dt.datetime.combine(day, local.time()), zone_name)
    return to_instant(local + dt.timedelta(days=count * DAYS_OF[span.unit]), zone_name)
