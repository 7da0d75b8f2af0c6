"""Session windows: events closer than a gap belong together."""

from __future__ import annotations

from engine.calendar import DAY, HOUR, MINUTE, SECOND
from engine.metering.events import Needs, events
from engine.metering.plan import Plan
from engine.metering.steps import Steps

__all__ = ["sessions"]

_LENGTHS = {"second": SECOND, "minute": MINUTE, "hour": HOUR, "day": DAY, "week": 7 * DAY}


def sessions(plan: Plan, steps: Steps, page: bool = False) -> str:
    """Add each event with its session: its columns, `k` (the session's number) and `lo` (when it began).

    A service window's sessions are those of all its events, whatever their slice. `page`: as in `Needs`.
    """
    window = plan.meter.measure.window
    assert window is not None
    gap = window.size.count * _LENGTHS[window.size.unit]
    step = events(plan, steps, Needs(order=plan.meter.measure.aggregation == "latest", page=page))
    owner = "sub" if plan.one_window else "sub, from_us"
    gaps = steps.add(
        "gaps", f"SELECT e.*, coalesce(t - lag(t) OVER (PARTITION BY {owner} ORDER BY t), {gap}) AS pause FROM {step} e"
    )
    numbered = steps.add(
        "numbered",
        f"SELECT e.* EXCLUDE (pause), count(*) FILTER (WHERE pause >= {gap}) OVER "
        f"(PARTITION BY {owner} ORDER BY t RANGE UNBOUNDED PRECEDING) AS k\nFROM {gaps} e",
    )
    return steps.add("sessions", f"SELECT e.*, min(t) OVER (PARTITION BY {owner}, k) AS lo FROM {numbered} e")
