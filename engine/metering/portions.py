"""Portions of usage as one query: the relational form of `engine.rating.measure.portions`."""

from __future__ import annotations

from dataclasses import dataclass

from engine.metering.events import Needs, events, group_columns
from engine.metering.folding import Source, fold
from engine.metering.pieces import pieces
from engine.metering.plan import Plan
from engine.metering.steps import Steps
from engine.metering.timeline import Timeline

__all__ = ["Portions", "at_bands", "value_of", "whole_period"]

ADDITIVE = ("sum", "count")


@dataclass(frozen=True, slots=True)
class Portions:
    """A step with one row a portion: group columns, `t`, `events`, `digest` and the value.

    `value`: the value expression (`d`: whether it is to be divided by a column `d`). `each`: every
    row is one event. `digits`: decimals of the
    value's type when it is not an integer. `named`: rows carry `source` and `id`. `classed`: rows carry `cls` already.
    `counts`: values are numbers of windows, not of base units.
    """

    step: str
    value: str
    digits: int
    d: bool = False
    each: bool = False
    named: bool = False
    classed: bool = False
    counts: bool = False


def value_of(plan: Plan) -> str:
    """The value of an event: a column, or the constant that every event counts."""
    constant = plan.term.constant
    return "v" if constant is None and plan.meter.measure.aggregation != "unique" else plan.term.sql


def clamped(plan: Plan, instant: str = "t") -> str:
    """An instant, not before the window: what came earlier counts at its start."""
    if not plan.meter.measure.carried and not plan.meter.measure.operation:
        return instant
    start = str(plan.windows[0]) + "::BIGINT" if plan.one_window else "from_us"
    return f"greatest({instant}, {start})"


def at_bands(plan: Plan, steps: Steps, step: str, timeline: Timeline, instant: str, column: str) -> str:
    """Add the class of a timeline that holds each row's instant as a column; the step unchanged where there is one."""
    if timeline.look_up is None:
        return step
    key = "0" if plan.one_cohort else "e.cohort"
    join = timeline.look_up.join("m", key, instant)
    return steps.add("sliced", f"SELECT e.*, m.seg AS {column}\nFROM {step} e {join}")


def whole_period(plan: Plan, steps: Steps, ordered: bool) -> Portions:
    """Portions of a meter whose window is the billing period. `ordered`: source and id are wanted with each event."""
    measure = plan.meter.measure
    history = measure.carried or measure.operation is not None
    if measure.aggregation in ADDITIVE:
        step = events(plan, steps, Needs(order=ordered, history=history))
        if history:
            step = steps.add("counted", f"SELECT * REPLACE ({clamped(plan)} AS t)\nFROM {step}")
        if plan.meter.lasts is not None and plan.time.look_up is not None:
            step = pieces(plan, steps, step, value_of(plan), plan.term.places)
            return Portions(step, "v", 0, d=True, named=ordered, classed=True)
        return Portions(step, value_of(plan), plan.term.places, each=True, named=ordered)
    ties = measure.aggregation in ("latest", "unique")
    step = events(plan, steps, Needs(order=ordered or ties, history=history))
    step = at_bands(plan, steps, step, plan.bands, clamped(plan, "e.t"), "band")
    groups = [*group_columns(plan), *(["band"] if plan.bands.look_up else [])]
    if measure.aggregation == "unique":
        return _unique(plan, steps, step, groups)
    source = Source(step, groups, value_of(plan), ties=("source", "id") if ties else (), counted=True)
    step = fold(steps, source, measure.aggregation, measure.percentile)
    if history:
        step = steps.add("counted", f"SELECT * REPLACE ({clamped(plan)} AS t)\nFROM {step}")
    return Portions(step, "v", plan.term.places, d=True)


def _unique(plan: Plan, steps: Steps, step: str, groups: list[str]) -> Portions:
    keys = ", ".join(groups)
    if plan.meter.measure.operation is None:
        first = steps.add(
            "firsts",
            f"SELECT {keys}, min({{'t': t, 'source': source, 'id': id, 'digest': digest}}) AS f\n"
            f"FROM {step} GROUP BY {keys}, key",
        )
        chosen = steps.add(
            "portions",
            f"SELECT {keys}, {clamped(plan, 'f.t')} AS t, f.source AS source, f.id AS id, f.digest AS digest\n"
            f"FROM {first}",
        )
        return Portions(chosen, "1", 0, each=True, named=True)
    last = steps.add(
        "lasts",
        f"SELECT {keys}, max({{'t': t, 'source': source, 'id': id, 'removes': removes}}) AS l, count(*) AS events,\n"
        f"sum(digest) AS digest FROM {step} GROUP BY {keys}, key",
    )
    alive = steps.add(
        "alive",
        f"SELECT {keys}, count(*) FILTER (NOT l.removes) AS v, {clamped(plan, 'max(l.t)')} AS t,\n"
        f"CAST(sum(events) AS BIGINT) AS events, sum(digest) AS digest FROM {last} GROUP BY {keys}",
    )
    return Portions(alive, "v", 0)
