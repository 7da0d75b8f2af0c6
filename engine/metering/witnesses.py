"""Which events count in which slice: the rows behind every line."""

from __future__ import annotations

from engine.metering.events import Needs, events
from engine.metering.levels import in_windows, start_of
from engine.metering.plan import LEVELS, Plan
from engine.metering.portions import at_bands, clamped
from engine.metering.sessions import sessions
from engine.metering.steps import Steps
from engine.metering.timeline import Timeline

__all__ = ["witnesses"]


def witnesses(plan: Plan, steps: Steps) -> tuple[str, Timeline]:
    """Add one row for each time that an event counts: its columns and `cls`; and the timeline that `cls` is of.

    That is the timeline of bands alone where many events are folded into one value: its version is no event's own.
    """
    measure = plan.meter.measure
    is_windowed = measure.window is not None or (measure.running and measure.aggregation not in LEVELS)
    if is_windowed:
        step, instant = _windowed(plan, steps), f"greatest(e.lo, {start_of(plan)})"
        timeline = plan.time if measure.then is None else plan.bands
    else:
        history = (measure.carried or measure.operation is not None) and measure.aggregation not in LEVELS
        step, instant = events(plan, steps, Needs(page=True, history=history)), clamped(plan, "e.t")
        per_event = measure.aggregation in ("sum", "count", *LEVELS)
        is_first = measure.aggregation == "unique" and measure.operation is None
        timeline = plan.time if per_event or is_first else plan.bands
        if is_first:
            return _firsts(plan, steps, step, instant), timeline
    return at_bands(plan, steps, step, timeline, instant, "cls"), timeline


def _firsts(plan: Plan, steps: Steps, step: str, instant: str) -> str:
    """Of the events of one key in one slice only the first counts."""
    placed = at_bands(plan, steps, step, plan.bands, instant, "band")
    groups = ["key", *(f"a_{i}" for i in range(len(plan.job.names))), *(["band"] if plan.bands.look_up else [])]
    firsts = steps.add(
        "firsts",
        f"SELECT * FROM {placed} QUALIFY row_number() OVER "
        f"(PARTITION BY {', '.join(groups)} ORDER BY t, source, id) = 1",
    )
    return at_bands(plan, steps, firsts, plan.time, instant, "cls")


def _windowed(plan: Plan, steps: Steps) -> str:
    window = plan.meter.measure.window
    if window is None:
        step = events(plan, steps, Needs(page=True))
        return steps.add("windowed", f"SELECT e.*, {start_of(plan)} AS lo FROM {step} e")
    if window.kind == "session":
        return sessions(plan, steps, page=True)
    assert plan.grid is not None
    needs = Needs(page=True, history=not plan.grid.clipped, since=plan.grid.since)
    return in_windows(plan, steps, events(plan, steps, needs), plan.grid)
