"""Widening: typed columns for properties that a newer book names, read again from the raw data of old segments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from engine.events import catalogue
from engine.events.catalogue import Connect, Segment
from engine.events.files import Faults, ingest_lock, no_faults
from engine.events.options import Property, PropertySchema
from engine.events.properties import property_columns
from engine.events.read import segment_table
from engine.events.rows import NUMBER_HOOK
from engine.events.writing import FIXED, TRAILING, column_types, narrowed, segment_path, write_table

__all__ = ["WidenReport", "widen"]

_DATA = msgspec.json.Decoder(Any, float_hook=NUMBER_HOOK)


@dataclass(frozen=True, slots=True)
class WidenReport:
    """What a widening did. `unreadable` counts numbers that cannot be stored (more than 12 places, too large):
    their events are in the log already, so the typed column is NULL and metering reports them."""

    segments: int
    events: int
    unreadable: int


def widen(
    root: Path,
    connect: Connect,
    properties: Mapping[str, PropertySchema],
    *,
    now: datetime,
    round_decimals: bool = False,
    faults: Faults = no_faults,
) -> WidenReport:
    """Give every segment the typed columns that `properties` wants and it lacks; nothing else about it changes.

    Each segment is swapped by its own transaction: a crash leaves some widened and some not, and the next call goes
    on. Readers that listed the old files keep them for a day. Raises IngestError.
    """
    done = events = unreadable = 0
    with ingest_lock(root):
        with connect() as conn:
            found = catalogue.segments(conn, list(properties))
        for segment in found:
            missing = missing_columns(segment, properties[segment.type])
            if missing:
                unreadable += _widen_one(root, connect, segment, missing, now, round_decimals, faults)
                done, events = done + 1, events + segment.rows
    return WidenReport(done, events, unreadable)


def missing_columns(segment: Segment, schema: PropertySchema) -> dict[str, Property]:
    """Properties whose wanted column the segment lacks."""
    missing = {}
    for path, want in schema.items():
        lacking = Property(
            want.number and f"n_{path}" not in segment.columns, want.text and f"t_{path}" not in segment.columns
        )
        if lacking.number or lacking.text:
            missing[path] = lacking
    return missing


def _widen_one(
    root: Path,
    connect: Connect,
    segment: Segment,
    missing: PropertySchema,
    now: datetime,
    round_decimals: bool,
    faults: Faults,
) -> int:
    table = segment_table(segment, root)
    payloads = [_payload(text) for text in table["data"].to_pylist()]
    typed = property_columns(payloads, [segment.type] * len(payloads), {segment.type: missing}, round_decimals)
    for name, array in typed.arrays.items():
        table = table.append_column(name, array)
    order = [*FIXED, *sorted(name for name in table.column_names if name[:2] in ("n_", "t_")), *TRAILING]
    table = narrowed(table.select(order))
    path = segment_path(segment.type, segment.date, segment.seq_from, segment.seq_to, segment.revision + 1)
    sha256 = write_table(root / path, table, faults)
    wider = replace(
        segment, path=path, sha256=sha256, columns=column_types(table.schema), revision=segment.revision + 1
    )
    faults("before-swap")
    with connect() as conn:
        catalogue.replace_segment(conn, segment, wider, now)
    faults("after-swap")
    return len(typed.problems)


def _payload(text: str | None) -> dict[str, Any] | None:
    value = _DATA.decode(text) if text is not None else None
    return value if isinstance(value, dict) else None
