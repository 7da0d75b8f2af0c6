"""Running a metering job in a connection."""

from __future__ import annotations

from collections.abc import Callable

import duckdb

from engine.metering.errors import MeterError, of_duckdb
from engine.metering.events import Needs, events
from engine.metering.job import Job
from engine.metering.plan import LEVELS, Plan, drop, plan
from engine.metering.portions import Portions, whole_period
from engine.metering.relational import not_relational
from engine.metering.results import ordered_sql, usage_sql
from engine.metering.sql import name
from engine.metering.steps import Steps
from engine.metering.windows import level_pieces, windowed

__all__ = ["meter_ordered", "meter_unmeasured", "meter_usage"]


def _portions(ready: Plan, steps: Steps, ordered: bool) -> Portions:
    measure = ready.meter.measure
    reason = not_relational(ready.meter)
    if reason is not None:
        raise MeterError(
            "RBU03", f"meter {ready.meter.name} has no relational form: {reason}", "meter it from its readings"
        )
    if measure.window is not None or (measure.running and measure.aggregation not in LEVELS):
        return windowed(ready, steps)
    if measure.aggregation in LEVELS:
        return level_pieces(ready, steps)
    return whole_period(ready, steps, ordered)


def meter_usage(con: duckdb.DuckDBPyConnection, job: Job, into: str = "usage") -> None:
    """Create the temporary table `into`: the usage of every sub, one row a version and slice.

    Columns: `sub INTEGER, from_us BIGINT, cohort INTEGER` (as in the job's subs), `ver SMALLINT`, one VARCHAR an axis
    (`axis_columns`; NULL where the cohort is not sliced along it), `q_num, q_den DECIMAL(38,0)` (the quantity in base
    units is their ratio), `events BIGINT`, `digest DECIMAL(38,0)` (sum of the digests of the events that count),
    `t_last BIGINT` (UTC microseconds: the latest instant that counts). `ver`: price cuts at or before the instant that
    decides. Raises `MeterError`.
    """
    _create(con, job, into, lambda ready, steps: usage_sql(ready, steps, _portions(ready, steps, ordered=False)))


def meter_ordered(con: duckdb.DuckDBPyConnection, job: Job, into: str = "ordered") -> None:
    """Create the temporary table `into`: every portion (an event, a piece of one, a window) in event-time order.

    Columns: `sub, from_us, cohort, ver`, the axes, `t BIGINT`, `source, id VARCHAR` (of the event, else NULL), `q_num,
    q_den, events, digest`. Read it with `ORDER BY sub, from_us, t, source, id`: a table promises no order.
    """
    _create(con, job, into, lambda ready, steps: ordered_sql(ready, steps, _portions(ready, steps, ordered=True)))


def meter_unmeasured(con: duckdb.DuckDBPyConnection, job: Job, into: str = "unmeasured") -> None:
    """Create the temporary table `into(sub INTEGER, from_us BIGINT, events BIGINT)`: events that pass the filter and
    lack a number or key that the meter needs."""
    _create(con, job, into, _unmeasured)


def _unmeasured(ready: Plan, steps: Steps) -> str:
    step = events(ready, steps, Needs(missing=True))
    start = f"{ready.windows[0]}::BIGINT" if ready.one_window else "from_us"
    return steps.render(f"SELECT sub, {start} AS from_us, count(*) AS events FROM {step} GROUP BY ALL")


def _create(con: duckdb.DuckDBPyConnection, job: Job, into: str, query: Callable[[Plan, Steps], str]) -> None:
    """Create a table from a query; the job's helper tables go, whatever happens."""
    ready = plan(con, job)
    try:
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name(into)} AS {query(ready, Steps())}")
    except duckdb.Error as error:
        known = of_duckdb(error, job.meter.name)
        if known is None:
            raise
        raise known from error
    finally:
        drop(con, ready)
