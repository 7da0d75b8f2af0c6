"""Events as readings for the scalar reference: the few meters without a relational form, proofs, and explanations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import duckdb

from engine.metering.errors import of_duckdb
from engine.metering.files import EventFile, scan
from engine.metering.properties import Want, wanted
from engine.metering.sql import name, text
from engine.model import Meter, Scalar
from engine.rating.expressions import MissingValue, as_number, matches
from engine.rating.given import measured_reading
from engine.rating.readings import Reading

__all__ = ["Fetch", "fetch_readings"]

_IDENTITY = {"subject": "VARCHAR", "time": "TIMESTAMP", "source": "VARCHAR", "id": "VARCHAR", "digest": "BIGINT"}


@dataclass(frozen=True, slots=True)
class Fetch:
    """What to read: events of these subjects before `until_us` (UTC microseconds), learnt by `as_of`.

    `files` hold the events of the meter's type; `names` are properties that its usage is sliced by.
    """

    meter: Meter
    files: tuple[EventFile, ...]
    subjects: Sequence[str]
    until_us: int
    names: tuple[str, ...] = ()
    as_of: int | None = None


def fetch_readings(con: duckdb.DuckDBPyConnection, wish: Fetch) -> Iterator[tuple[str, Reading | None, int]]:
    """(subject, reading, the event's digest) of every event that passes the meter's filter, in no order.

    The reading is None where the event lacks a number that the meter needs. The filter is that of the reference, not
    its relational form: what is derived here proves what was derived there. One Python object an event.
    """
    meter = wish.meter
    wants = wanted(meter, wish.names)
    columns = {f"{'n' if number else 't'}_{p}": number for p, want in wants.items() for number in _columns(want)}
    kinds = _IDENTITY | {column: "DECIMAL(38,12)" if number else "VARCHAR" for column, number in columns.items()}
    where = f"subject IN ({', '.join(map(text, wish.subjects))}) AND time < make_timestamp({wish.until_us}::BIGINT)"
    typed = "".join(f", {name(column)}" for column in columns)
    events = scan(wish.files, kinds, wish.as_of, where)
    query = f"SELECT subject, source, id, epoch_us(time), digest{typed}\nFROM ({events})"
    try:
        rows = con.execute(query).fetchall()
    except duckdb.Error as error:
        known = of_duckdb(error, meter.name)
        if known is None:
            raise
        raise known from error
    keys = [column[2:] for column in columns]
    for subject, source, ident, time, digest, *values in rows:
        attributes = _properties(keys, values)
        if not matches(meter.where, attributes):
            continue
        try:
            yield subject, measured_reading(meter, attributes, time, (source, ident)), digest
        except MissingValue:
            yield subject, None, digest


def _columns(want: Want) -> Iterable[bool]:
    """Number columns before text columns, as `_properties` reads them."""
    return [True] * want.number + [False] * want.text


def _properties(keys: Sequence[str], values: Sequence[object]) -> dict[str, Scalar]:
    """A stored event's properties. A number kept as text too is its text, which slices and keys compare and which reads
    back as that number; but not where the log rounded it, since amounts are made of what the log holds."""
    found: dict[str, Scalar] = {}
    for key, value in zip(keys, values, strict=True):
        if isinstance(value, Decimal):
            found[key] = Fraction(value)
        elif isinstance(value, str) and found.get(key) in (None, as_number(value)):
            found[key] = value
    return found
