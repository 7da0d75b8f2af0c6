"""Compaction: many small segments of a type and date become one; every row stays as it is, `seq` and digest included.

A question as of any `seq` has the same answer before and after. The dedup index keeps naming the old segments, and
`event_merged` says what became of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, delete, insert, update

from engine.events import catalogue, tables
from engine.events.catalogue import Connect, Segment
from engine.events.files import Faults, ingest_lock, no_faults
from engine.events.instants import micros
from engine.events.properties import WIDE
from engine.events.read import segment_table
from engine.events.writing import FIXED, TRAILING, column_types, narrowed, segment_path, write_table

__all__ = ["CompactReport", "compact"]

OnMerge = Callable[[Connection, list[Segment], Segment], None]
_ORDER = [("subject", "ascending"), ("time", "ascending"), ("id", "ascending"), ("source", "ascending")]


@dataclass(frozen=True, slots=True)
class CompactReport:
    """How many segments became how many, and how many events they hold."""

    before: int
    after: int
    events: int


def compact(
    root: Path, connect: Connect, *, now: datetime, most_rows: int = 4_000_000, on_merge: OnMerge | None = None,
    faults: Faults = no_faults,
) -> CompactReport:  # fmt: skip
    """Merge the segments of each type and date, up to `most_rows` rows in one; a group of one stays.

    Each group is swapped by its own transaction, inside which `on_merge(conn, old, new)` is called: a crash leaves
    some merged and some not. Readers that listed the old files keep them for a day. Raises IngestError.
    """
    before = after = events = 0
    with ingest_lock(root):
        with connect() as conn:
            found = sorted(catalogue.segments(conn), key=lambda s: (s.type, s.date, s.seq_from))
        for _, members in groupby(found, key=lambda s: (s.type, s.date)):
            for group in _groups(list(members), most_rows):
                _merge(root, connect, group, now, on_merge, faults)
                before, after, events = before + len(group), after + 1, events + sum(s.rows for s in group)
    return CompactReport(before, after, events)


def _groups(segments: list[Segment], most_rows: int) -> list[list[Segment]]:
    """Neighbours that fit together; those that stay alone are left out."""
    groups: list[list[Segment]] = []
    for segment in segments:
        if groups and sum(s.rows for s in groups[-1]) + segment.rows <= most_rows:
            groups[-1].append(segment)
        else:
            groups.append([segment])
    return [group for group in groups if len(group) > 1]


def _merge(
    root: Path, connect: Connect, old: list[Segment], now: datetime, on_merge: OnMerge | None, faults: Faults
) -> None:
    table = _merged_table(root, old)
    low, high = min(s.seq_from for s in old), max(s.seq_to for s in old)
    path = segment_path(old[0].type, old[0].date, low, high)
    sha256 = write_table(root / path, table, faults)
    with connect() as conn:
        number = catalogue.counter(conn, "segment") + 1
        new = Segment(
            number=number, path=path, type=old[0].type, date=old[0].date, seq_from=low, seq_to=high,
            rows=table.num_rows, time_min_us=min(s.time_min_us for s in old),
            time_max_us=max(s.time_max_us for s in old), sha256=sha256, columns=column_types(table.schema), revision=0,
            batch=max(s.batch for s in old),
        )  # fmt: skip
        _swap(conn, old, new, now)
        if on_merge is not None:
            on_merge(conn, old, new)
        faults("inside-merge")


def _merged_table(root: Path, old: list[Segment]) -> pa.Table:
    """The rows of all in the order of a segment; numbers wide where one of them needs it."""
    names = {name for s in old for name in s.columns}
    typed = sorted(n for n in names if n.startswith("n_")) + sorted(n for n in names if n.startswith("t_"))
    parts = []
    for segment in old:
        part = segment_table(segment, root)
        for name in typed:
            kind = WIDE if name.startswith("n_") else pa.string()
            column = pc.cast(part[name], kind) if name in part.column_names else pa.nulls(part.num_rows, kind)
            held = part.column_names.index(name) if name in part.column_names else None
            part = part.append_column(name, column) if held is None else part.set_column(held, name, column)
        parts.append(part.select([*FIXED, *typed, *TRAILING]))
    return narrowed(pa.concat_tables(parts).sort_by(_ORDER).combine_chunks())


def _swap(conn: Connection, old: list[Segment], new: Segment, now: datetime) -> None:
    """The new segment instead of the old ones, whose numbers the index still knows."""
    numbers = [s.number for s in old]
    conn.execute(update(tables.merged).where(tables.merged.c.into.in_(numbers)).values(into=new.number))
    conn.execute(insert(tables.merged), [{"segment": number, "into": new.number} for number in numbers])
    conn.execute(delete(tables.segments).where(tables.segments.c.segment.in_(numbers)))
    catalogue.add_segments(conn, [new])
    catalogue.set_counter(conn, "segment", new.number)
    conn.execute(insert(tables.retired), [{"path": s.path, "at_us": micros(now)} for s in old])
