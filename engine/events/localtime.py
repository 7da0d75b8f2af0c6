"""Times of tables: `2026-10-01 14:30:00.1234567`, with or without an offset, as RFC 3339 text."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.events.errors import IngestError

__all__ = ["rfc3339", "zone_of"]

_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(\.\d+)?\s?(Z|UTC|[+-]\d\d:?\d\d)?", re.ASCII | re.IGNORECASE
)


def zone_of(name: str) -> tzinfo:
    """The IANA zone of that name; RBE12 when there is none."""
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise IngestError("RBE12", f"there is no time zone `{name}`", "use an IANA name like Europe/London") from error


def rfc3339(text: str, zone: tzinfo) -> str:
    """A table's time as RFC 3339 in UTC; text that is no time comes back unchanged, to be refused as such.

    Fractions are cut to microseconds. A local time that happened twice (clocks going back) is the first one; one
    that never happened (clocks going forward) is read with the offset before the change.
    """
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return text
    day, clock, fraction, offset = match.groups()
    fraction = (fraction or "")[:7]
    clock = clock if len(clock) == 8 else clock + ":00"
    if offset is None and zone is UTC:
        return f"{day}T{clock}{fraction}Z"
    if offset is not None:
        colon = offset if len(offset) != 5 else f"{offset[:3]}:{offset[3:]}"
        return f"{day}T{clock}{fraction}{'Z' if colon.upper() in ('Z', 'UTC') else colon}"
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return text
    return f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}Z"
