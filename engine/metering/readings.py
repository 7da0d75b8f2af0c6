"""Readings for the scalar reference: the few meters without a relational form, and explanations of a single line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction

import duckdb

from engine.metering.errors import of_duckdb
from engine.metering.files import scan
from engine.metering.job import Job
from engine.metering.plan import plan_columns
from engine.metering.predicates import condition
from engine.metering.properties import Want, wanted
from engine.metering.sql import name
from engine.model import Scalar
from engine.rating.expressions import MissingValue
from engine.rating.given import measured_reading
from engine.rating.readings import Reading

__all__ = ["fetch_readings"]


def fetch_readings(con: duckdb.DuckDBPyConnection, job: Job) -> dict[tuple[int, int], list[Reading]]:
    """Readings by (sub, from_us), in event-time order, from the first event to the end of each service window.

    Events that the meter cannot measure are left out; `meter_unmeasured` counts them. One Python object an event: for
    accounts that a person looks at and for meters that `not_relational` names.
    """
    wants = wanted(job.meter, job.names)
    kinds = plan_columns(con, job) | {"subject": "VARCHAR", "time": "TIMESTAMP", "source": "VARCHAR", "id": "VARCHAR"}
    where = condition(job.meter.where) if job.meter.where is not None else ""
    columns = [name(c) for c in kinds if c[:2] in ("n_", "t_")]
    query = (
        f"SELECT s.sub, s.from_us, epoch_us(r.time) AS t, r.source, r.id{''.join(', r.' + c for c in columns)}\n"
        f"FROM ({scan(job.files, kinds, job.as_of, where)}) r JOIN {job.subs} s ON r.subject = s.subject "
        f"AND r.time < make_timestamp(s.to_us)\nORDER BY s.sub, s.from_us, t, r.source, r.id"
    )
    try:
        table = con.sql(query).to_arrow_table()
    except duckdb.Error as error:
        known = of_duckdb(error, job.meter.name)
        if known is None:
            raise
        raise known from error
    found: dict[tuple[int, int], list[Reading]] = defaultdict(list)
    for row in table.to_pylist():
        try:
            reading = measured_reading(job.meter, _properties(row, wants), row["t"], (row["source"], row["id"]))
        except MissingValue:
            continue
        found[row["sub"], row["from_us"]].append(reading)
    return dict(found)


def _properties(row: Mapping[str, object], wants: Mapping[str, Want]) -> dict[str, Scalar]:
    """A stored event's properties: as text where the text was kept, since a number's text reads back as that number."""
    found: dict[str, Scalar] = {}
    for prop, want in wants.items():
        value = row[f"t_{prop}"] if want.text else row[f"n_{prop}"]
        if value is not None:
            found[prop] = value if isinstance(value, str) else Fraction(str(value))
    return found
