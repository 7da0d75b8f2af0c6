"""Windowed meters: one value a window and slice, folded into the period where the meter says `then`."""

from __future__ import annotations

from engine.metering.events import Needs, events, group_columns
from engine.metering.folding import Source, fold
from engine.metering.grids import Grid
from engine.metering.levels import areas, dense, end_of, in_windows, inside, intervals, located, start_of, with_inside
from engine.metering.plan import LEVELS, Plan
from engine.metering.portions import Portions, at_bands, value_of
from engine.metering.sessions import sessions
from engine.metering.sql import whole
from engine.metering.steps import Steps

__all__ = ["level_pieces", "windowed"]


def level_pieces(plan: Plan, steps: Steps) -> Portions:
    """Portions of a level over the whole period: one for each piece in which no band or price changes."""
    grid = Grid(f"{plan.prefix}_pieces", plan.time.numbers, plan.time.numbers, True, 0)
    step = areas(plan, steps, intervals(plan, steps, value_of(plan)), grid)
    over = f"({end_of(plan)} - {start_of(plan)})" if plan.meter.measure.aggregation == "time_weighted" else "1::BIGINT"
    found = steps.add("portions", f"SELECT e.*, lo AS t, {over} AS d FROM {step} e")
    return Portions(found, "v", 0, d=True)


def windowed(plan: Plan, steps: Steps) -> Portions:
    """Portions of a windowed meter (or of a running sum, whose only window is the period)."""
    measure = plan.meter.measure
    step, is_ratio = _values(plan, steps)
    step = steps.add("moments", f"SELECT e.* EXCLUDE (lo), greatest(lo, {start_of(plan)}) AS t FROM {step} e")
    if measure.then is None:
        return Portions(step, "v", 0, d=True)
    step = at_bands(plan, steps, step, plan.bands, "e.t", "band")
    groups = [*group_columns(plan), *(["band"] if plan.bands.look_up else [])]
    source = Source(step, groups, "v", "d" if is_ratio else None)
    found = fold(steps, source, measure.then, measure.then_percentile)
    return Portions(found, "v", 0, d=True, counts=measure.then == "count")


def _values(plan: Plan, steps: Steps) -> tuple[str, bool]:
    """(step, whether its values are ratios): group columns, `lo`, the value `v / d` in integers, `events`, `digest`."""
    measure = plan.meter.measure
    if measure.window is not None and measure.window.kind == "session":
        return _folded(plan, steps, sessions(plan, steps)), measure.aggregation == "average"
    grid = plan.grid or Grid(f"{plan.prefix}_period", None, None, True, 0)
    if measure.aggregation in LEVELS:
        step = areas(plan, steps, intervals(plan, steps, value_of(plan)), grid)
        is_ratio = measure.aggregation == "time_weighted"
        over = "hi - lo" if is_ratio else "1::BIGINT"
        return steps.add("valued", f"SELECT e.* EXCLUDE (k, hi), {over} AS d FROM {step} e"), is_ratio
    if measure.running:
        return _running(plan, steps, grid), False
    if measure.operation is not None:
        return _active(plan, steps, grid), False
    ties = measure.aggregation == "latest"
    step = events(plan, steps, Needs(order=ties, history=not grid.clipped, since=grid.since))
    return _folded(plan, steps, in_windows(plan, steps, step, grid)), measure.aggregation == "average"


def _folded(plan: Plan, steps: Steps, step: str) -> str:
    """Each window's events folded into one value."""
    measure = plan.meter.measure
    groups = [*group_columns(plan), "k", "lo"]
    keys = ", ".join(groups)
    if measure.aggregation == "unique":
        return steps.add(
            "valued",
            f"SELECT {keys}, count(DISTINCT key) AS v, 1::BIGINT AS d, count(*) AS events, sum(digest) AS digest\n"
            f"FROM {step} GROUP BY {keys}",
        )
    ties = ("source", "id") if measure.aggregation == "latest" else ()
    aggregation = "sum" if measure.aggregation == "count" else measure.aggregation
    found = fold(steps, Source(step, groups, value_of(plan), None, ties, True), aggregation, measure.percentile)
    return steps.add("valued", f"SELECT {keys}, {whole('v', plan.term.places)} AS v, d, events, digest FROM {found}")


def _running(plan: Plan, steps: Steps, grid: Grid) -> str:
    """The running sum at the end of every window."""
    step = events(plan, steps, Needs(history=True))
    keys = ", ".join(group_columns(plan))
    placed = located(plan, steps, step, grid, {"k": (True, f"greatest(e.t, {start_of(plan)})")})
    sums = steps.add(
        "sums",
        f"SELECT {keys}, k, sum({whole(value_of(plan), plan.term.places)}) AS v FROM {placed} GROUP BY {keys}, k",
    )
    filled = with_inside(plan, steps, dense(plan, steps, step, grid), sums, inside(plan, steps, step, grid))
    return steps.add(
        "valued",
        f"SELECT {keys}, lo, sum(v) OVER (PARTITION BY {keys} ORDER BY k) AS v, 1::BIGINT AS d, events, digest\n"
        f"FROM {filled}",
    )


def _active(plan: Plan, steps: Steps, grid: Grid) -> str:
    """Distinct keys that were there at any moment of a window: there at its start, or added in it."""
    step = events(plan, steps, Needs(order=True, history=True))
    keys, start = ", ".join(group_columns(plan)), start_of(plan)
    order = f"PARTITION BY {keys}, key ORDER BY t, source, id"
    # an addition lasts until the key's next event; a window that starts exactly then still saw it
    next_one = steps.add(
        "nexts", f"SELECT e.*, coalesce(lead(t) OVER ({order}), {end_of(plan)}) AS until FROM {step} e"
    )
    still = f"AND e.until >= {start}" if grid.clipped else ""
    added = steps.add("added", f"SELECT * FROM {next_one} e WHERE NOT removes {still}")
    placed = located(plan, steps, added, grid, {"k0": (True, f"greatest(e.t, {start})"), "k1": (False, "e.until")})
    spread = steps.add("spread", f"SELECT e.*, unnest(range(k0, k1 + 1)) AS k FROM {placed} e WHERE k1 >= k0")
    counts = steps.add("counts", f"SELECT {keys}, k, count(DISTINCT key) AS v FROM {spread} GROUP BY {keys}, k")
    filled = with_inside(plan, steps, dense(plan, steps, step, grid), counts, inside(plan, steps, step, grid))
    return steps.add("valued", f"SELECT {keys}, lo, v, 1::BIGINT AS d, events, digest FROM {filled}")
