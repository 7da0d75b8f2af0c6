"""Band calendars evaluated: the band of a local moment, and a period cut into pieces of one band each.

Takes any object of the shape of `engine.model.Calendar` (this room knows nothing of the model).
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.calendar.clock import midnight, offset_changes

MINUTES = 1440


class RuleLike(Protocol):
    """See `engine.model.BandRule`."""

    @property
    def weekdays(self) -> frozenset[int]: ...
    @property
    def start(self) -> int | None: ...
    @property
    def end(self) -> int | None: ...
    @property
    def holidays(self) -> str: ...
    @property
    def months(self) -> frozenset[int]: ...
    @property
    def season(self) -> tuple[tuple[int, int], tuple[int, int]] | None: ...


class BandLike(Protocol):
    """See `engine.model.Band`."""

    @property
    def name(self) -> str: ...
    @property
    def rules(self) -> Sequence[RuleLike]: ...
    @property
    def otherwise(self) -> bool: ...


class CalendarLike(Protocol):
    """See `engine.model.Calendar`."""

    @property
    def bands(self) -> Sequence[BandLike]: ...
    @property
    def holidays(self) -> Sequence[tuple[dt.date, str]]: ...


class NoBand(LookupError):
    """A minute that no band covers, or that two bands cover (a book with this is refused when checked)."""


def day_matches(rule: RuleLike, day: dt.date, is_holiday: bool) -> bool:
    """Whether a rule starts on a local day."""
    if rule.holidays == "only":
        if not is_holiday:
            return False
    elif day.weekday() not in rule.weekdays or (rule.holidays == "except" and is_holiday):
        return False
    if rule.months and day.month not in rule.months:
        return False
    return rule.season is None or in_season(rule.season, day)


def in_season(season: tuple[tuple[int, int], tuple[int, int]], day: dt.date) -> bool:
    """Whether a day lies between two (month, day) marks, both included, also over the new year."""
    first, last = season
    at = (day.month, day.day)
    return first <= at <= last if first <= last else at >= first or at <= last


def minutes_of(rule: RuleLike, day: dt.date, holidays: frozenset[dt.date]) -> list[tuple[int, int]]:
    """Half-open minute ranges of `day` that a rule covers, what wrapped from the day before included."""
    ranges = []
    if rule.start is None or rule.end is None:
        return [(0, MINUTES)] if day_matches(rule, day, day in holidays) else []
    wraps = rule.end <= rule.start
    if day_matches(rule, day, day in holidays):
        ranges.append((rule.start, MINUTES if wraps else rule.end))
    before = day - dt.timedelta(days=1)
    if wraps and rule.end > 0 and day_matches(rule, before, before in holidays):
        ranges.append((0, rule.end))
    return [r for r in ranges if r[0] < r[1]]


def day_bands(calendar: CalendarLike, day: dt.date) -> list[tuple[int, str]]:
    """The bands of one local day as (first minute, band), ascending from minute 0; raises `NoBand`."""
    holidays = frozenset(d for d, _ in calendar.holidays)
    covered: list[tuple[int, int, str]] = []
    rest = next((b.name for b in calendar.bands if b.otherwise), None)
    for band in calendar.bands:
        for rule in band.rules:
            covered += [(a, b, band.name) for a, b in minutes_of(rule, day, holidays)]
    covered.sort()
    pieces: list[tuple[int, str]] = []
    at = 0
    for start, end, name in [*covered, (MINUTES, MINUTES, "")]:
        if start > at:
            if rest is None:
                raise NoBand(f"no band covers {day} {at // 60:02}:{at % 60:02}")
            pieces.append((at, rest))
        elif start < at and end > at and pieces and pieces[-1][1] != name:
            raise NoBand(f"two bands cover {day} {start // 60:02}:{start % 60:02}: {pieces[-1][1]} and {name}")
        if end > max(start, at):
            pieces.append((max(start, at), name))
        at = max(at, end)
    return [p for i, p in enumerate(pieces) if i == 0 or pieces[i - 1][1] != p[1]]


@dataclass(frozen=True, slots=True)
class BandTable:
    """A period cut into bands: `starts[i]` is the instant at which `names[i]` begins; ascending."""

    starts: tuple[int, ...]
    names: tuple[str, ...]

    def at(self, instant: int) -> str:
        """The band that holds an instant."""
        return self.names[max(0, bisect_right(self.starts, instant) - 1)]

    def cut(self, start: int, end: int) -> list[tuple[int, int, str]]:
        """[start, end) as pieces of one band each."""
        first = max(0, bisect_right(self.starts, start) - 1)
        pieces = []
        for i in range(first, len(self.starts)):
            low = max(start, self.starts[i]) if i > first else start
            high = min(end, self.starts[i + 1]) if i + 1 < len(self.starts) else end
            if low < high:
                pieces.append((low, high, self.names[i]))
            if high >= end:
                break
        return pieces


def band_table(calendar: CalendarLike, zone_name: str, first: dt.date, last: dt.date) -> BandTable:
    """Bands of the local days `first` to `last`, both included, as instants.

    A band's hours follow the wall clock: on a short or long day its pieces are shorter or longer; the repeated hour
    belongs to the band of its wall time.
    """
    start, end = midnight(first, zone_name), midnight(last + dt.timedelta(days=1), zone_name)
    rows: list[tuple[int, str]] = []
    pieces = offset_changes(start, end, zone_name)
    for i, (piece_start, offset) in enumerate(pieces):
        piece_end = pieces[i + 1][0] if i + 1 < len(pieces) else end
        rows += _rows(calendar, piece_start, piece_end, offset)
    merged = [r for i, r in enumerate(rows) if i == 0 or rows[i - 1][1] != r[1]]
    return BandTable(tuple(r[0] for r in merged), tuple(r[1] for r in merged))


def _rows(calendar: CalendarLike, start: int, end: int, offset: int) -> list[tuple[int, str]]:
    """Band starts within a piece of constant UTC offset; the first row is at `start` itself."""
    epoch = dt.datetime(1970, 1, 1)
    rows: list[tuple[int, str]] = []
    day = (epoch + dt.timedelta(microseconds=start + offset)).date()
    while True:
        day_us = (dt.datetime(day.year, day.month, day.day) - epoch) // dt.timedelta(microseconds=1) - offset
        if day_us >= end:
            return rows
        for minute, name in day_bands(calendar, day):
            at = day_us + minute * 60_000_000
            if at >= end:
                return rows
            if at <= start:
                rows = [(start, name)]
            else:
                rows.append((at, name))
        day += dt.timedelta(days=1)
