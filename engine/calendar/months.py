"""Calendar arithmetic on local dates: months that clamp without drifting, lengths of spans."""

from __future__ import annotations

import calendar
import datetime as dt

MONTHS_OF = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
"""Spans that follow the calendar, in months."""

MICROSECONDS_OF = {"second": 1_000_000, "minute": 60_000_000, "hour": 3_600_000_000}
"""Spans of fixed length on the clock."""

DAYS_OF = {"day": 1, "week": 7}
"""Spans of whole local days."""


def month_length(year: int, month: int) -> int:
    """Days of a month."""
    return calendar.monthrange(year, month)[1]


def add_months(day: dt.date, months: int, anchor_day: int | None = None) -> dt.date:
    """`day` moved by whole months; the day is `anchor_day` (else that of `day`), clamped to the month's end."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    wanted = anchor_day or day.day
    return dt.date(year, month + 1, min(wanted, month_length(year, month + 1)))


def add_span(day: dt.date, count: int, unit: str) -> dt.date:
    """`day` plus a span of days or longer."""
    if unit in MONTHS_OF:
        return add_months(day, count * MONTHS_OF[unit])
    return day + dt.timedelta(days=count * DAYS_OF[unit])


def days_30_360(start: dt.date, end: dt.date) -> int:
    """Days from `start` to `end` when every month has 30 days; the last day of a month is day 30, `end` exclusive."""

    def number(day: dt.date) -> int:
        last = day.day == month_length(day.year, day.month)
        return day.year * 360 + day.month * 30 + (30 if last else min(day.day, 30))

    return number(end - dt.timedelta(days=1)) - number(start) + 1
