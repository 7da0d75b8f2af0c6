"""The comparison that every property test of this folder makes: the relational result equals the reference exactly."""

from __future__ import annotations

import tempfile
from collections import Counter
from fractions import Fraction
from pathlib import Path

import duckdb
import pyarrow as pa

from engine.metering import (
    Fetch,
    Job,
    Line,
    Slicing,
    axis_columns,
    events_of,
    fetch_readings,
    meter_ordered,
    meter_unmeasured,
    meter_usage,
)
from engine.model import Meter
from engine.rating import Reading
from engine.rating.expressions import as_text
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


def evidence_adds_up(con: duckdb.DuckDBPyConnection, job: Job) -> None:
    """The events behind each line, read in pages, are as many as it says and carry its digest."""
    sums: dict[tuple[int, int, int, tuple[tuple[str, str], ...]], list[int]] = {}
    for row in rows(con, "usage"):
        axes = tuple((c, row[c]) for c in axis_columns(job) if row[c] is not None)
        line = (row["sub"], row["from_us"], row["ver"], axes)
        total = sums.setdefault(line, [0, 0])
        total[0] += row["events"]
        total[1] += int(row["digest"])
    for (sub, start, ver, axes), total in sums.items():
        line, cursor, seen = Line(sub, start, ver, dict(axes)), None, [0, 0]
        while True:
            page = events_of(con, job, line, limit=3, cursor=cursor)
            for event in page.events.to_pylist():
                seen[0] += event["times"]
                seen[1] += event["times"] * event["digest"]
            cursor = page.cursor
            if cursor is None:
                break
        assert seen == total


def readings_agree(con: duckdb.DuckDBPyConnection, job: Job, events: list[Event], subs: list[Sub]) -> None:
    """The readings fetched for the reference are those of the events themselves, and so are the events they lack."""
    read, lacking = readings_of(job.meter, events)
    for end in {s.end for s in subs}:
        mine = sorted({s.subject for s in subs if s.end == end})
        want = [_seen(job, e.subject, r) for r, e in read if e.subject in mine and e.time < end]
        wish = Fetch(job.meter, job.files, mine, end, job.names, job.as_of)
        fetched = list(fetch_readings(con, wish))
        assert Counter(_seen(job, subject, r) for subject, r, _ in fetched if r is not None) == Counter(want)
        unmeasured = [e for e in lacking if e.subject in mine and e.time < end]
        assert sum(r is None for _, r, _ in fetched) == len(unmeasured)


def _seen(job: Job, subject: str, reading: Reading) -> tuple[object, ...]:
    """What counts of a reading: its place in time, its value, and the text of what slices it."""
    slices = tuple(None if (v := reading.attributes.get(n)) is None else as_text(v) for n in job.names)
    own = (reading.time, reading.order, reading.value, reading.key, reading.operation, reading.end)
    return (subject, *own, slices)


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
            if parts == 3:
                evidence_adds_up(duck, job)
                readings_agree(duck, job, events, subs)
            assert ordered_of(duck, job) == portions
            meter_unmeasured(duck, job)
            found = {(r["sub"], r["from_us"]): r["events"] for r in rows(duck, "unmeasured")}
            counts: Counter[tuple[int, int]] = Counter()
            for s in subs:
                counts[s.sub, s.start] += sum(e.subject == s.subject and s.start <= e.time < s.end for e in lacking)
            assert found == +counts
    assert len(evidence) == 1, "the evidence depends on threads or layout"
