"""Dates, clock times and calendars with their bands."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from dsl.syntax import words
from dsl.syntax.base import Name, Node, Text


@dataclass(frozen=True, slots=True)
class Date(Node):
    """A calendar day, `2026-01-31`."""

    value: datetime.date


@dataclass(frozen=True, slots=True)
class Clock(Node):
    """A local time of day in microseconds after midnight; `24:00` is 86_400_000_000."""

    microseconds: int


@dataclass(frozen=True, slots=True)
class Month(Node):
    """`2017-01`: the first day of the month."""

    value: datetime.date


@dataclass(frozen=True, slots=True)
class MonthDay(Node):
    """`06-15`: a day of every year."""

    month: int
    day: int


@dataclass(frozen=True, slots=True)
class Moment(Node):
    """A day, or a local time on it, in the book's time zone."""

    date: Date
    time: Clock | None


@dataclass(frozen=True, slots=True)
class Hours(Node):
    """`18:00 to 23:00`, half-open; an end before the start wraps over midnight."""

    start: Clock
    end: Clock


@dataclass(frozen=True, slots=True)
class MonthRange(Node):
    """`jun` or `jun through sep`, words of three letters."""

    first: words.Month
    last: words.Month | None


@dataclass(frozen=True, slots=True)
class Season(Node):
    """`06-15 through 09-14`, both ends included; may wrap over the new year."""

    first: MonthDay
    last: MonthDay


@dataclass(frozen=True, slots=True)
class BandRule(Node):
    """One line of a band: what it covers is the intersection of its parts.

    days: words mon..sun, weekdays, weekends, holidays, "every day"; hours: union; months and seasons: union.
    """

    days: tuple[words.Day, ...] = ()
    hours: tuple[Hours, ...] = ()
    months: tuple[MonthRange, ...] = ()
    seasons: tuple[Season, ...] = ()
    except_holidays: bool = False


@dataclass(frozen=True, slots=True)
class Remainder(Node):
    """`otherwise`: every minute that no other band covers."""


@dataclass(frozen=True, slots=True)
class Band(Node):
    """`band peak { weekdays 18:00 to 23:00 }`: the union of its rules."""

    name: Name
    clauses: tuple[BandRule | Remainder, ...]


@dataclass(frozen=True, slots=True)
class Holiday(Node):
    """A day of the calendar's holiday list with its label."""

    date: Date
    label: Text | None


@dataclass(frozen=True, slots=True)
class Holidays(Node):
    """`holidays { ... }`."""

    clauses: tuple[Holiday, ...]
