"""Billing periods: half-open pieces of local time from an anchor, clamped at month ends without drifting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from engine.calendar.clock import midnight, to_instant
from engine.calendar.months import DAYS_OF, MICROSECONDS_OF, MONTHS_OF, add_months


@dataclass(frozen=True, slots=True)
class Period:
    """`[start, end)` as local dates of a zone; instants by `start_us` and `end_us`."""

    start: dt.date
    end: dt.date
    timezone: str

    @property
    def start_us(self) -> int:
        """First instant."""
        return midnight(self.start, self.timezone)

    @property
    def end_us(self) -> int:
        """First instant after the period."""
        return midnight(self.end, self.timezone)

    @property
    def days(self) -> int:
        """Local days, DST or not."""
        return (self.end - self.start).days


def _boundary(anchor: dt.date, step: int, count: int, unit: str) -> dt.date:
    if unit in MONTHS_OF:
        return add_months(anchor, step * count * MONTHS_OF[unit], anchor.day)
    return anchor + dt.timedelta(days=step * count * DAYS_OF[unit])


def periods_from(anchor: dt.date, count: int, unit: str, start: dt.date) -> Iterator[tuple[dt.date, dt.date]]:
    """Periods of an anchor, the first being the one that holds `start`. `unit` is day or longer.

    The k-th boundary is computed from the anchor itself, so 31 January gives 28 February and then 31 March.
    """
    if unit in MONTHS_OF:
        months = count * MONTHS_OF[unit]
        step = ((start.year - anchor.year) * 12 + start.month - anchor.month) // months - 1
    else:
        step = (start - anchor).days // (count * DAYS_OF[unit]) - 1
    while _boundary(anchor, step + 1, count, unit) <= start:
        step += 1
    while True:
        yield _boundary(anchor, step, count, unit), _boundary(anchor, step + 1, count, unit)
        step += 1


def period_holding(anchor: dt.date, count: int, unit: str, day: dt.date) -> tuple[dt.date, dt.date]:
    """The period that holds a local day."""
    return next(periods_from(anchor, count, unit, day))


def calendar_anchor(unit: str, near: dt.date) -> dt.date:
    """Anchor of calendar cycles: Monday for weeks, 1 January for quarters and longer, else the day or the 1st."""
    if unit == "week":
        return near - dt.timedelta(days=near.weekday())
    if unit == "day":
        return near
    return dt.date(near.year, 1, 1)


def clock_steps(start: dt.datetime, end: dt.datetime, count: int, unit: str) -> Iterator[dt.datetime]:
    """Local wall-clock boundaries from local midnight of `start`'s day, for spans shorter than a day."""
    size = dt.timedelta(microseconds=count * MICROSECONDS_OF[unit])
    at = start.replace(hour=0, minute=0, second=0, microsecond=0)
    while at + size <= start:
        at += size
    while at < end:
        yield at
        at += size


def instants(start: dt.datetime, end: dt.datetime, zone_name: str) -> tuple[int, int]:
    """Both ends of a local interval as instants."""
    return to_instant(start, zone_name), to_instant(end, zone_name)
