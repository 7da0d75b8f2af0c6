"""Drill-down: the events behind a figure, page by page, from only the segments that can hold them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Connection

from engine.events.catalogue import Segment, segments
from engine.events.duck import open_duck
from engine.events.errors import IngestError
from engine.events.instants import micros

__all__ = ["Page", "read_events", "scan_sql", "segment_table"]

_COLUMNS = "seq, id, source, subject, time, digest, data, ext"


@dataclass(frozen=True, slots=True)
class Page:
    """Some events in (time, seq) order, and where to go on."""

    events: pa.Table
    """Columns seq, id, source, subject, time (UTC, no zone), digest, data, ext and the typed columns."""
    cursor: tuple[int, int] | None
    """(time in microseconds, seq) of the last event, to pass on; None when there is no more."""


def scan_sql(found: list[Segment], root: Path) -> str:
    """A DuckDB table expression over segments; typed columns missing in older files read as NULL."""
    files = ", ".join("'" + str(segment.file(root)).replace("'", "''") + "'" for segment in found)
    return f"read_parquet([{files}], union_by_name = true)"


def segment_table(segment: Segment, root: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """A whole segment, or some of its columns. Raises RBE11 when it cannot be read."""
    try:
        return pq.read_table(segment.file(root), columns=None if columns is None else list(columns))
    except (OSError, pa.ArrowException) as error:
        raise IngestError(
            "RBE11", f"the segment cannot be read: {error}", "restore it from a backup", segment.path
        ) from error


def read_events(
    conn: Connection,
    root: Path,
    type: str,
    *,
    subject: str | None = None,
    time_from: datetime | None = None,
    time_to: datetime | None = None,
    as_of_seq: int | None = None,
    predicate: str = "",
    limit: int = 100,
    cursor: tuple[int, int] | None = None,
    duck: duckdb.DuckDBPyConnection | None = None,
) -> Page:
    """Events of one type in `[time_from, time_to)`, learnt up to `as_of_seq`, in (time, seq) order.

    `predicate` is a DuckDB condition over the segment columns, written by this program, never by a stranger.
    Raises RBE12 for a limit below 1 or a predicate that DuckDB refuses.
    """
    if limit < 1:
        raise IngestError("RBE12", f"the limit {limit} is below 1", "ask for at least one event")
    found = segments(conn, [type], time_from, time_to, as_of_seq)
    if not found:
        return Page(pa.table({}), None)
    conditions, values = _conditions(subject, time_from, time_to, as_of_seq, cursor)
    if predicate:
        conditions.append(f"({predicate})")
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    typed = any(name[:2] in ("n_", "t_") for segment in found for name in segment.columns)
    columns = f"{_COLUMNS}, COLUMNS('^[nt]_')" if typed else _COLUMNS
    query = f"SELECT {columns} FROM {scan_sql(found, root)} {where} ORDER BY time, seq LIMIT {limit + 1}"
    table = _run(query, values, duck)
    if table.num_rows <= limit:
        return Page(table, None)
    page = table.slice(0, limit)
    return Page(page, (page["time"][-1].cast(pa.int64()).as_py(), page["seq"][-1].as_py()))


def _conditions(
    subject: str | None,
    time_from: datetime | None,
    time_to: datetime | None,
    as_of_seq: int | None,
    cursor: tuple[int, int] | None,
) -> tuple[list[str], dict[str, Any]]:
    conditions: list[str] = []
    values: dict[str, Any] = {}
    if subject is not None:
        conditions.append("subject = $subject")
        values["subject"] = subject
    for name, sign, moment in (("t_from", ">=", time_from), ("t_to", "<", time_to)):
        if moment is not None:
            conditions.append(f"time {sign} make_timestamp(${name})")
            values[name] = micros(moment)
    if as_of_seq is not None:
        conditions.append("seq <= $as_of")
        values["as_of"] = as_of_seq
    if cursor is not None:
        conditions.append("(time > make_timestamp($c_time) OR (time = make_timestamp($c_time) AND seq > $c_seq))")
        values["c_time"], values["c_seq"] = cursor
    return conditions, values


def _run(query: str, values: dict[str, Any], duck: duckdb.DuckDBPyConnection | None) -> pa.Table:
    own = duck or open_duck(2)
    try:
        return own.sql(query, params=values).to_arrow_table()
    except (duckdb.ParserException, duckdb.BinderException) as error:
        raise IngestError("RBE12", f"the predicate cannot be used: {error}", "name columns of the segment") from error
    except duckdb.IOException as error:
        raise IngestError("RBE11", f"a segment cannot be read: {error}", "restore it from a backup") from error
    finally:
        if duck is None:
            own.close()
