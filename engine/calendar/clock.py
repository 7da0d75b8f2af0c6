"""Instants and local times. An instant is an integer of UTC microseconds since 1970; nothing here reads a clock."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH = dt.datetime(1970, 1, 1)
_TICK = dt.timedelta(microseconds=1)


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """The IANA zone of that name; raises `zoneinfo.ZoneInfoNotFoundError`."""
    return ZoneInfo(name)


def naive_us(moment: dt.datetime) -> int:
    """Microseconds of a naive date and time since 1970, as if it were UTC."""
    return (moment - _EPOCH) // _TICK


def to_instant(local: dt.datetime, zone_name: str) -> int:
    """The instant of a local wall time. Of a repeated hour the first; a skipped one moves forward by the gap."""
    aware = local.replace(tzinfo=zone(zone_name), fold=0)
    offset = aware.utcoffset() or dt.timedelta(0)
    return naive_us(local) - offset // _TICK


def to_local(instant: int, zone_name: str) -> dt.datetime:
    """The naive local wall time of an instant (`fold` says which of a repeated hour)."""
    utc = (_EPOCH + dt.timedelta(microseconds=instant)).replace(tzinfo=dt.UTC)
    return utc.astimezone(zone(zone_name)).replace(tzinfo=None)


def offset_us(instant: int, zone_name: str) -> int:
    """Local minus UTC at an instant, in microseconds."""
    utc = (_EPOCH + dt.timedelta(microseconds=instant)).replace(tzinfo=dt.UTC)
    offset = utc.astimezone(zone(zone_name)).utcoffset() or dt.timedelta(0)
    return offset // _TICK


def midnight(day: dt.date, zone_name: str) -> int:
    """The instant at which a local day begins."""
    return to_instant(dt.datetime(day.year, day.month, day.day), zone_name)


def iso(instant: int) -> str:
    """RFC 3339 text of an instant in UTC, without trailing zeros of the fraction."""
    moment = _EPOCH + dt.timedelta(microseconds=instant)
    text = moment.isoformat(timespec="microseconds" if moment.microsecond else "seconds")
    return (text.rstrip("0") if moment.microsecond else text) + "Z"


def offset_changes(start: int, end: int, zone_name: str) -> list[tuple[int, int]]:
    """(instant, offset) pieces of [start, end) with one UTC offset each; found by bisection to the minute."""
    pieces = [(start, offset_us(start, zone_name))]
    step = 6 * HOUR
    at = start
    while at < end:
        after = min(at + step, end)
        if offset_us(after, zone_name) != offset_us(at, zone_name):
            low, high = at, after
            while high - low > SECOND:
                middle = (low + high) // 2
                if offset_us(middle, zone_name) == offset_us(at, zone_name):
                    low = middle
                else:
                    high = middle
            change = high - high % SECOND
            pieces.append((change, offset_us(change, zone_name)))
        at = after
    return [p for p in pieces if p[0] < end]
