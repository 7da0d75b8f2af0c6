"""Instants as UTC microseconds since 1970, without a float."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from engine.events.errors import IngestError

__all__ = ["instant", "micros"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(moment: datetime) -> int:
    """Microseconds since 1970 of an aware datetime; a naive one raises RBE12."""
    if moment.tzinfo is None:
        raise IngestError(
            "RBE12", f"the instant {moment.isoformat()} has no time zone", "pass an aware datetime, e.g. tzinfo=UTC"
        )
    return (moment - _EPOCH) // _MICROSECOND


def instant(time_us: int) -> datetime:
    """The aware UTC datetime of microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=time_us)
