"""Events of a few accounts as readings: what explain, verify and the scalar reference look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import duckdb

from engine.events import Segment
from engine.metering import EventFile
from engine.metering.files import scan
from engine.metering.properties import wanted
from engine.model import Book, Meter, Scalar
from engine.rating import Reading
from engine.rating.axes import sliced_names
from engine.rating.expressions import MissingValue, matches
from engine.rating.given import measured_reading


@dataclass(slots=True)
class Fetched:
    """Readings by meter of one account, and the evidence of each: `digests[meter][order]` is the event's digest.

    `unmeasured` counts events that passed a filter and lack a number the meter needs.
    """

    readings: dict[str, list[Reading]] = field(default_factory=lambda: defaultdict(list))
    digests: dict[str, dict[tuple[str, str], tuple[int, int]]] = field(default_factory=lambda: defaultdict(dict))
    unmeasured: int = 0


def fetch(
    con: duckdb.DuckDBPyConnection, files: dict[str, tuple[EventFile, ...]], book: Book, meters: Iterable[Meter],
    subjects: Sequence[str], until_us: int, as_of: int | None,
) -> Fetched:  # fmt: skip
    """Readings of these meters for one account: every event of its subjects before `until_us`, learnt by `as_of`."""
    found = Fetched()
    for meter in meters:
        names = _names(book, meter)
        for row in _rows(con, files.get(meter.event_type, ()), meter, names, subjects, until_us, as_of):
            _take(found, meter, row)
    return found


def _names(book: Book, meter: Meter) -> tuple[str, ...]:
    charges = [c for plan in book.plans for c in plan.charges if c.meter == meter.name]
    return tuple(sorted({*sliced_names(charges), *meter.by}))


@dataclass(frozen=True, slots=True)
class _Row:
    source: str
    id: str
    time: int
    digest: int
    attributes: dict[str, Scalar]


def _rows(
    con: duckdb.DuckDBPyConnection, files: Sequence[EventFile], meter: Meter, names: Sequence[str],
    subjects: Sequence[str], until_us: int, as_of: int | None,
) -> list[_Row]:  # fmt: skip
    wants = wanted(meter, tuple(names))
    columns = {"subject": "VARCHAR", "time": "TIMESTAMP", "source": "VARCHAR", "id": "VARCHAR", "digest": "BIGINT"}
    for prop, want in wants.items():
        if want.number:
            columns[f"n_{prop}"] = "DECIMAL(38,12)"
        if want.text:
            columns[f"t_{prop}"] = "VARCHAR"
    listed = ", ".join("'" + s.replace("'", "''") + "'" for s in subjects)
    where = f"subject IN ({listed}) AND time < make_timestamp({until_us}::BIGINT)"
    query = f"SELECT source, id, epoch_us(time), digest, COLUMNS('^[nt]_') FROM ({scan(files, columns, as_of, where)})"
    if not wants:
        query = query.replace(", COLUMNS('^[nt]_')", "")
    cursor = con.execute(query)
    keys = [d[0] for d in cursor.description or ()][4:]
    return [_Row(r[0], r[1], r[2], r[3], _attributes(keys, r[4:])) for r in cursor.fetchall()]


def _attributes(keys: Sequence[str], values: Sequence[object]) -> dict[str, Scalar]:
    """Typed columns back to properties; a number wins over its own text."""
    found: dict[str, Scalar] = {}
    for key, value in sorted(zip(keys, values, strict=True)):
        if isinstance(value, Decimal):
            found[key[2:]] = Fraction(value)
        elif isinstance(value, str) and key[2:] not in found:
            found[key[2:]] = value
    return found


def _take(found: Fetched, meter: Meter, row: _Row) -> None:
    if not matches(meter.where, row.attributes):
        return
    try:
        reading = measured_reading(meter, row.attributes, row.time, (row.source, row.id))
    except MissingValue:
        found.unmeasured += 1
        return
    found.readings[meter.name].append(reading)
    found.digests[meter.name][row.source, row.id] = (row.time, row.digest)


def files_of(segments: Iterable[Segment], root: Path) -> dict[str, tuple[EventFile, ...]]:
    """Segments of the event log as files by event type."""
    by_type: dict[str, list[EventFile]] = defaultdict(list)
    for segment in segments:
        file = EventFile(str(segment.file(root)), segment.columns, segment.needs_seq_filter)
        by_type[segment.type].append(file)
    return {kind: tuple(found) for kind, found in by_type.items()}
