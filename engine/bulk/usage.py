"""Usage lines of many cohorts: metered in one pass a meter, rated in one join with the curve rows."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import lcm

import duckdb
import pyarrow as pa

from engine.bulk.amounts import Shape, append_lines
from engine.bulk.cohort import Cohort, Metered, rounding_of
from engine.bulk.division import NARROW
from engine.bulk.group import Group
from engine.bulk.narrow import append_narrow, usage_of
from engine.bulk.scopes import scope_usage
from engine.bulk.versions import load_rates, load_versions, sheets_of
from engine.calendar import to_instant
from engine.metering import EventFile, Job, Slicing, axis_columns, files_read_by, meter_ordered, meter_usage
from engine.metering.columns import of_rows
from engine.rating.usage import meter_slicer


def meter_group(
    con: duckdb.DuckDBPyConnection, group: Group, files: Mapping[str, tuple[EventFile, ...]], as_of: int | None
) -> Job:
    """Table `usage` of a group (`ordered`, where it looks at single events), of the events known by `as_of`."""
    prepare_group(con, group)
    job = job_of(group, files, as_of)
    if group.ordered:
        meter_ordered(con, job, "ordered")
    else:
        meter_usage(con, job, "usage")
    return job


def job_of(group: Group, files: Mapping[str, tuple[EventFile, ...]], as_of: int | None) -> Job:
    """What is metered for a group whose `group_subs` are prepared."""
    cohort, metered = group.members[0]
    meter = cohort.book.meter(metered.meter)
    slicings = tuple(_slicing(c, m) for c, m in group.members)
    return Job(meter, files_read_by(files, meter), slicings, "group_subs", as_of)


def prepare_group(con: duckdb.DuckDBPyConnection, group: Group) -> None:
    """Table `cohort_key(key, cohort)`: cohorts by their place in the group; view `group_subs`: `subs` by key."""
    keys = ((key, cohort.number) for key, (cohort, _) in enumerate(group.members))
    con.register("cohort_keys", of_rows(keys, pa.schema([("key", pa.int32()), ("cohort", pa.int32())])))
    con.execute("CREATE OR REPLACE TEMP TABLE cohort_key AS SELECT * FROM cohort_keys")
    con.execute(
        """CREATE OR REPLACE TEMP VIEW group_subs AS SELECT s.sub, s.subject, s.from_us, s.to_us, k.key AS cohort
        FROM subs s JOIN cohort_key k ON k.cohort = s.cohort"""
    )


def _slicing(cohort: Cohort, metered: Metered) -> Slicing:
    zone = cohort.subject.timezone
    window = to_instant(cohort.service[0], zone), to_instant(cohort.service[1], zone)
    charges = [v.charge for v in metered.versions]
    slicer = meter_slicer(cohort.book, cohort.book.meter(metered.meter), charges, window, zone, metered.cuts)
    return Slicing(slicer.names, tuple((slicer.bands or {}).items()), metered.cuts, zone)


def rate_group(con: duckdb.DuckDBPyConnection, group: Group, job: Job) -> set[int]:
    """Append the usage lines of a metered group to `bulk_lines`; returns the subs that the reference must bill.

    Raises `duckdb.OutOfRangeException` where a product leaves 128 bits, `TooWide` where a price does, `Uneven`.
    """
    rules = [r for _, m in group.members for v in m.versions if (r := v.compiled.rounding) is not None]
    scopes = bool(axis_columns(job)) or group.ordered
    several = scopes or group.versions > 1 or bool(rules)
    kinds = {(r.mode, r.step) for r in (rounding_of(c, v.charge) for c, m in group.members for v in m.versions)}
    usage = None if several else usage_of(con)
    load_versions(con, group, usage)
    members = "members"
    if usage is not None:
        free = any(v.charge.free is not None for _, m in group.members for v in m.versions)
        if not append_narrow(con, usage, kinds, free=free):
            return set()
        members = "left_members"
        con.execute(f"CREATE OR REPLACE TEMP TABLE {members} AS {_LEFT}")
    load_rates(con, group)
    unpriced = scope_usage(con, group, job) if several else set()
    dens = "min(den), max(den) FROM scoped" if several else "min(q_den), max(q_den) FROM usage"
    low, high = con.execute(f"SELECT {dens}").fetchall()[0]
    over = max((lcm(r.step.denominator, (r.least or Fraction(0)).denominator) for r in rules), default=1)
    sheets, _ = sheets_of(group)
    shape = Shape(
        versions=group.versions > 1,
        scopes=scopes,
        faults=any(row[-1] for sheet in sheets for row in sheet.rows),
        uneven=low != high and several,
        narrow=max(s.money * s.quantity for s in sheets) * max(int(high or 1), over) < NARROW,
        rounded=bool(rules),
        members=members,
    )
    return unpriced | append_lines(con, shape, kinds)


_LEFT = """SELECT m.sub, m.cohort FROM members m JOIN cohort_key USING (cohort) ANTI JOIN (
  SELECT sub FROM bulk_used WHERE head >= (SELECT min(head) FROM versions)) u USING (sub)"""
"""Members of the group without a narrow line of it."""
