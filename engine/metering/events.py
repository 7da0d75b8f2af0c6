"""The events of a job, joined to the service windows that they fall in: the first step of every query."""

from __future__ import annotations

from dataclasses import dataclass

from engine.metering.files import scan
from engine.metering.plan import Plan, places_of
from engine.metering.predicates import condition
from engine.metering.sql import integer, name, text, whole
from engine.metering.steps import Steps
from engine.model import Property

__all__ = ["Needs", "attributes", "events", "group_columns", "missing"]

SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Needs:
    """What a query reads of each event besides who, when and how much.

    `order`: source and id, which break ties. `history`: events before the window, too. `missing`: the events that the
    meter cannot measure instead of those it can. `page`: what a person wants to see of an event. `since`: with
    `history`, how far back it reaches (None: to the first event).
    """

    order: bool = False
    history: bool = False
    missing: bool = False
    page: bool = False
    since: int | None = None


def attributes(plan: Plan) -> list[str]:
    """The columns of the sliced properties inside a query."""
    return [f"a_{i}" for i in range(len(plan.job.names))]


def group_columns(plan: Plan) -> list[str]:
    """What tells one service window and slice (without bands) from another."""
    window = ["sub"] if plan.one_window else ["sub", "from_us", "to_us"]
    grid = [] if plan.grid is None else ["grid"]
    return [*window, *([] if plan.one_cohort else ["cohort"]), *grid, *attributes(plan)]


def events(plan: Plan, steps: Steps, needs: Needs) -> str:
    """Add the step `events`: one row an event and service window.

    Columns: those of `group_columns`, `t`, `digest`, `v` where the value is not constant, `key`, `operation`,
    `until` where the meter has them, `source` and `id` when needed.
    """
    columns = dict(plan.kinds) | {"subject": "VARCHAR", "time": "TIMESTAMP", "digest": "BIGINT"}
    if needs.order or needs.page:
        columns |= {"source": "VARCHAR", "id": "VARCHAR"}
    if needs.page:
        columns["data"] = "VARCHAR"
    source = scan(plan.job.files, columns, plan.job.as_of, _conditions(plan, needs))
    chosen = [*_window(plan), "epoch_us(r.time) AS t", "r.digest", *_attributes(plan), *_measured(plan, needs)]
    inside = _inside(plan, needs)
    return steps.add(
        "events",
        f"SELECT {', '.join(chosen)}\nFROM ({source}) r JOIN {plan.subs} s ON r.subject = s.subject{inside}",
    )


def _window(plan: Plan) -> list[str]:
    window = ["s.sub"] if plan.one_window else ["s.sub", "s.from_us", "s.to_us"]
    grid = [] if plan.grid is None else ["s.grid"]
    return [*window, *([] if plan.one_cohort else ["s.cohort"]), *grid]


def _inside(plan: Plan, needs: Needs) -> str:
    """Each sub's own window; what all subs share is a constant condition of the scan."""
    first, last_first, first_end, end = plan.windows
    own = ""
    if not needs.history and first != last_first:
        own += " AND r.time >= make_timestamp(s.from_us)"
    if first_end != end:
        own += " AND r.time < make_timestamp(s.to_us)"
    return own


def _conditions(plan: Plan, needs: Needs) -> str:
    first, _, _, end = plan.windows
    parts = [f"time < make_timestamp({end}::BIGINT)"]
    since = needs.since if needs.history else first
    if since is not None:
        parts.append(f"time >= make_timestamp({since}::BIGINT)")
    if plan.subjects:
        parts.append(f"subject IN ({', '.join(map(text, plan.subjects))})")
    if plan.meter.where is not None:
        parts.append(condition(plan.meter.where))
    lacking = missing(plan)
    if needs.missing:
        parts.append(lacking or "false")
    elif lacking:
        parts.append(f"NOT {lacking}")
    return " AND ".join(parts)


def missing(plan: Plan) -> str:
    """The condition under which an event that passed the filter cannot be measured; empty where that never happens."""
    measure = plan.meter.measure
    columns: list[str] = []
    if measure.aggregation == "unique":
        assert isinstance(measure.value, Property)
        columns.append(f"t_{measure.value.name}")
    elif measure.value is not None:
        columns += [f"n_{prop}" for prop in _undefaulted(plan)]
    if plan.meter.lasts is not None:
        columns.append(f"n_{plan.meter.lasts[0]}")
    return "(" + " OR ".join(f"{name(c)} IS NULL" for c in sorted(set(columns))) + ")" if columns else ""


def _undefaulted(plan: Plan) -> set[str]:
    """Properties of the measured value that have no default."""
    found: set[str] = set()
    waiting = [plan.meter.measure.value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Property) and value.default is None:
            found.add(value.name)
        waiting += [getattr(value, "left", None), getattr(value, "right", None)] if hasattr(value, "left") else []
    return found


def _attributes(plan: Plan) -> list[str]:
    found = []
    for number, prop in enumerate(plan.job.names):
        value = f"coalesce(r.{name(f't_{prop}')}, '')"
        using = [key for key, cohort in enumerate(plan.job.cohorts) if prop in cohort.names]
        if len(using) < len(plan.job.cohorts):
            listed = ", ".join(map(str, using))
            cohort = "0" if plan.one_cohort else "s.cohort"
            value = f"CASE WHEN {cohort} IN ({listed}) THEN {value} END"
        found.append(f"{value} AS a_{number}")
    return found


def _measured(plan: Plan, needs: Needs) -> list[str]:
    measure = plan.meter.measure
    found = []
    if needs.order or needs.page:
        found += ["r.source", "r.id"]
    if needs.page:
        found += ["r.subject", "r.data"]
    if needs.missing:
        return found
    if measure.aggregation == "unique":
        assert isinstance(measure.value, Property)
        found.append(f"r.{name(f't_{measure.value.name}')} AS key")
    elif plan.term.constant is None:
        found.append(f"{plan.term.sql} AS v")
    if measure.operation is not None:
        found.append(f"coalesce(r.{name(f't_{measure.operation}')} = 'remove', false) AS removes")
    if plan.meter.lasts is not None:
        found.append(f"epoch_us(r.time) + {_length(plan)} AS until")
    return found


def _length(plan: Plan) -> str:
    """The length of an event in whole microseconds, rounded down."""
    assert plan.meter.lasts is not None
    prop, seconds = plan.meter.lasts
    factor = seconds * SECOND
    places = places_of(plan.kinds[f"n_{prop}"])
    exact = f"({whole('r.' + name(f'n_{prop}'), places)} * {integer(factor.numerator)})"
    over = factor.denominator * 10**places
    # SQL truncates towards zero: the remainder is made positive first
    return f"CAST(({exact} - (({exact} % {over}) + {over}) % {over}) // {over} AS BIGINT)"
