"""The comparison that every property test of this folder makes: the relational result equals the reference exactly."""

from __future__ import annotations

import tempfile
from collections import Counter
from fractions import Fraction
from pathlib import Path

import duckdb
import pyarrow as pa

from engine.metering import Job, Slicing, axis_columns, meter_ordered, meter_unmeasured, meter_usage
from engine.model import Meter
from tests.metering.worlds import (
    Event,
    Key,
    Sub,
    axis_names,
    expected_portions,
    expected_usage,
    readings_of,
    write,
)

BANNED = ("DOUBLE", "FLOAT", "HUGEINT", "UHUGEINT")


def register(con: duckdb.DuckDBPyConnection, subs: list[Sub]) -> None:
    """The table `subs`."""
    con.register(
        "subs",
        pa.table(
            {
                "sub": pa.array([s.sub for s in subs], pa.int32()),
                "subject": pa.array([s.subject for s in subs], pa.string()),
                "from_us": pa.array([s.start for s in subs], pa.int64()),
                "to_us": pa.array([s.end for s in subs], pa.int64()),
                "cohort": pa.array([s.cohort for s in subs], pa.int32()),
            }
        ),
    )


def slice_of(names: list[str], values: list[str | None]) -> tuple[tuple[str, str], ...]:
    """The slice that result columns say; an axis that is not the cohort's is NULL."""
    return tuple(sorted((n, v) for n, v in zip(names, values, strict=True) if v is not None))


def rows(con: duckdb.DuckDBPyConnection, table: str, order: str = "") -> list[dict[str, object]]:
    """All rows of a result, whose columns hold no binary float and no 128-bit integer."""
    relation = con.sql(f"SELECT * FROM {table} {order}")
    kinds = [str(kind) for kind in relation.types]
    assert not [kind for kind in kinds if kind in BANNED], kinds
    return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]


def usage_of(con: duckdb.DuckDBPyConnection, job: Job) -> dict[Key, tuple[Fraction, int, int]]:
    """The relational usage in the form of `expected_usage`."""
    meter_usage(con, job)
    names, columns = axis_names(job.cohorts), axis_columns(job)
    found = {}
    for row in rows(con, "usage"):
        key = (row["sub"], row["from_us"], row["ver"], slice_of(names, [row[c] for c in columns]))
        assert key not in found or job.meter.lasts, f"two rows of {key}"
        quantity = Fraction(int(row["q_num"]), int(row["q_den"]))
        before = found.get(key, (Fraction(0), 0, row["t_last"]))
        found[key] = (before[0] + quantity, before[1] + row["events"], max(before[2], row["t_last"]))
    return found


def digests_of(con: duckdb.DuckDBPyConnection) -> int:
    """The sum of all digests of `usage`."""
    return int(con.sql("SELECT coalesce(sum(digest), 0) FROM usage").fetchall()[0][0])


def ordered_of(con: duckdb.DuckDBPyConnection, job: Job) -> dict[tuple[int, int], Counter[tuple[object, ...]]]:
    """The relational portions of each (sub, from), as a bag."""
    meter_ordered(con, job)
    names, columns = axis_names(job.cohorts), axis_columns(job)
    found: dict[tuple[int, int], Counter[tuple[object, ...]]] = {}
    for row in rows(con, "ordered", "ORDER BY sub, from_us, t, source, id"):
        quantity = Fraction(int(row["q_num"]), int(row["q_den"]))
        item = (row["t"], slice_of(names, [row[c] for c in columns]), quantity, row["events"])
        found.setdefault((row["sub"], row["from_us"]), Counter())[item] += 1
    return found


def check(
    ducks: list[duckdb.DuckDBPyConnection],
    meter: Meter,
    events: list[Event],
    subs: list[Sub],
    cohorts: tuple[Slicing, ...],
    wide: bool = False,
) -> None:
    """Usage, portions and unmeasured events equal the reference's, on one and two threads and in two file layouts."""
    want = expected_usage(meter, events, subs, cohorts)
    portions = {
        key: Counter((p.time, p.slice, p.quantity, p.events) for p in items)
        for key, items in expected_portions(meter, events, subs, cohorts).items()
        if items
    }
    lacking = readings_of(meter, events)[1]
    evidence = set()
    for duck, parts in zip(ducks, (1, 3), strict=True):
        with tempfile.TemporaryDirectory() as folder:
            register(duck, subs)
            job = Job(meter, write(Path(folder), events, parts, wide), cohorts)
            assert usage_of(duck, job) == want
            evidence.add(digests_of(duck))
            assert ordered_of(duck, job) == portions
            meter_unmeasured(duck, job)
            found = {(r["sub"], r["from_us"]): r["events"] for r in rows(duck, "unmeasured")}
            counts: Counter[tuple[int, int]] = Counter()
            for s in subs:
                counts[s.sub, s.start] += sum(e.subject == s.subject and s.start <= e.time < s.end for e in lacking)
            assert found == +counts
    assert len(evidence) == 1, "the evidence depends on threads or layout"
