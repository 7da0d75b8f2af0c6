"""Drill-down: the very events that counted in one line of usage, page by page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import duckdb
import pyarrow as pa

from engine.metering.errors import MeterError, of_duckdb
from engine.metering.job import Job
from engine.metering.plan import Plan, axis_columns, drop, plan
from engine.metering.sql import text
from engine.metering.steps import Steps
from engine.metering.witnesses import witnesses

__all__ = ["EventPage", "Line", "events_of"]

_ONE = "metering_one_sub"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of `usage`: a service window, a version and a slice (axis column → value; NULL axes left out)."""

    sub: int
    from_us: int
    ver: int
    slice: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class EventPage:
    """Events in (time, source, id) order; columns `t, source, id, subject, digest, times, data`.

    `times`: how often the event counts (more than once where sliding windows overlap). `cursor`: pass it on for the
    next page; None at the end.
    """

    events: pa.Table
    cursor: tuple[int, str, str] | None


def events_of(
    con: duckdb.DuckDBPyConnection,
    job: Job,
    line: Line,
    limit: int = 100,
    cursor: tuple[int, str, str] | None = None,
) -> EventPage:
    """The events that counted in a line; over all pages their digests times `times` sum to the line's digest."""
    if limit < 1:
        raise MeterError("RBU05", f"the limit {limit} is below 1", "ask for at least one event")
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {_ONE} AS SELECT * FROM {job.subs} "
        f"WHERE sub = {line.sub:d} AND from_us = {line.from_us:d}"
    )
    try:
        table = _page(con, plan(con, replace(job, subs=_ONE)), line, limit, cursor)
    except duckdb.Error as error:
        known = of_duckdb(error, job.meter.name)
        if known is None:
            raise
        raise known from error
    finally:
        con.execute(f"DROP TABLE IF EXISTS {_ONE}")
    if table.num_rows <= limit:
        return EventPage(table, None)
    page = table.slice(0, limit)
    last = page.slice(limit - 1).to_pylist()[0]
    return EventPage(page, (last["t"], last["source"], last["id"]))


def _page(
    con: duckdb.DuckDBPyConnection, ready: Plan, line: Line, limit: int, cursor: tuple[int, str, str] | None
) -> pa.Table:
    """One event more than the page holds, so that the end shows."""
    try:
        steps = Steps()
        step, timeline = witnesses(ready, steps)
        conditions = _conditions(ready, line, cursor, timeline is ready.time)
        query = steps.render(
            "SELECT e.t, e.source, e.id, any_value(e.subject) AS subject, any_value(e.digest) AS digest,\n"
            f"count(*) AS times, any_value(e.data) AS data\nFROM {step} e JOIN {timeline.classes} c "
            f"ON {'c.cls = e.cls' if timeline.look_up else 'true'}\nWHERE {' AND '.join(conditions)}\n"
            f"GROUP BY e.t, e.source, e.id ORDER BY e.t, e.source, e.id LIMIT {limit + 1}"
        )
        return con.sql(query).to_arrow_table()
    finally:
        drop(con, ready)


def _conditions(ready: Plan, line: Line, cursor: tuple[int, str, str] | None, is_versioned: bool) -> list[str]:
    columns = [
        *(f"e.a_{i}" for i in range(len(ready.job.names))),
        *(f"c.b_{i}" for i in range(len(ready.job.calendars))),
    ]
    known = axis_columns(ready.job)
    unknown = sorted(set(line.slice) - set(known))
    if unknown:
        raise MeterError("RBU05", f"the usage has no axis {unknown[0]}", f"its axes: {', '.join(known) or 'none'}")
    found = [f"c.ver = {line.ver:d}"] if is_versioned else ["true"]
    for column, axis in zip(columns, known, strict=True):
        value = line.slice.get(axis)
        found.append(f"{column} IS NULL" if value is None else f"{column} = {text(value)}")
    if cursor is not None:
        t, source, ident = cursor
        found.append(f"(e.t, e.source, e.id) > ({t}::BIGINT, {text(source)}, {text(ident)})")
    return found
