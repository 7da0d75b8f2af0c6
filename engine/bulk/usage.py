"""Usage lines of many cohorts: metered in one pass a meter, rated in one join with the curve rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import lcm

import duckdb
import pyarrow as pa

from engine.bulk.amounts import Shape, append_lines
from engine.bulk.cohort import Cohort, Metered, rounding_of
from engine.bulk.division import NARROW
from engine.bulk.group import Group
from engine.bulk.scopes import scope_usage
from engine.bulk.sheets import ROWS, SHEETS, Sheet, sheet_of, tables_of, wholes
from engine.calendar import to_instant
from engine.metering import EventFile, Job, Slicing, axis_columns, files_read_by, meter_ordered, meter_usage
from engine.rating.usage import meter_slicer

_WIDE = pa.decimal128(38, 0)
_VERSIONS = pa.schema(
    [
        ("key", pa.int32()), ("cohort", pa.int32()), ("price_ver", pa.int16()), ("sheet", pa.int32()),
        ("resting", pa.bool_()), ("charge", pa.string()), ("label", pa.string()), ("unit", pa.string()),
        ("place", pa.string()), ("start_us", pa.int64()), ("end_us", pa.int64()), ("step", _WIDE),
        ("mode", pa.string()), ("taxed", pa.string()), ("free_num", _WIDE), ("free_den", _WIDE),
    ]
)  # fmt: skip


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
    con.register(
        "cohort_keys",
        pa.table(
            {
                "key": pa.array(range(len(group.members)), pa.int32()),
                "cohort": pa.array([c.number for c, _ in group.members], pa.int32()),
            }
        ),
    )
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
    sheets = [sheet_of(v.compiled) for _, m in group.members for v in m.versions]
    _load_rates(con, group, sheets)
    scopes = bool(axis_columns(job)) or group.ordered
    rules = [r for _, m in group.members for v in m.versions if (r := v.compiled.rounding) is not None]
    several = scopes or group.versions > 1 or bool(rules)
    unpriced = scope_usage(con, group, job) if several else set()
    dens = "min(den), max(den) FROM scoped" if several else "min(q_den), max(q_den) FROM usage"
    low, high = con.execute(f"SELECT {dens}").fetchall()[0]
    over = max((lcm(r.step.denominator, (r.least or Fraction(0)).denominator) for r in rules), default=1)
    shape = Shape(
        versions=group.versions > 1,
        scopes=scopes,
        faults=any(row[-1] for sheet in sheets for row in sheet.rows),
        uneven=low != high and several,
        narrow=max(s.money * s.quantity for s in sheets) * max(int(high or 1), over) < NARROW,
        rounded=bool(rules),
    )
    steps = [rounding_of(c, v.charge) for c, m in group.members for v in m.versions]
    return unpriced | append_lines(con, shape, {(rule.mode, rule.step) for rule in steps})


def _load_rates(con: duckdb.DuckDBPyConnection, group: Group, sheets: Sequence[Sheet]) -> None:
    """Tables `versions` (what lines carry) and `rates` (curve rows by version), their numbers as whole ones."""
    rows, heads = tables_of(sheets)
    found = {"curve_row_data": rows, "sheet_data": heads, "version_data": _versions(group)}
    for name, table in found.items():
        con.register(name, table)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE versions AS
        SELECT v.* REPLACE ({wholes(_VERSIONS, "v")}), {wholes(SHEETS, "s")}
        FROM version_data v JOIN sheet_data s USING (sheet)"""
    )
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE rates AS
        SELECT v.key, v.price_ver, v.money, v.quantity, v.free_num, v.free_den, v.resting,
          r.* EXCLUDE (sheet) REPLACE ({wholes(ROWS, "r")})
        FROM versions v JOIN curve_row_data r USING (sheet)"""
    )
    for name in found:
        con.unregister(name)


def _versions(group: Group) -> pa.Table:
    """What every line of a version carries, and which sheet prices it."""
    rows: list[dict[str, object]] = []
    for key, (cohort, metered) in enumerate(group.members):
        for number, version in enumerate(metered.versions):
            rows.append(_version(key, number, len(rows), cohort, metered))
            rows[-1]["resting"] = version.compiled.resting
    return pa.Table.from_pylist(rows, _VERSIONS)


def _version(key: int, number: int, sheet: int, cohort: Cohort, metered: Metered) -> dict[str, object]:
    version, meter = metered.versions[number], cohort.book.meter(metered.meter)
    charge, zone = version.charge, cohort.subject.timezone
    rounding = rounding_of(cohort, charge)
    # an ordered charge's quantities come without what is free
    free = charge.free.quantity if charge.free is not None and version.compiled.ordered is None else None
    start, end = max(version.interval[0], cohort.service[0]), min(version.interval[1], cohort.service[1])
    return {
        "key": key, "cohort": cohort.number, "price_ver": number, "sheet": sheet, "charge": charge.name,
        "label": charge.label or charge.name, "unit": meter.unit or meter.currency,
        "place": str(charge.place) if charge.place.line else "", "start_us": to_instant(start, zone),
        "end_us": to_instant(end, zone), "step": rounding.step, "mode": rounding.mode,
        "taxed": ",".join(charge.taxed), "free_num": None if free is None else free.numerator,
        "free_den": 1 if free is None else free.denominator,
    }  # fmt: skip
