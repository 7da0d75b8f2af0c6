"""When a period may be closed: after its end, or earlier for a reason; and whether its events can be complete."""

from __future__ import annotations

import datetime as dt
from typing import Any

from engine.calendar import iso, to_instant
from engine.events import watermark
from engine.events.instants import instant, micros
from engine.journal import Store
from engine.runs.errors import RunError
from engine.runs.period import RunPeriod

EARLIEST_ZONE = dt.timedelta(hours=14)
"""No zone is further ahead of UTC: before that no account's period is over."""
LATENESS = dt.timedelta(hours=3)
IDLE_AFTER = dt.timedelta(hours=24)
"""A source that sent nothing for so long is not waited for."""


def check_over(period: RunPeriod, now: int, early: str) -> None:
    """Raise `RunError` RBR11 while the period goes on anywhere, unless somebody says why it is closed early."""
    over = to_instant(dt.datetime.combine(period.end, dt.time()) - EARLIEST_ZONE, "UTC")
    if now < over and not early.strip():
        raise RunError(
            "RBR11", f"{period.name} is not over before {period.end}: its usage is not complete",
            f"look at it: ratebook estimate WS --period {period.name}; or close it early: --early REASON",
        )  # fmt: skip


def closing(store: Store, period: RunPeriod, now: int, early: str) -> dict[str, Any]:
    """What a run notes about its moment: `early` (the reason), `watermark`, and `complete`: it has passed the end.

    Not complete means that a source may still send events of the period; they become corrections.
    """
    with store.reading() as connection:
        mark = watermark(connection, LATENESS, IDLE_AFTER, instant(now))
    passed = None if mark is None else micros(mark)
    end = to_instant(dt.datetime.combine(period.end, dt.time()), "UTC")
    return {
        "early": early.strip(), "watermark": "" if passed is None else iso(passed),
        "complete": passed is None or passed >= end,
    }  # fmt: skip
