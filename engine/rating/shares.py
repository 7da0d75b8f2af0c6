"""Shares of a period: proration as an exact fraction (semantics.md §7.1)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from engine.calendar import add_months, add_span, days_30_360, to_instant
from engine.calendar.months import MONTHS_OF
from engine.model import Prorate, Span

Interval = tuple[dt.datetime, dt.datetime]
"""A half-open local interval."""

DAILY = Prorate()


@dataclass(frozen=True, slots=True)
class Cycle:
    """A billing period `[start, end)` in local time and the whole cycle it is (part of): the denominator of shares.

    `timing`: which of its charges the invoice carries. A run puts those in advance on the invoice of the cycle's start
    and those in arrears, credits, minimums and caps on that of its end; `all` where both fall together.
    """

    start: dt.datetime
    end: dt.datetime
    whole: Interval
    timezone: str
    length: Span
    timing: Literal["all", "advance", "arrears"] = "all"

    @property
    def instants(self) -> tuple[int, int]:
        """Both ends as instants."""
        return to_instant(self.start, self.timezone), to_instant(self.end, self.timezone)


def day_of(moment: dt.datetime, *, up: bool = False) -> dt.date:
    """The local day of a moment; `up`: an end inside a day takes in that day."""
    if up and moment.time() != dt.time():
        return moment.date() + dt.timedelta(days=1)
    return moment.date()


def days(interval: Interval) -> int:
    """Local days that an interval touches."""
    return (day_of(interval[1], up=True) - day_of(interval[0])).days


def share(interval: Interval, cycle: Cycle, rule: Prorate) -> Fraction:
    """The part of a whole cycle that an active interval is."""
    if interval[0] >= interval[1]:
        return Fraction(0)
    if rule.basis == "full":
        return Fraction(1)
    if rule.basis == "none":
        return Fraction(int(interval == cycle.whole))
    if rule.basis == "secondly":
        a, b = (to_instant(m, cycle.timezone) for m in interval)
        c, d = (to_instant(m, cycle.timezone) for m in cycle.whole)
        return Fraction(b - a, d - c)
    if rule.basis == "30/360":
        months = Fraction(cycle.length.count * MONTHS_OF.get(cycle.length.unit, 1))
        return Fraction(days_30_360(interval[0].date(), day_of(interval[1], up=True))) / (30 * months)
    if interval == cycle.whole:
        return Fraction(1)
    if rule.basis == "fixed":
        return Fraction(days(interval), rule.days or 30)
    return Fraction(days(interval), days(cycle.whole))


def spans_in(interval: Interval, span: Span, rule: Prorate) -> Fraction:
    """How many of a shorter cadence an interval holds: whole ones first from its start, then days of the next one."""
    start, end = day_of(interval[0]), day_of(interval[1], up=True)
    if span.unit == "day":
        return Fraction((end - start).days, span.count)
    if span.unit not in MONTHS_OF and span.unit != "week":
        raise ValueError(f"a cadence of {span.unit}s is shorter than a day")
    whole = 0
    while add_span(start, span.count * (whole + 1), span.unit) <= end:
        whole += 1
    at = add_span(start, span.count * whole, span.unit)
    if at == end or rule.basis == "none":
        return Fraction(whole)
    if rule.basis == "full":
        return Fraction(whole + 1)
    after = add_span(start, span.count * (whole + 1), span.unit)
    return whole + Fraction((end - at).days, (after - at).days)


def intersect(intervals: list[Interval], window: Interval) -> list[Interval]:
    """The parts of intervals inside a window."""
    cut = [(max(a, window[0]), min(b, window[1])) for a, b in intervals]
    return [i for i in cut if i[0] < i[1]]


def subtract(intervals: list[Interval], hole: Interval) -> list[Interval]:
    """Intervals without a hole."""
    result = []
    for a, b in intervals:
        for piece in ((a, min(b, hole[0])), (max(a, hole[1]), b)):
            if piece[0] < piece[1]:
                result.append(piece)
    return result


def months_between(start: dt.date, end: dt.date) -> int:
    """Whole months from one day to another."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if add_months(start, months) <= end else months - 1
