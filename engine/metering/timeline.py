"""Time as a table: which version and bands hold at an instant, for each cohort."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import gcd

import duckdb
import pyarrow as pa

from engine.metering.columns import column, of_rows
from engine.metering.job import Slicing

__all__ = ["LONG_AGO", "Marks", "Timeline", "build", "create", "marks"]

LONG_AGO = -(2**62)
"""Before every event: the first piece of a timeline has no beginning."""
_MAX_BUCKETS = 200_000


@dataclass(frozen=True, slots=True)
class Marks:
    """A table that tells, for a key and an instant, the number of the piece that holds the instant.

    `step` microseconds a bucket from `base` on when the marks lie on a grid: then the look-up is one equality;
    else (`step` 0) it is an ASOF join. `keyed`: there is more than one key.
    """

    table: str
    base: int
    step: int
    buckets: int
    keyed: bool

    def join(self, alias: str, key: str, instant: str, kind: str = "JOIN") -> str:
        """A join clause that adds `alias`.`seg` for a key and an instant; before the first mark the first holds."""
        same = f"{alias}.key = {key} AND " if self.keyed else ""
        if not self.step:
            return f"ASOF {kind} {self.table} {alias} ON {same}{instant} >= {alias}.since"
        bucket = f"greatest(0, least({self.buckets - 1}, ({instant} - {self.base}) // {self.step}))"
        return f"{kind} {self.table} {alias} ON {same}{alias}.bucket = {bucket}"


def marks(con: duckdb.DuckDBPyConnection, table: str, rows: dict[int, list[tuple[int, int]]]) -> Marks:
    """Create the look-up table of `{key: [(at, seg), ...]}`, ascending; the first mark reaches back for ever."""
    inner = [at for pieces in rows.values() for at, _ in pieces[1:]]
    base, step = (min(inner), 0) if inner else (0, 1)
    for at in inner:
        step = gcd(step, at - base)
    step = step or 1
    buckets = (max(inner) - base) // step + 2 if inner else 1
    if buckets * len(rows) > _MAX_BUCKETS:
        flat = [(k, LONG_AGO if i == 0 else at, seg) for k, p in rows.items() for i, (at, seg) in enumerate(p)]
        create(con, table, ("key", "since", "seg"), flat)
        return Marks(table, 0, 0, 0, len(rows) > 1)
    base -= step
    found = []
    for key, pieces in rows.items():
        starts = [at for at, _ in pieces[1:]]
        for bucket in range(buckets):
            found.append((key, bucket, pieces[bisect_right(starts, base + bucket * step)][1]))
    create(con, table, ("key", "bucket", "seg"), found)
    return Marks(table, base, step, buckets, len(rows) > 1)


def create(con: duckdb.DuckDBPyConnection, table: str, names: Sequence[str], rows: Iterable[tuple[int, ...]]) -> None:
    """Create a temporary table of 64-bit integers."""
    con.register(f"{table}_rows", of_rows(rows, pa.schema([(n, pa.int64()) for n in names])))
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM {table}_rows")
    con.unregister(f"{table}_rows")


@dataclass(frozen=True, slots=True)
class Timeline:
    """Pieces of time in which nothing changes. `look_up` is None when there is only one piece.

    The table `classes(cls, ver, b_0, b_1, ...)` says what holds in each; `spans(key, n, since, until, cls)` lists the
    pieces of each cohort in order, the first from long ago, the last without end; `numbers` looks their `n` up.
    """

    look_up: Marks | None
    classes: str
    spans: str
    numbers: Marks | None = None


def build(
    con: duckdb.DuckDBPyConnection, prefix: str, cohorts: Sequence[Slicing], calendars: Sequence[str], versions: bool
) -> Timeline:
    """The timeline of bands and, with `versions`, of price changes."""
    classes: dict[tuple[int, int, tuple[str | None, ...]], int] = {}
    pieces: dict[int, list[tuple[int, int]]] = {}
    for key, cohort in enumerate(cohorts):
        pieces[key] = [
            (at, classes.setdefault((key, ver, bands), len(classes)))
            for at, ver, bands in _pieces(cohort, calendars, versions)
        ]
    _classes(con, f"{prefix}_classes", classes, len(calendars))
    until = {k: [a for a, _ in p[1:]] + [-LONG_AGO] for k, p in pieces.items()}
    rows = [
        (k, n, LONG_AGO if n == 0 else at, until[k][n], cls) for k, p in pieces.items() for n, (at, cls) in enumerate(p)
    ]
    create(con, f"{prefix}_spans", ("key", "n", "since", "until", "cls"), rows)
    if len(classes) == 1:
        return Timeline(None, f"{prefix}_classes", f"{prefix}_spans")
    numbered = {k: [(at, n) for n, (at, _) in enumerate(p)] for k, p in pieces.items()}
    return Timeline(
        marks(con, f"{prefix}_marks", pieces),
        f"{prefix}_classes",
        f"{prefix}_spans",
        marks(con, f"{prefix}_numbers", numbered),
    )


def _pieces(cohort: Slicing, calendars: Sequence[str], versions: bool) -> list[tuple[int, int, tuple[str | None, ...]]]:
    """(from, version, band of each calendar) of a cohort; a calendar that it does not use has no band."""
    tables = dict(cohort.bands)
    cuts = cohort.cuts if versions else ()
    starts = {at for table in tables.values() for at in table.starts[1:]} | set(cuts)
    found: list[tuple[int, int, tuple[str | None, ...]]] = []
    for at in [LONG_AGO, *sorted(starts)]:
        bands = tuple(tables[c].at(at) if c in tables else None for c in calendars)
        piece = (at, bisect_right(sorted(cuts), at), bands)
        if not found or found[-1][1:] != piece[1:]:
            found.append(piece)
    return found


def _classes(
    con: duckdb.DuckDBPyConnection, table: str, classes: dict[tuple[int, int, tuple[str | None, ...]], int], axes: int
) -> None:
    data: dict[str, pa.Array] = {
        "cls": column(list(classes.values()), pa.int64()),
        "ver": column([ver for _, ver, _ in classes], pa.int16()),
    }
    for axis in range(axes):
        data[f"b_{axis}"] = column([bands[axis] for _, _, bands in classes], pa.string())
    con.register(f"{table}_rows", pa.table(data))
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM {table}_rows")
    con.unregister(f"{table}_rows")
