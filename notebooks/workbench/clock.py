"""The only place that reads a clock: everything below takes `now` as an argument."""

from __future__ import annotations

import datetime as dt
import time

from workbench.output import WrongUse

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def now_us(text: str | None) -> int:
    """UTC microseconds of `--now` (a date or RFC 3339), or of this moment."""
    if text is None:
        return time.time_ns() // 1000
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise WrongUse(f"`{text}` is no moment; write 2026-11-01T00:00:00Z") from None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return (aware - _EPOCH) // dt.timedelta(microseconds=1)
