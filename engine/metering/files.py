"""The segments a job reads: files of one event type, their columns, and which need a look at `seq`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import duckdb

from engine.metering.errors import MeterError
from engine.metering.sql import name, text
from engine.model import Meter

__all__ = ["EventFile", "SegmentLike", "describe", "files_read_by", "from_segments", "scan"]


class SegmentLike(Protocol):
    """See `engine.events.Segment`."""

    @property
    def columns(self) -> dict[str, str]: ...
    @property
    def needs_seq_filter(self) -> bool: ...
    @property
    def withdrawn(self) -> tuple[tuple[str, str], ...]: ...
    def file(self, root: Path) -> Path: ...


@dataclass(frozen=True, slots=True)
class EventFile:
    """One Parquet file of events. `columns`: name → DuckDB type. `newer`: some rows may be newer than `as_of`.

    `withdrawn`: (source, id) of the events in it that were retracted or amended and do not count.
    """

    path: str
    columns: Mapping[str, str] = field(default_factory=dict)
    newer: bool = False
    withdrawn: tuple[tuple[str, str], ...] = ()


def from_segments(segments: Iterable[SegmentLike], root: Path) -> tuple[EventFile, ...]:
    """Segments of the event log as files of a job."""
    return tuple(EventFile(str(s.file(root)), s.columns, s.needs_seq_filter, s.withdrawn) for s in segments)


def files_read_by(files: Mapping[str, Sequence[EventFile]], meter: Meter) -> tuple[EventFile, ...]:
    """The files of every event type that a meter reads, out of those of all types."""
    return tuple(file for kind in meter.event_types for file in files.get(kind, ()))


def describe(con: duckdb.DuckDBPyConnection, paths: Sequence[str], newer: bool = False) -> tuple[EventFile, ...]:
    """Plain paths as files of a job: their columns are read from the files themselves.

    `newer`: they may hold rows above the job's `as_of`.
    """
    found = []
    for path in paths:
        rows = con.sql(f"DESCRIBE SELECT * FROM read_parquet({text(path)})").fetchall()
        found.append(EventFile(path, {row[0]: row[1] for row in rows}, newer))
    return tuple(found)


def scan(files: Sequence[EventFile], columns: Mapping[str, str], as_of: int | None, where: str) -> str:
    """A query over files with the wanted columns (name → type), cast only where a file holds another type.

    Files alike in these columns are read together. Raises RBU02 where a file lacks a column.
    """
    groups: dict[tuple[bool, tuple[tuple[str, str], ...], tuple[str, ...]], list[str]] = {}
    for file in files:
        missing = [c for c in columns if c not in file.columns]
        if missing:
            raise MeterError(
                "RBU02",
                f"{file.path} has no column {', '.join(missing)}",
                "widen the event log for the properties that the meters name",
            )
        newer = file.newer and as_of is not None
        key = (newer, file.withdrawn, tuple(file.columns[c] for c in columns))
        groups.setdefault(key, []).append(file.path)
    if not groups:
        empty = ", ".join(f"CAST(NULL AS {kind}) AS {name(c)}" for c, kind in columns.items())
        return f"SELECT {empty} WHERE false"
    parts = []
    for (newer, withdrawn, kinds), paths in sorted(groups.items()):
        pairs = zip(columns.items(), kinds, strict=True)
        chosen = [name(c) if have == want else f"CAST({name(c)} AS {want}) AS {name(c)}" for (c, want), have in pairs]
        listed = ", ".join(text(p) for p in sorted(paths))
        conditions = " AND ".join(filter(None, [where, f"seq <= {as_of}" if newer else "", _counts(withdrawn)]))
        tail = f" WHERE {conditions}" if conditions else ""
        parts.append(f"SELECT {', '.join(chosen)} FROM read_parquet([{listed}]){tail}")
    return " UNION ALL ".join(parts)


def _counts(withdrawn: Sequence[tuple[str, str]]) -> str:
    """The condition that an event was not withdrawn; empty where none was."""
    if not withdrawn:
        return ""
    listed = ", ".join(f"({text(source)}, {text(ident)})" for source, ident in withdrawn)
    return f"(source, id) NOT IN (VALUES {listed})"
