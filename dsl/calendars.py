"""Bands as the engine evaluates them: each line of a band becomes one or more rules of one pattern."""

from __future__ import annotations

from typing import Literal

from dsl import syntax
from dsl.syntax import every
from engine.model import BandRule

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MICROSECONDS_PER_MINUTE = 60_000_000
_ALL = frozenset(range(7))


def rules_of(band: syntax.Band) -> tuple[BandRule, ...]:
    """The engine's rules of a band; none for the band that takes the rest."""
    return tuple(rule for line in every(band, syntax.BandRule) for rule in _line(line))


def takes_rest(band: syntax.Band) -> bool:
    """Whether the band is `otherwise`."""
    return bool(every(band, syntax.Remainder))


def months_of(ranges: tuple[syntax.MonthRange, ...]) -> frozenset[int]:
    """Month numbers 1 to 12; a range may wrap over the new year."""
    months: set[int] = set()
    for one in ranges:
        first, last = MONTHS.index(one.first), MONTHS.index(one.last or one.first)
        months |= {(first + step) % 12 + 1 for step in range((last - first) % 12 + 1)}
    return frozenset(months)


def _line(line: syntax.BandRule) -> list[BandRule]:
    """One rule for each pair of hours, season and kind of day."""
    hours: list[tuple[int | None, int | None]] = [(_minute(one.start), _minute(one.end)) for one in line.hours]
    seasons: list[tuple[tuple[int, int], tuple[int, int]] | None] = [
        ((one.first.month, one.first.day), (one.last.month, one.last.day)) for one in line.seasons
    ]
    rules: list[BandRule] = []
    for start, end in hours or [(None, None)]:
        for season in seasons or [None]:
            for weekdays, holidays in _days(line):
                rules.append(BandRule(weekdays, start, end, holidays, months_of(line.months), season))
    return rules


def _minute(clock: syntax.Clock) -> int:
    return clock.microseconds // MICROSECONDS_PER_MINUTE


def _days(line: syntax.BandRule) -> list[tuple[frozenset[int], Literal["any", "except", "only"]]]:
    """Weekdays and what they say of holidays; `holidays` beside weekdays is a rule of its own."""
    weekdays: set[int] = set()
    for word in line.days:
        weekdays |= _weekdays(word)
    kinds: list[tuple[frozenset[int], Literal["any", "except", "only"]]] = []
    if weekdays or not line.days:
        kinds.append((frozenset(weekdays) or _ALL, "except" if line.except_holidays else "any"))
    if "holidays" in line.days:
        kinds.append((_ALL, "only"))
    return kinds


def _weekdays(word: str) -> set[int]:
    match word:
        case "weekdays":
            return set(range(5))
        case "weekends":
            return {5, 6}
        case "every day":
            return set(range(7))
        case "holidays":
            return set()
    return {WEEKDAYS.index(word)}
