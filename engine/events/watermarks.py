"""Watermarks: up to which event time a stream can be taken as complete."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyarrow as pa
from sqlalchemy import Connection, insert, select, update

from engine.events.instants import instant, micros
from engine.events.tables import sources

__all__ = ["note_sources", "watermark"]


def note_sources(conn: Connection, stored: pa.Table, now: datetime) -> None:
    """Count what each source sent in a batch and how far its event time has come."""
    grouped = stored.group_by("source", use_threads=False).aggregate([("time_us", "max"), ("time_us", "count")])
    for source, greatest, count in zip(
        *(grouped[name].to_pylist() for name in ("source", "time_us_max", "time_us_count")), strict=True
    ):
        row = conn.execute(select(sources).where(sources.c.source == source)).first()
        if row is None:
            values = {"source": source, "events": count, "time_max_us": greatest, "seen_us": micros(now)}
            conn.execute(insert(sources).values(**values))
        else:
            conn.execute(
                update(sources)
                .where(sources.c.source == source)
                .values(
                    events=row.events + count,
                    time_max_us=max(row.time_max_us, greatest),
                    seen_us=max(row.seen_us, micros(now)),
                )
            )


def watermark(conn: Connection, lateness: timedelta, idle_after: timedelta, now: datetime) -> datetime | None:
    """The least over the sources of (greatest event time − allowed lateness); sources silent for `idle_after` are
    left out. None when no source is left: nothing can be said."""
    since = micros(now) - idle_after // timedelta(microseconds=1)
    query = select(sources.c.time_max_us).where(sources.c.seen_us >= since)
    greatest = list(conn.execute(query).scalars())
    return instant(min(greatest)) - lateness if greatest else None
