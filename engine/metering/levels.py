"""Levels over time: what a level holds of each window or piece of the period, as exact level x microseconds."""

from __future__ import annotations

from engine.metering.events import Needs, events, group_columns
from engine.metering.grids import Grid
from engine.metering.plan import Plan
from engine.metering.sql import whole
from engine.metering.steps import Steps

__all__ = ["areas", "dense", "end_of", "intervals", "located", "start_of"]


def start_of(plan: Plan, alias: str = "e") -> str:
    """The start of a row's service window."""
    return f"{plan.windows[0]}::BIGINT" if plan.one_window else f"{alias}.from_us"


def end_of(plan: Plan, alias: str = "e") -> str:
    """Its end."""
    return f"{plan.windows[3]}::BIGINT" if plan.one_window else f"{alias}.to_us"


def located(plan: Plan, steps: Steps, step: str, grid: Grid, columns: dict[str, tuple[bool, str]]) -> str:
    """Add window numbers to each row: column → (whether the first that ends after the instant, the instant)."""
    key = grid_key(plan)
    picks, joins = [], []
    for column, (is_first, instant) in columns.items():
        marks = grid.first if is_first else grid.last
        if marks is None:
            picks.append(f"0::BIGINT AS {column}")
        else:
            picks.append(f"m_{column}.seg AS {column}")
            joins.append(marks.join(f"m_{column}", key, instant))
    return steps.add("located", f"SELECT e.*, {', '.join(picks)}\nFROM {step} e {' '.join(joins)}")


def grid_key(plan: Plan, alias: str = "e") -> str:
    """What tells a row's grid: its own column, or for pieces of the period its cohort."""
    if plan.grid is not None:
        return f"{alias}.grid"
    return "0" if plan.one_cohort else f"{alias}.cohort"


def dense(plan: Plan, steps: Steps, step: str, grid: Grid) -> str:
    """Add every window of every slice that has any event: group columns, `k`, `lo`, `hi`."""
    keys = ", ".join(group_columns(plan))
    groups = steps.add("slices", f"SELECT DISTINCT {keys} FROM {step}")
    start, end = start_of(plan), end_of(plan)
    return steps.add(
        "dense",
        f"SELECT e.*, w.k, {grid.low('w', start)} AS lo, {grid.high('w', end)} AS hi\nFROM {groups} e "
        f"JOIN {grid.table} w ON w.key = {grid_key(plan)} AND {grid.belongs('w', start, end)}",
    )


def intervals(plan: Plan, steps: Steps, value: str) -> str:
    """Add the level from each event to the next: `t`, `until`, `level` (an integer of the value's last places).

    Of several events at one instant the last counts, or their changes add up; the others have no length.
    """
    measure = plan.meter.measure
    step = events(plan, steps, Needs(order=True, history=True))
    keys = ", ".join(group_columns(plan))
    order = f"PARTITION BY {keys} ORDER BY t, source, id"
    number = whole(value, plan.term.places)
    changes = measure.changes or measure.running
    level = f"sum({number}) OVER ({order} ROWS UNBOUNDED PRECEDING)" if changes else number
    return steps.add(
        "levels",
        f"SELECT e.*, {level} AS level, coalesce(lead(t) OVER ({order}), {end_of(plan)}) AS until\nFROM {step} e",
    )


def areas(plan: Plan, steps: Steps, step: str, grid: Grid) -> str:
    """Add level x microseconds of every window of every slice: group columns, `k, lo, hi, v, events, digest`."""
    keys = group_columns(plan)
    start, end = start_of(plan), end_of(plan)
    own = steps.add("long", f"SELECT * FROM {step} e WHERE until > t")
    placed = located(plan, steps, own, grid, {"k0": (True, f"greatest(e.t, {start})"), "k1": (False, "e.until - 1")})
    spread = steps.add("spread", f"SELECT e.*, unnest(range(k0, k1 + 1)) AS k FROM {placed} e WHERE k1 >= k0")
    low, high = grid.low("w", start), grid.high("w", end)
    summed = steps.add(
        "areas",
        f"SELECT {', '.join(f'e.{c}' for c in keys)}, e.k,\n"
        f"sum(e.level * greatest(0, least(e.until, {high}) - greatest(e.t, {low}))) AS v\n"
        f"FROM {spread} e JOIN {grid.table} w ON w.key = {grid_key(plan)} AND w.k = e.k "
        f"AND {grid.belongs('w', start, end)}\nGROUP BY {', '.join(f'e.{c}' for c in keys)}, e.k",
    )
    return with_inside(plan, steps, dense(plan, steps, step, grid), summed, inside(plan, steps, step, grid))


def inside(plan: Plan, steps: Steps, step: str, grid: Grid) -> str:
    """Add how many events fall in each window, and their digests: group columns, `k`, `events`, `digest`."""
    keys = ", ".join(group_columns(plan))
    spread = in_windows(plan, steps, step, grid)
    return steps.add(
        "inside", f"SELECT {keys}, k, count(*) AS events, sum(digest) AS digest FROM {spread} GROUP BY {keys}, k"
    )


def in_windows(plan: Plan, steps: Steps, step: str, grid: Grid) -> str:
    """Add each event once for each window that holds it: its columns, `k`, and the window's `lo`."""
    start, end = start_of(plan), end_of(plan)
    if grid.clipped:
        held = steps.add("held", f"SELECT * FROM {step} e WHERE t >= {start}")
        spread = located(plan, steps, held, grid, {"k": (False, "e.t")})
    else:
        placed = located(plan, steps, step, grid, {"k0": (True, "e.t"), "k1": (False, "e.t")})
        spread = steps.add("spread", f"SELECT e.*, unnest(range(k0, k1 + 1)) AS k FROM {placed} e WHERE k1 >= k0")
    same = f"w.key = {grid_key(plan)} AND w.k = e.k AND e.t >= w.lo AND e.t < w.hi"
    if plan.grid is None:
        same = f"w.key = {grid_key(plan)} AND w.k = e.k"
    return steps.add(
        "windowed",
        f"SELECT e.*, {grid.low('w', start)} AS lo\nFROM {spread} e JOIN {grid.table} w ON {same} "
        f"AND {grid.belongs('w', start, end)}",
    )


def with_inside(plan: Plan, steps: Steps, every: str, values: str, counted: str) -> str:
    """Add values and events to every window; a window without any has 0."""
    keys = [*group_columns(plan), "k"]
    same_v = " AND ".join(f"v.{c} IS NOT DISTINCT FROM e.{c}" for c in keys)
    same_n = " AND ".join(f"n.{c} IS NOT DISTINCT FROM e.{c}" for c in keys)
    return steps.add(
        "filled",
        f"SELECT e.*, coalesce(v.v, 0) AS v, coalesce(n.events, 0) AS events, coalesce(n.digest, 0) AS digest\n"
        f"FROM {every} e LEFT JOIN {values} v ON {same_v} LEFT JOIN {counted} n ON {same_n}",
    )
