"""Portions brought to the two result relations: `usage`, one row a slice, and `ordered`, one row a portion."""

from __future__ import annotations

from fractions import Fraction

from engine.metering.events import attributes, group_columns
from engine.metering.plan import Plan, axis_columns
from engine.metering.portions import Portions, at_bands
from engine.metering.sql import integer, name, whole
from engine.metering.steps import Steps
from engine.rating.levels import time_part_us

__all__ = ["ordered_sql", "usage_sql"]


def usage_sql(plan: Plan, steps: Steps, portions: Portions) -> str:
    """The query of `usage`: portions summed by version and slice."""
    step = portions.step if portions.classed else at_bands(plan, steps, portions.step, plan.time, "e.t", "cls")
    groups = [*group_columns(plan), *(["cls"] if plan.time.look_up else []), *(["d"] if portions.d else [])]
    counted = "count(*)" if portions.each else "CAST(sum(events) AS BIGINT)"
    value = _count(portions) if portions.value != "v" else "sum(v)"
    over = "" if portions.d else "1::BIGINT AS d,"
    total = steps.add(
        "summed",
        f"SELECT {', '.join(groups)}, {value} AS v, {over} {counted} AS events, sum(digest) AS digest,\n"
        f"max(t) AS t_last FROM {step} GROUP BY {', '.join(groups)}",
    )
    tail = "e.events, CAST(e.digest AS DECIMAL(38,0)) AS digest, e.t_last"
    return steps.render(f"SELECT {_head(plan)}, {_quantity(plan, portions)}, {tail}\n{_from(plan, total)}")


def _count(portions: Portions) -> str:
    """The sum of a constant is a multiplication."""
    return f"count(*) * {portions.value}"


def ordered_sql(plan: Plan, steps: Steps, portions: Portions) -> str:
    """The query of `ordered`: one row a portion in event-time order."""
    step = portions.step if portions.classed else at_bands(plan, steps, portions.step, plan.time, "e.t", "cls")
    events = "1::BIGINT AS events" if portions.each else "e.events"
    who = "e.source, e.id" if portions.named else "NULL::VARCHAR AS source, NULL::VARCHAR AS id"
    value = f"e.{portions.value}" if portions.value == "v" else portions.value
    named = steps.add("valued", f"SELECT e.* {_without(portions)}, {value} AS v FROM {step} e")
    tail = f"{events}, CAST(e.digest AS DECIMAL(38,0)) AS digest"
    return steps.render(
        f"SELECT {_head(plan)}, e.t, {who}, {_quantity(plan, portions)}, {tail}\n{_from(plan, named)}\n"
        "ORDER BY e.sub, from_us, e.t, source, id"
    )


def _without(portions: Portions) -> str:
    return "EXCLUDE (v)" if portions.value == "v" else ""


def _head(plan: Plan) -> str:
    """Who, which cohort, which version, which slice."""
    start = f"{plan.windows[0]}::BIGINT AS from_us" if plan.one_window else "e.from_us"
    cohort = "0::INTEGER AS cohort" if plan.one_cohort else "e.cohort::INTEGER AS cohort"
    columns = [*attributes(plan), *(f"b_{i}" for i in range(len(plan.job.calendars)))]
    axes = [f"{c} AS {name(axis)}" for c, axis in zip(columns, axis_columns(plan.job), strict=True)]
    return ", ".join(["e.sub", start, cohort, "c.ver", *axes])


def _from(plan: Plan, step: str) -> str:
    same = "c.cls = e.cls" if plan.time.look_up else "true"
    return f"FROM {step} e JOIN {plan.time.classes} c ON {same}"


def _quantity(plan: Plan, portions: Portions) -> str:
    """`q_num / q_den` in base units: the integer form of the value times what its last place is worth."""
    scale = plan.scale
    if portions.counts:
        scale = Fraction(1)
    elif plan.meter.measure.aggregation == "integral":
        scale /= time_part_us(plan.meter.unit)
    number = whole("e.v", portions.digits)
    if scale.numerator != 1:
        number = f"{number} * {integer(scale.numerator)}"
    over = f"{integer(scale.denominator)} * e.d" if portions.d else str(scale.denominator)
    return f"CAST({number} AS DECIMAL(38,0)) AS q_num, CAST({over} AS DECIMAL(38,0)) AS q_den"
