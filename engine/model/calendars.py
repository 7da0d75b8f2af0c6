"""Band calendars: which named band of the week, season or holiday holds a local minute."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from engine.model.place import Place, place_field

HolidayRule = Literal["any", "except", "only"]


@dataclass(frozen=True, slots=True)
class BandRule:
    """One pattern of a band.

    `weekdays`: 0 Monday ... 6 Sunday. `start`/`end` in minutes of the local day, half-open; `end <= start`
    wraps past midnight and belongs to the day it starts on; both None means the whole day.
    `months`: 1..12, empty means all. `season`: first and last (month, day), both included, may wrap the year.
    `holidays`: "except" leaves holidays out, "only" holds on holidays alone.
    """

    weekdays: frozenset[int]
    start: int | None = None
    end: int | None = None
    holidays: HolidayRule = "any"
    months: frozenset[int] = frozenset()
    season: tuple[tuple[int, int], tuple[int, int]] | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """A named band. `otherwise` takes every minute that no other band takes."""

    name: str
    rules: tuple[BandRule, ...] = ()
    otherwise: bool = False
    place: Place = place_field()


@dataclass(frozen=True, slots=True)
class Calendar:
    """Bands over a time zone (`None`: the zone of the account) and dated holidays."""

    name: str
    bands: tuple[Band, ...]
    holidays: tuple[tuple[dt.date, str], ...] = ()
    timezone: str | None = None
    place: Place = place_field()
