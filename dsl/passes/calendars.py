"""RB4: every minute of every kind of day is in exactly one band of a calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from dsl import syntax
from dsl.calendars import MICROSECONDS_PER_MINUTE, rules_of, takes_rest
from dsl.diagnostics.model import Diagnostic, Label, error, note, warning
from dsl.passes.pieces import Piece
from dsl.passes.scope import Scope
from dsl.syntax import every, only, walk
from dsl.syntax.base import Span
from engine.calendar.bands import MINUTES, minutes_of
from engine.calendar.clock import naive_us, offset_changes
from engine.model import BandRule

# 28 years hold every weekday for every day of the year
_YEARS = range(2000, 2028)


class _Day(NamedTuple):
    """A kind of day: a date with its weekday and season, and whether it or the day before is a holiday."""

    date: dt.date
    holidays: frozenset[dt.date]

    @property
    def words(self) -> str:
        """`Monday`, `Monday in December`, `a Monday that is a holiday`."""
        name = self.date.strftime("%A")
        return f"a holiday on {name}" if self.date in self.holidays else name


def check_calendars(scope: Scope, piece: Piece) -> list[Diagnostic]:
    """Findings about calendars."""
    found: list[Diagnostic] = []
    for calendar in piece.of(syntax.Calendar):
        wrong = _hours(calendar)
        found += wrong or _coverage(calendar)
        found += _holidays(scope, calendar) + _clock_changes(scope, calendar)
    return found


def _hours(calendar: syntax.Calendar) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    for node in walk(calendar):
        if isinstance(node, syntax.Hours):
            if node.start.microseconds == node.end.microseconds:
                found.append(
                    error(
                        "RB403",
                        node.span,
                        "the two hours are equal",
                        caret="the whole day, or nothing?",
                        help="leave the hours out for the whole day",
                    )
                )
            for clock in (node.start, node.end):
                if clock.microseconds % MICROSECONDS_PER_MINUTE:
                    found.append(error("RB408", clock.span, "a band begins and ends at a whole minute"))
    return found


def _coverage(calendar: syntax.Calendar) -> list[Diagnostic]:
    bands = every(calendar, syntax.Band)
    rest = [band for band in bands if takes_rest(band)]
    if len(rest) > 1:
        return [
            error("RB402", rest[1].span, "two bands take what is left", labels=(Label(rest[0].span, "first here"),))
        ]
    rules = {band.name.text: rules_of(band) for band in bands}
    names = {band.name.text: band for band in bands}
    found: list[Diagnostic] = []
    told: set[tuple[str, ...]] = set()
    held: set[str] = set()
    for day in _kinds_of_days(rules):
        for start, end, covering in _pieces(rules, day):
            held |= set(covering) if covering else {band.name.text for band in rest}
            if len(covering) == 1 or (not covering and rest) or covering in told:
                continue
            told.add(covering)
            where = f"{day.words} {_time(start)} to {_time(end)}"
            both = [names[name] for name in covering]
            found.append(_overlap(both[0], both[1], where, start, end) if both else _hole(calendar, where))
    return found or [_empty(band) for band in bands if band.name.text not in held]


def _empty(band: syntax.Band) -> Diagnostic:
    what = "nothing is left for it" if takes_rest(band) else "no day and hour fits"
    return warning(
        "RB405",
        band.name.span,
        f"band {band.name.text} is never used",
        caret=what,
        help="remove it, or widen its hours",
    )


def _hole(calendar: syntax.Calendar, where: str) -> Diagnostic:
    return error(
        "RB401",
        calendar.name.span,
        f"no band covers {where}",
        notes=(f"in calendar {calendar.name.text}",),
        help="widen a band, or add `band rest { otherwise }`",
    )


def _overlap(first: syntax.Band, second: syntax.Band, where: str, start: int, end: int) -> Diagnostic:
    """The help names two hours where moving one of them ends the overlap."""
    help = f"let `{second.name.text}` start where `{first.name.text}` ends"
    for early, late in ((first, second), (second, first)):
        ends = any(rule.end == end for rule in rules_of(early))
        if ends and any(rule.start == start for rule in rules_of(late)):
            help = f"start `{late.name.text}` at {_time(end)}, or end `{early.name.text}` at {_time(start)}"
            break
    return error(
        "RB402",
        _head(second),
        f"two bands cover {where}",
        caret="and again here",
        labels=(Label(_head(first), "first here"),),
        help=help,
    )


def _head(band: syntax.Band) -> Span:
    """The words `band NAME`."""
    return band.span._replace(end_line=band.name.span.end_line, end_column=band.name.span.end_column)


def _time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _pieces(rules: dict[str, tuple[BandRule, ...]], day: _Day) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """The day cut where any band starts or ends, with the bands that cover each piece."""
    ranges = [
        (start, end, name)
        for name, lines in rules.items()
        for line in lines
        for start, end in minutes_of(line, day.date, day.holidays)
    ]
    cuts = sorted({0, MINUTES, *(start for start, _, _ in ranges), *(end for _, end, _ in ranges)})
    for low, high in pairwise(cuts):
        covering = dict.fromkeys(name for start, end, name in ranges if start <= low and high <= end)
        yield low, high, tuple(covering)


def _kinds_of_days(rules: dict[str, tuple[BandRule, ...]]) -> Iterator[_Day]:
    """A day for every weekday, month border and season border, holiday or not, the day before holiday or not."""
    lines = [line for band in rules.values() for line in band]
    marks = {(1, 15)}
    if any(line.months for line in lines):
        marks |= {(month, day) for month in range(1, 13) for day in (1, 15)}
    for line in lines:
        if line.season is not None:
            first, last = line.season
            marks |= {first, last, _after(first), _after(last), _after(last, 2)}
    with_holidays = any(line.holidays != "any" for line in lines)
    for month, day in sorted(marks):
        for date in _weekdays_of(month, day):
            before = date - dt.timedelta(days=1)
            yield _Day(date, frozenset())
            if with_holidays:
                yield from (_Day(date, frozenset(days)) for days in ({date}, {before}, {date, before}))


def _after(mark: tuple[int, int], days: int = 1) -> tuple[int, int]:
    date = dt.date(2000, *mark) + dt.timedelta(days=days)
    return date.month, date.day


def _weekdays_of(month: int, day: int) -> list[dt.date]:
    """Seven dates, Monday to Sunday, on this day of the year; fewer for 29 February."""
    dates: dict[int, dt.date] = {}
    for year in _YEARS:
        if (month, day) != (2, 29) or year % 4 == 0:
            date = dt.date(year, month, day)
            dates.setdefault(date.weekday(), date)
    return [dates[weekday] for weekday in sorted(dates)]


def _holidays(scope: Scope, calendar: syntax.Calendar) -> list[Diagnostic]:
    header = scope.header
    found: list[Diagnostic] = []
    seen: dict[dt.date, syntax.Holiday] = {}
    listed = only(calendar, syntax.Holidays)
    for holiday in listed.clauses if listed else ():
        day = holiday.date.value
        if day in seen:
            found.append(
                error(
                    "RB407",
                    holiday.span,
                    f"the holiday {day} stands twice",
                    labels=(Label(seen[day].span, "first here"),),
                )
            )
        seen.setdefault(day, holiday)
        if header is not None and (
            day < header.start.date.value or (header.through and day > header.through.date.value)
        ):
            found.append(warning("RB404", holiday.span, f"the holiday {day} is outside the book's dates"))
    return found


def _clock_changes(scope: Scope, calendar: syntax.Calendar) -> list[Diagnostic]:
    """A wrapped band on a night when the clock changes lasts an hour more or less: worth knowing, not wrong."""
    header = scope.header
    zone = only(calendar, syntax.Timezone) or scope.timezone
    if header is None or zone is None:
        return []
    first = dt.datetime.combine(header.start.date.value, dt.time())
    try:
        changes = offset_changes(naive_us(first), naive_us(first + dt.timedelta(days=366)), zone.zone.value)
    except (ValueError, KeyError, OverflowError):
        return []
    wrapped = [
        node
        for node in walk(calendar)
        if isinstance(node, syntax.Hours) and node.end.microseconds < node.start.microseconds
    ]
    if len(changes) < 2 or not wrapped:
        return []
    return [
        note(
            "RB406",
            wrapped[0].span,
            "this band holds the night when the clock changes",
            caret="one night an hour longer, one an hour shorter",
        )
    ]
