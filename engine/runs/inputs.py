"""Subscriptions as one table, and the distinct terms in it: what a run plans with, without a loop over accounts."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pj
from sqlalchemy import Connection

from engine.journal.documents import Documents
from engine.runs.tasks import Terms

SUBSCRIPTION = (
    "id", "customer", "book", "plan", "start", "end", "anchor_day", "timezone", "contract", "licensed", "coupons",
)  # fmt: skip
TODAY = "today"
TERMS = Terms.__slots__
NAMES = ", ".join(f'"{name}"' for name in TERMS)


def document_table(held: Documents, connection: Connection, kind: str, fields: Iterable[str]) -> pa.Table:
    """Text fields of all documents of a kind, one row each, in the order of their ids."""
    bodies = held.table(connection, kind)["body"]
    schema = pa.schema([(name, pa.string()) for name in fields])
    if not len(bodies):
        return schema.empty_table()
    text = b"".join(_text_of(pc.binary_join_element_wise(chunk, "", "\n")) for chunk in bodies.chunks)
    options = pj.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore")
    return pj.read_json(pa.BufferReader(text), parse_options=options).select(list(schema.names))


def _text_of(lines: pa.StringArray) -> bytes:
    """Texts one after the other: the buffer they stand in, without an object for each."""
    if not len(lines):
        return b""
    _, offsets, values = lines.buffers()
    ends = memoryview(offsets).cast("i")
    return bytes(memoryview(values)[ends[lines.offset] : ends[lines.offset + len(lines)]])


def load_today(con: duckdb.DuckDBPyConnection, held: Documents, connection: Connection) -> None:
    """Create table `today`: the subscriptions as they are now, fields as text; an empty time zone is the customer's."""
    con.register("raw_subscriptions", document_table(held, connection, "subscription", SUBSCRIPTION))
    con.register("raw_customers", document_table(held, connection, "customer", ("id", "timezone")))
    fields = ", ".join(f's."{name}"' for name in SUBSCRIPTION if name != "timezone")
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE {TODAY} AS
        SELECT {fields}, coalesce(nullif(s.timezone, ''), c.timezone, '') AS timezone
        FROM raw_subscriptions s LEFT JOIN raw_customers c ON c.id = s.customer"""
    )


def load_subscriptions(con: duckdb.DuckDBPyConnection, path: Path) -> list[Terms]:
    """Create table `subscriptions` (`terms` is its number) from a run's pinned file; return the terms by number."""
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE subscriptions AS
        SELECT *, dense_rank() OVER (ORDER BY {NAMES}) - 1 AS terms FROM read_parquet(?)""",
        [str(path)],
    )
    rows = con.execute(f"SELECT DISTINCT terms, {NAMES} FROM subscriptions ORDER BY terms").fetchall()
    return [Terms(*row[1:]) for row in rows]


def load_tasks(con: duckdb.DuckDBPyConnection, rows: list[tuple[int, int, int, int]]) -> int:
    """Create tables `billed` and `subs` from (task, terms, from_us, to_us) rows; returns how many are billed.

    `billed(sub, task, subscription, customer, ...)`: one row a subscription and billing period, `sub` numbered by
    customer, subscription and time: the order of invoice numbers. `subs`: the same as metering wants it; a
    subscription's events may carry the customer's id or its own.
    """
    con.register(
        "task_rows",
        pa.table(
            {
                "task": pa.array([r[0] for r in rows], pa.int32()),
                "terms": pa.array([r[1] for r in rows], pa.int64()),
                "from_us": pa.array([r[2] for r in rows], pa.int64()),
                "to_us": pa.array([r[3] for r in rows], pa.int64()),
            }
        ),
    )
    con.execute(
        """CREATE OR REPLACE TEMP TABLE billed AS
        SELECT (row_number() OVER (ORDER BY s.customer, s.id, t.from_us, t.task) - 1)::INTEGER AS sub,
          t.task, s.id AS subscription, s.customer, s.book, s.plan, t.from_us, t.to_us
        FROM subscriptions s JOIN task_rows t USING (terms)"""
    )
    con.execute(
        """CREATE OR REPLACE TEMP TABLE subs AS
        SELECT sub, customer AS subject, from_us, to_us, task AS cohort FROM billed
        UNION ALL
        SELECT sub, subscription, from_us, to_us, task FROM billed WHERE subscription <> customer"""
    )
    found = con.execute("SELECT count(*) FROM billed").fetchall()[0]
    return int(found[0])
