"""The segment catalogue: which files are the log. Every function takes an open connection; the caller owns the
transaction, so a journal entry and a catalogue row commit together or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from engine.events import tables
from engine.events.instants import micros
from engine.events.tables import metadata
from engine.events.withdrawn import Identities, withdrawn_by_day

__all__ = [
    "Connect",
    "IndexRun",
    "Segment",
    "add_segments",
    "counter",
    "high_water",
    "index_runs",
    "known_paths",
    "metadata",
    "replace_segment",
    "segments",
    "segments_by_number",
    "set_counter",
    "swap_index_runs",
]

Connect = Callable[[], AbstractContextManager[Connection]]
"""Opens a transaction: commits when the block ends, rolls back when it raises (`engine.begin`)."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One immutable Parquet file of the log: one event type, one UTC date, one seq range.

    Rows are sorted by subject, time, id. A segment may hold seqs above the `as_of` it was asked for
    (`needs_seq_filter`): the query then adds `seq <= as_of`.
    """

    number: int
    path: str
    """Relative to the workspace, with `/`."""
    type: str
    date: str
    seq_from: int
    seq_to: int
    rows: int
    time_min_us: int
    """Least event time, UTC microseconds; `time_max_us` is the greatest, inclusive."""
    time_max_us: int
    sha256: str
    columns: dict[str, str]
    """Column → DuckDB type."""
    revision: int
    batch: int
    as_of: int | None = None
    purged_us: int = 0
    """When what its events said was purged; 0: it was not."""
    withdrawn: Identities = ()
    """Events in it that do not count as of `as_of`: (source, id)."""

    @property
    def needs_seq_filter(self) -> bool:
        """True when some rows are newer than the asked `as_of`; a query must add `seq <= as_of`."""
        return self.as_of is not None and self.seq_to > self.as_of

    def file(self, root: Path) -> Path:
        """The file in the workspace at `root`."""
        return root / self.path


@dataclass(frozen=True, slots=True)
class IndexRun:
    """One sorted file of the dedup index."""

    path: str
    keys: int
    sha256: str


def _segment(row: Row[Any], as_of: int | None, withdrawn: Identities = ()) -> Segment:
    fields = dict(row._mapping)
    fields["number"] = fields.pop("segment")
    fields["columns"] = json.loads(fields["columns"])
    return Segment(**fields, as_of=as_of, withdrawn=withdrawn)


def segments(
    conn: Connection,
    types: Sequence[str] | None = None,
    time_from: datetime | None = None,
    time_to: datetime | None = None,
    as_of_seq: int | None = None,
) -> list[Segment]:
    """Segments that may hold events of these types in `[time_from, time_to)` learnt up to `as_of_seq`, in seq order.

    Purged ones are left out.
    """
    table = tables.segments
    query = select(table).where(table.c.purged_us == 0).order_by(table.c.seq_from)
    if types is not None:
        query = query.where(table.c.type.in_(list(types)))
    if time_from is not None:
        query = query.where(table.c.time_max_us >= micros(time_from))
    if time_to is not None:
        query = query.where(table.c.time_min_us < micros(time_to))
    if as_of_seq is not None:
        query = query.where(table.c.seq_from <= as_of_seq)
    gone = withdrawn_by_day(conn, as_of_seq)
    return [_segment(row, as_of_seq, gone.get((row.type, row.date), ())) for row in conn.execute(query)]


def segments_by_number(conn: Connection, numbers: Iterable[int]) -> dict[int, Segment]:
    """Segments by their number, purged ones too; where one was merged since, what it is in now."""
    wanted = sorted(set(numbers))
    found: dict[int, Segment] = {}
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        now = select(tables.merged.c.into).where(tables.merged.c.segment.in_(some))
        number = tables.segments.c.segment
        query = select(tables.segments).where(number.in_(some) | number.in_(now))
        found.update({row.segment: _segment(row, None) for row in conn.execute(query)})
    return found


def columns_text(columns: dict[str, str]) -> str:
    """Columns as the catalogue keeps them."""
    return json.dumps(columns)


def _row(segment: Segment) -> dict[str, Any]:
    return {
        "segment": segment.number,
        "path": segment.path,
        "type": segment.type,
        "date": segment.date,
        "seq_from": segment.seq_from,
        "seq_to": segment.seq_to,
        "rows": segment.rows,
        "time_min_us": segment.time_min_us,
        "time_max_us": segment.time_max_us,
        "sha256": segment.sha256,
        "columns": columns_text(segment.columns),
        "revision": segment.revision,
        "batch": segment.batch,
    }


def add_segments(conn: Connection, added: Sequence[Segment]) -> None:
    """Make new segments part of the log."""
    if added:
        conn.execute(insert(tables.segments), [_row(segment) for segment in added])


def replace_segment(conn: Connection, old: Segment, new: Segment, now: datetime) -> None:
    """Swap a segment's file; the old file is retired, and removed by an ingest a day later or more."""
    row = _row(new)
    conn.execute(update(tables.segments).where(tables.segments.c.segment == old.number).values(**row))
    conn.execute(insert(tables.retired).values(path=old.path, at_us=micros(now)))


def counter(conn: Connection, name: str) -> int:
    """A counter's value; 0 before its first use."""
    query = select(tables.counters.c.value).where(tables.counters.c.name == name)
    return int(conn.execute(query).scalar() or 0)


def set_counter(conn: Connection, name: str, value: int) -> None:
    """Set a counter inside the caller's transaction."""
    changed = conn.execute(update(tables.counters).where(tables.counters.c.name == name).values(value=value))
    if changed.rowcount == 0:
        conn.execute(insert(tables.counters).values(name=name, value=value))


def high_water(conn: Connection) -> int:
    """The greatest `seq` in the log: what a run started now is "as of"; 0 for an empty log."""
    return counter(conn, "seq")


def index_runs(conn: Connection) -> list[IndexRun]:
    """The sorted key files that together are the dedup index."""
    query = select(tables.index_runs).order_by(tables.index_runs.c.path)
    return [IndexRun(row.path, row.keys, row.sha256) for row in conn.execute(query)]


def swap_index_runs(conn: Connection, removed: Sequence[IndexRun], added: Sequence[IndexRun]) -> None:
    """Replace runs of the dedup index."""
    if removed:
        conn.execute(delete(tables.index_runs).where(tables.index_runs.c.path.in_([run.path for run in removed])))
    if added:
        rows = [{"path": run.path, "keys": run.keys, "sha256": run.sha256} for run in added]
        conn.execute(insert(tables.index_runs), rows)


def known_paths(conn: Connection, retired_after: datetime) -> set[str]:
    """Every file the catalogue stands by: segments, index runs, quarantine files, and files retired after an instant.

    Rows of files retired earlier are forgotten, so that the next sweep removes them.
    """
    conn.execute(delete(tables.retired).where(tables.retired.c.at_us < micros(retired_after)))
    columns = (tables.segments.c.path, tables.index_runs.c.path, tables.quarantine.c.path, tables.retired.c.path)
    return {path for column in columns for path in conn.execute(select(column).distinct()).scalars()}
