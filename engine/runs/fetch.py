"""Events of a few accounts as readings: what explain, verify and the scalar reference look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from engine.rating.axes import axes_of, sliced_names
from engine.rating.expressions import MissingValue, matches
from engine.rating.given import measured_reading
from engine.rating.terms import all_terms


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
    owners: Mapping[str, Sequence[int]], until_us: int, as_of: int | None,
) -> dict[int, Fetched]:  # fmt: skip
    """Readings of these meters by account: `owners` says whose events a subject's are.

    Every event before `until_us`, learnt by `as_of`; one query a meter for all accounts.
    """
    found = {account: Fetched() for accounts in owners.values() for account in accounts}
    for meter in meters:
        names = _names(book, meter)
        for subject, row in _rows(con, files.get(meter.event_type, ()), meter, names, owners, until_us, as_of):
            for account in owners[subject]:
                _take(found[account], meter, row)
    return found


def _names(book: Book, meter: Meter) -> tuple[str, ...]:
    """Properties that slice a meter: its own, and those of every price it may be rated by."""
    charges = [c for plan in book.plans for c in plan.charges]
    names = set(meter.by)
    for terms in (t for contract in book.contracts for t in all_terms(contract)):
        charges += terms.charges
        prices = [o.price for o in terms.overrides if o.price is not None]
        names.update(a.name for price in prices for a in axes_of(price) if a.calendar is None)
    names.update(sliced_names(c for c in charges if c.meter == meter.name))
    return tuple(sorted(names))


@dataclass(frozen=True, slots=True)
class _Row:
    source: str
    id: str
    time: int
    digest: int
    attributes: dict[str, Scalar]


def _rows(
    con: duckdb.DuckDBPyConnection, files: Sequence[EventFile], meter: Meter, names: Sequence[str],
    subjects: Iterable[str], until_us: int, as_of: int | None,
) -> Iterator[tuple[str, _Row]]:  # fmt: skip
    """(subject, event) rows of one meter's type."""
    wants = wanted(meter, tuple(names))
    columns = {"subject": "VARCHAR", "time": "TIMESTAMP", "source": "VARCHAR", "id": "VARCHAR", "digest": "BIGINT"}
    for prop, want in wants.items():
        if want.number:
            columns[f"n_{prop}"] = "DECIMAL(38,12)"
        if want.text:
            columns[f"t_{prop}"] = "VARCHAR"
    listed = ", ".join("'" + s.replace("'", "''") + "'" for s in subjects)
    where = f"subject IN ({listed}) AND time < make_timestamp({until_us}::BIGINT)"
    typed = ", COLUMNS('^[nt]_')" if wants else ""
    query = f"SELECT subject, source, id, epoch_us(time), digest{typed} FROM ({scan(files, columns, as_of, where)})"
    cursor = con.execute(query)
    keys = [d[0] for d in cursor.description or ()][5:]
    for r in cursor.fetchall():
        yield r[0], _Row(r[1], r[2], r[3], r[4], _attributes(keys, r[5:]))


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
        file = EventFile(str(segment.file(root)), segment.columns, segment.needs_seq_filter, segment.withdrawn)
        by_type[segment.type].append(file)
    return {kind: tuple(found) for kind, found in by_type.items()}
