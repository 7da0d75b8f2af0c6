"""A job made ready: what its tables hold, which columns it reads and how wide they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import count

import duckdb

from engine.metering.errors import MeterError
from engine.metering.files import EventFile, scan
from engine.metering.grids import Grid, lay_grid
from engine.metering.job import Job
from engine.metering.properties import wanted
from engine.metering.sql import name
from engine.metering.timeline import Timeline, build
from engine.metering.values import Term, degree, measured
from engine.model import Meter
from engine.rating.readings import band_axis

__all__ = ["LEVELS", "Plan", "axis_columns", "drop", "places_of", "plan", "plan_columns"]

LEVELS = ("time_weighted", "integral")
_NARROW, _WIDE = "DECIMAL(18,6)", "DECIMAL(38,12)"
_PREFIXES = count()
FEW = 500
"""Up to so many subjects are named in a query."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A job with everything its queries depend on; its helper tables live in the connection under `prefix`.

    `subjects`: all of them where they are `FEW`, else empty.
    `windows`: least and greatest from_us, least and greatest to_us. `term`: the measured value. `one_cohort`: all subs
    are in cohort 0. `grid`: the windows of a windowed meter; `subs` then tells which grid each service window uses.
    A quantity in base units is `v x factor.numerator / (10^places x over x factor.denominator)`.
    """

    job: Job
    prefix: str
    windows: tuple[int, int, int, int]
    one_cohort: bool
    term: Term
    kinds: dict[str, str]
    time: Timeline
    bands: Timeline
    subs: str
    grid: Grid | None = None
    subjects: tuple[str, ...] = ()

    @property
    def meter(self) -> Meter:
        """The meter."""
        return self.job.meter

    @property
    def scale(self) -> Fraction:
        """What one unit of the integer form of a value (its last place) is worth in base units."""
        factor = Fraction(1) if self.meter.measure.aggregation == "unique" else self.meter.factor
        return factor / Fraction(10**self.term.places * self.term.over)

    @property
    def one_window(self) -> bool:
        """Whether all subs share one service window."""
        first, last_first, first_end, end = self.windows
        return first == last_first and first_end == end


def axis_columns(job: Job) -> list[str]:
    """The names of the slice columns of the results: `s_<property>`, then `s_band of <calendar>`."""
    return [f"s_{n}" for n in job.names] + [f"s_{band_axis(c)}" for c in job.calendars]


def plan(con: duckdb.DuckDBPyConnection, job: Job) -> Plan:
    """Look at the subs and the files, create the helper tables. Raises RBU02 and RBU05."""
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", job.subs):
        raise MeterError("RBU05", f"`{job.subs}` is no plain table name", "register the subs under a simple name")
    found = con.sql(
        f"SELECT min(from_us), max(from_us), min(to_us), max(to_us), min(cohort), max(cohort) FROM {job.subs}"
    ).fetchall()[0]
    windows = (0, 0, 0, 0) if found[0] is None else (found[0], found[1], found[2], found[3])
    low, high = found[4] or 0, found[5] or 0
    if low < 0 or high >= len(job.cohorts):
        raise MeterError("RBU05", f"cohort {high if low >= 0 else low} has no slicing", "give one slicing a cohort")
    prefix = f"metering_{next(_PREFIXES)}"
    kinds = plan_columns(con, job)
    places = {c[2:]: places_of(kind) for c, kind in kinds.items() if c.startswith("n_")}
    time = build(con, f"{prefix}_time", job.cohorts, job.calendars, versions=True)
    bands = time
    if any(cohort.cuts for cohort in job.cohorts):
        bands = build(con, f"{prefix}_bands", job.cohorts, job.calendars, versions=False)
    _views(con, prefix, time)
    term = measured(job.meter.measure, places)
    window = job.meter.measure.window
    if window is None or window.kind == "session":
        return Plan(job, prefix, windows, high == 0, term, kinds, time, bands, job.subs, None, _few(con, job))
    grid = lay_grid(con, prefix, job, window)
    return Plan(job, prefix, windows, high == 0, term, kinds, time, bands, f"{prefix}_subs", grid, _few(con, job))


def _few(con: duckdb.DuckDBPyConnection, job: Job) -> tuple[str, ...]:
    """The subjects, where they are few: named in the query, they let a scan skip all rows of others."""
    found = con.execute(f"SELECT DISTINCT subject FROM {job.subs} LIMIT {FEW + 1}").fetchall()
    return tuple(sorted(row[0] for row in found)) if len(found) <= FEW else ()


def _views(con: duckdb.DuckDBPyConnection, prefix: str, time: Timeline) -> None:
    """Two grids every job has: the pieces of its timeline, and each cohort's period as one window."""
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW {prefix}_pieces AS SELECT key, n AS k, since AS lo, until AS hi FROM {time.spans}"
    )
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW {prefix}_period AS "
        f"SELECT key, 0 AS k, min(since) AS lo, max(until) AS hi FROM {time.spans} GROUP BY key"
    )


def drop(con: duckdb.DuckDBPyConnection, ready: Plan) -> None:
    """Remove a plan's helper tables and views."""
    for kind in ("view", "table"):
        found = con.execute(
            f"SELECT {kind}_name FROM duckdb_{kind}s() WHERE temporary AND starts_with({kind}_name, ?)",
            [ready.prefix + "_"],
        ).fetchall()
        for (helper,) in found:
            con.execute(f"DROP {kind} {helper}")


def plan_columns(con: duckdb.DuckDBPyConnection, job: Job) -> dict[str, str]:
    """Column → type as the queries see it: numbers narrow where every file has them narrow."""
    kinds: dict[str, str] = {}
    for prop, want in wanted(job.meter, job.names).items():
        if want.text:
            kinds[f"t_{prop}"] = "VARCHAR"
        if want.number:
            column = f"n_{prop}"
            is_wide = any(f.columns.get(column, _NARROW) != _NARROW for f in job.files)
            kinds[column] = _WIDE if is_wide else _NARROW
    measure = job.meter.measure
    wide = [c for c, kind in kinds.items() if kind == _WIDE]
    if wide and (degree(measure.value) > 1 or measure.aggregation in LEVELS):
        for column, needed in zip(wide, _needed(con, job.files, wide), strict=True):
            kinds[column] = f"DECIMAL(38,{needed})"
    return kinds


def places_of(kind: str) -> int:
    """The decimals of a DECIMAL type."""
    return int(kind.rstrip(")").split(",")[1])


def _needed(con: duckdb.DuckDBPyConnection, files: Sequence[EventFile], columns: Sequence[str]) -> list[int]:
    """How many decimals the values of each column use: products of wide columns would not fit otherwise."""
    ladder = (0, 2, 4, 6, 9)
    picks = []
    for column in columns:
        quoted = name(column)
        steps = " ".join(f"WHEN round({quoted}, {p}) = {quoted} THEN {p}" for p in ladder)
        picks.append(f"coalesce(max(CASE WHEN {quoted} IS NULL THEN 0 {steps} ELSE 12 END), 0)")
    source = scan(files, dict.fromkeys(columns, _WIDE), None, "")
    row = con.sql(f"SELECT {', '.join(picks)} FROM ({source})").fetchall()[0]
    return [int(value) for value in row]
