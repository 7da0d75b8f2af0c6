"""Random little worlds of metering: events, meters, subscriptions; and what the scalar reference makes of them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from engine.metering import EventFile, Slicing
from engine.model import Meter, Scalar
from engine.rating.expressions import MissingValue, as_number, as_text, matches
from engine.rating.given import measured_reading
from engine.rating.measure import portions
from engine.rating.readings import Portion, Reading, band_axis
from engine.rating.slicing import Slicer

PROPERTIES = ("a", "b", "kind", "user", "op", "len")


@dataclass(frozen=True)
class Event:
    """One stored event."""

    seq: int
    id: str
    source: str
    subject: str
    time: int
    data: tuple[tuple[str, Scalar], ...]

    @property
    def digest(self) -> int:
        text = repr((self.id, self.source, self.subject, self.time, self.data))
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big", signed=True)


@dataclass(frozen=True)
class Sub:
    """One service window of one subject."""

    sub: int
    subject: str
    start: int
    end: int
    cohort: int = 0


def stored(events: list[Event], wide: bool) -> pa.Table:
    """Events as the columns of a segment."""
    kind = pa.decimal128(38, 12) if wide else pa.decimal128(18, 6)
    columns = {
        "seq": pa.array([e.seq for e in events], pa.int64()),
        "id": pa.array([e.id for e in events], pa.string()),
        "source": pa.array([e.source for e in events], pa.string()),
        "subject": pa.array([e.subject for e in events], pa.string()),
        "time": pa.array([e.time for e in events], pa.timestamp("us")),
        "digest": pa.array([e.digest for e in events], pa.int64()),
        "data": pa.array(["{}" for _ in events], pa.string()),
        "ext": pa.array([None for _ in events], pa.string()),
    }
    for prop in PROPERTIES:
        values = [dict(e.data).get(prop) for e in events]
        numbers = [as_number(v) for v in values]
        columns[f"n_{prop}"] = pa.array([None if n is None else decimal_of(n) for n in numbers], kind)
        columns[f"t_{prop}"] = pa.array([None if v is None else as_text(v) for v in values], pa.string())
    return pa.table(columns)


def decimal_of(value: Fraction) -> Decimal:
    """A ratio that ends within 12 places as a decimal."""
    scaled = value * 10**12
    assert scaled.denominator == 1
    return Decimal(scaled.numerator).scaleb(-12)


def write(folder: Path, events: list[Event], parts: int, wide: bool) -> tuple[EventFile, ...]:
    """Events spread over files; `wide` makes one file's numbers wide, so that files differ."""
    files = []
    for part in range(parts):
        mine = events[part::parts]
        path = folder / f"{part}.parquet"
        table = stored(mine, wide and part == 0)
        pq.write_table(table, path, store_decimal_as_integer=True)
        kinds = {"int64": "BIGINT", "string": "VARCHAR", "timestamp[us]": "TIMESTAMP"}
        columns = {
            f.name: kinds.get(str(f.type)) or f"DECIMAL({f.type.precision},{f.type.scale})" for f in table.schema
        }
        files.append(EventFile(str(path), columns, newer=True))
    return tuple(files)


def readings_of(meter: Meter, events: list[Event]) -> tuple[list[tuple[Reading, Event]], list[Event]]:
    """(readings with their events, events that cannot be measured)."""
    found, lacking = [], []
    for event in events:
        data = dict(event.data)
        if not matches(meter.where, data):
            continue
        try:
            found.append((measured_reading(meter, data, event.time, (event.source, event.id)), event))
        except MissingValue:
            lacking.append(event)
    return found, lacking


Key = tuple[int, int, int, tuple[tuple[str, str], ...]]


def expected_portions(
    meter: Meter, events: list[Event], subs: list[Sub], cohorts: tuple[Slicing, ...]
) -> dict[tuple[int, int], list[Portion]]:
    """The reference's portions of each (sub, from)."""
    windows: dict[tuple[int, int], list[Sub]] = defaultdict(list)
    for sub in subs:
        windows[sub.sub, sub.start].append(sub)
    found = {}
    for key, rows in windows.items():
        subjects = {row.subject for row in rows}
        slicing = cohorts[rows[0].cohort]
        mine = [r for r, _ in readings_of(meter, [e for e in events if e.subject in subjects])[0]]
        slicer = Slicer(tuple(sorted(slicing.names)), dict(slicing.bands), slicing.cuts)
        found[key] = portions(meter, mine, slicer, rows[0].start, rows[0].end, slicing.zone)
    return found


def expected_usage(
    meter: Meter, events: list[Event], subs: list[Sub], cohorts: tuple[Slicing, ...]
) -> dict[Key, tuple[Fraction, int, int]]:
    """(sub, from, version, slice) → (quantity, events, latest instant)."""
    cuts = {(s.sub, s.start): cohorts[s.cohort].cuts for s in subs}
    usage: dict[Key, tuple[Fraction, int, int]] = {}
    for (sub, start), items in expected_portions(meter, events, subs, cohorts).items():
        for p in items:
            key = (sub, start, sum(c <= p.time for c in cuts[sub, start]), p.slice)
            q, n, t = usage.get(key, (Fraction(0), 0, p.time))
            usage[key] = (q + p.quantity, n + p.events, max(t, p.time))
    return usage


def axis_names(cohorts: tuple[Slicing, ...]) -> list[str]:
    """The axes of the result columns in their order."""
    names = sorted({n for c in cohorts for n in c.names})
    return names + [band_axis(c) for c in sorted({n for c in cohorts for n, _ in c.bands})]
