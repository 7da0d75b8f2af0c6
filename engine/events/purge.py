"""Retention: what events said is taken out of old segments; that they were there stays, for their identity is for ever.

A purged segment keeps `seq`, `id`, `source`, time and digest, so that a second delivery of an event is still known to
be one. No meter reads it any more. What an invoice cites is never purged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
from sqlalchemy import Connection, insert, update

from engine.events import catalogue, tables
from engine.events.catalogue import Connect, Segment
from engine.events.files import Faults, ingest_lock, no_faults
from engine.events.instants import micros
from engine.events.read import segment_table
from engine.events.writing import FIXED, TRAILING, column_types, write_table

__all__ = ["PurgeReport", "purge"]

Cited = Callable[[Segment], str | None]
"""What still cites a segment, in words; None where nothing does."""
OnPurge = Callable[[Connection, Segment], None]


@dataclass(frozen=True, slots=True)
class PurgeReport:
    """What was purged, and what was kept because of what cites it: (path, by what)."""

    segments: int
    events: int
    kept: tuple[tuple[str, str], ...]


def purge(
    root: Path, connect: Connect, before: date, cited: Cited, *, now: datetime, on_purge: OnPurge | None = None,
    faults: Faults = no_faults,
) -> PurgeReport:  # fmt: skip
    """Purge the segments of days before `before` that nothing cites, each by its own transaction.

    Raises IngestError.
    """
    done = events = 0
    kept: list[tuple[str, str]] = []
    with ingest_lock(root):
        with connect() as conn:
            found = [s for s in catalogue.segments(conn) if s.date < before.isoformat()]
        for segment in found:
            why = cited(segment)
            if why is not None:
                kept.append((segment.path, why))
                continue
            _purge_one(root, connect, segment, now, on_purge, faults)
            done, events = done + 1, events + segment.rows
    return PurgeReport(done, events, tuple(kept))


def _purge_one(
    root: Path, connect: Connect, segment: Segment, now: datetime, on_purge: OnPurge | None, faults: Faults
) -> None:
    table = segment_table(segment, root, FIXED)
    place = table.column_names.index("subject")
    bare = table.set_column(place, "subject", pa.array([""] * table.num_rows, pa.string()))
    for name in TRAILING:
        bare = bare.append_column(name, pa.nulls(table.num_rows, pa.string()))
    path = segment.path.removesuffix(".parquet") + ".purged.parquet"
    sha256 = write_table(root / path, bare, faults)
    with connect() as conn:
        values = {"path": path, "sha256": sha256, "columns": _columns(bare), "purged_us": micros(now)}
        conn.execute(update(tables.segments).where(tables.segments.c.segment == segment.number).values(**values))
        # at once, not after a day: whoever asks for a purge wants it gone
        conn.execute(insert(tables.retired), [{"path": segment.path, "at_us": 0}])
        if on_purge is not None:
            on_purge(conn, segment)
        faults("inside-purge")
    _remove([segment.file(root)])


def _columns(table: pa.Table) -> str:
    return catalogue.columns_text(column_types(table.schema))


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
