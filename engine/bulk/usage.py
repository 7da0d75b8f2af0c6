"""Usage lines of many cohorts: metered in one pass a meter, rated in one join with the curve rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import duckdb
import pyarrow as pa

from engine.bulk.amounts import Shape, append_lines
from engine.bulk.cohort import Cohort, Metered, rounding_of
from engine.bulk.division import NARROW
from engine.bulk.rounding import whole
from engine.bulk.sheets import ROWS, SHEETS, Sheet, sheet_of, tables_of, wholes
from engine.calendar import to_instant
from engine.metering import EventFile, Job, Slicing, axis_columns, meter_usage
from engine.rating import NoPrice
from engine.rating.usage import meter_slicer

_WIDE = pa.decimal128(38, 0)
Member = tuple[Cohort, Metered]
_VERSIONS = pa.schema(
    [
        ("key", pa.int32()), ("cohort", pa.int32()), ("price_ver", pa.int16()), ("sheet", pa.int32()),
        ("resting", pa.bool_()), ("charge", pa.string()), ("label", pa.string()), ("unit", pa.string()),
        ("place", pa.string()), ("start_us", pa.int64()), ("end_us", pa.int64()), ("step", _WIDE),
        ("mode", pa.string()), ("taxed", pa.string()), ("free_num", _WIDE), ("free_den", _WIDE),
    ]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Group:
    """Charges of several cohorts on one meter, metered and rated together; a cohort is in it at most once."""

    members: tuple[Member, ...]

    @property
    def versions(self) -> int:
        """The greatest number of price versions of a member."""
        return max(len(m.versions) for _, m in self.members)


def grouped(regular: Iterable[tuple[Cohort, Sequence[Metered]]]) -> list[Group]:
    """Charges grouped by the meaning of their meter; a cohort's second charge on a meter goes into another group."""
    found: dict[tuple[object, int], list[Member]] = {}
    for cohort, charges in regular:
        seen: dict[str, int] = {}
        for metered in charges:
            rank = seen.get(metered.meter, 0)
            seen[metered.meter] = rank + 1
            found.setdefault((cohort.book.meter(metered.meter), rank), []).append((cohort, metered))
    return [Group(tuple(members)) for members in found.values()]


def meter_group(
    con: duckdb.DuckDBPyConnection, group: Group, files: Mapping[str, tuple[EventFile, ...]], as_of: int | None
) -> Job:
    """Table `usage` of a group, metered from the events known by `as_of`."""
    prepare_group(con, group)
    cohort, metered = group.members[0]
    meter = cohort.book.meter(metered.meter)
    slicings = tuple(_slicing(c, m) for c, m in group.members)
    job = Job(meter, files.get(meter.event_type, ()), slicings, "group_subs", as_of)
    meter_usage(con, job, "usage")
    return job


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
    axes = axis_columns(job)
    unpriced: set[int] = set()
    weight = 1
    if axes or group.versions > 1:
        unpriced, weight = _map_slices(con, group, job)
    low, high = con.execute("SELECT min(q_den), max(q_den) FROM usage").fetchall()[0]
    shape = Shape(
        versions=group.versions > 1,
        scopes=bool(axes),
        faults=any(row[-1] for sheet in sheets for row in sheet.rows),
        uneven=low != high and bool(axes or group.versions > 1),
        narrow=max(s.money * s.quantity for s in sheets) * weight * int(high or 1) < NARROW,
    )
    rules = [rounding_of(c, v.charge) for c, m in group.members for v in m.versions]
    return unpriced | append_lines(con, shape, {(rule.mode, rule.step) for rule in rules})


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
            rows[-1]["resting"] = version.compiled.kind == "total"
    return pa.Table.from_pylist(rows, _VERSIONS)


def _version(key: int, number: int, sheet: int, cohort: Cohort, metered: Metered) -> dict[str, object]:
    version, meter = metered.versions[number], cohort.book.meter(metered.meter)
    charge, zone = version.charge, cohort.subject.timezone
    rounding = rounding_of(cohort, charge)
    free = charge.free.quantity if charge.free is not None else None
    start, end = max(version.interval[0], cohort.service[0]), min(version.interval[1], cohort.service[1])
    return {
        "key": key, "cohort": cohort.number, "price_ver": number, "sheet": sheet, "charge": charge.name,
        "label": charge.label or charge.name, "unit": meter.unit or meter.currency,
        "place": str(charge.place) if charge.place.line else "", "start_us": to_instant(start, zone),
        "end_us": to_instant(end, zone), "step": rounding.step, "mode": rounding.mode,
        "taxed": ",".join(charge.taxed), "free_num": None if free is None else free.numerator,
        "free_den": 1 if free is None else free.denominator,
    }  # fmt: skip


def _map_slices(con: duckdb.DuckDBPyConnection, group: Group, job: Job) -> tuple[set[int], int]:
    """Table `scoped`: usage by sub, cohort key, price version and scope, weighed.

    Subs in unpriced slices return, and what the weights multiply the denominators by.
    """
    axes = axis_columns(job)
    quoted = [f'"{a}"' for a in axes]
    listed = ", ".join(f"u.{q}" for q in quoted)
    head = f", {listed}" if axes else ""
    slices = con.execute(
        f"SELECT DISTINCT k.key{head} FROM usage u JOIN members g USING (sub) JOIN cohort_key k USING (cohort)"
    ).fetchall()
    rows: list[dict[str, object]] = []
    bad: list[tuple[object, ...]] = []
    for key, *values in slices:
        metered = group.members[key][1]
        known = {a[2:]: v for a, v in zip(axes, values, strict=True) if v is not None}
        for number, version in enumerate(metered.versions):
            try:
                scope = version.compiled.scope_of(known)
            except NoPrice:
                bad.append((key, *values))
                continue
            weight = version.compiled.weight_of(known)
            rows.append({"key": key, "price_ver": number, "scope": scope, "weight": weight,
                         **{f"a{i}": v for i, v in enumerate(values)}})  # fmt: skip
    over = lcm(1, *(w.denominator for r in rows if isinstance(w := r["weight"], Fraction)))
    for row in rows:
        weight = row.pop("weight")
        assert isinstance(weight, Fraction)
        row["w_num"] = int(weight * over)
        row["w_den"] = over
    kinds = pa.schema(
        [("key", pa.int32()), ("price_ver", pa.int16()), ("scope", pa.int32()), ("w_num", _WIDE), ("w_den", _WIDE),
         *((f"a{i}", pa.string()) for i in range(len(axes)))]
    )  # fmt: skip
    con.register("slice_data", pa.Table.from_pylist(rows, kinds))
    same = "".join(f" AND u.{q} IS NOT DISTINCT FROM m.a{i}" for i, q in enumerate(quoted))
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE scoped AS
        SELECT u.sub, m.key, m.price_ver, m.scope, u.ver, {whole("u.q_num")} * m.w_num AS q,
          {whole("u.q_den")} * m.w_den AS den, u.events, u.digest
        FROM usage u JOIN members g USING (sub) JOIN cohort_key k USING (cohort)
        JOIN (SELECT * REPLACE ({wholes(kinds, "slice_data")}) FROM slice_data) m ON m.key = k.key{same}"""
    )
    if not bad:
        return set(), over
    conditions = " OR ".join(
        "(g.cohort = {} AND {})".format(
            key, " AND ".join(f"u.{q} IS NOT DISTINCT FROM {_text(v)}" for q, v in zip(quoted, values, strict=True))
        )
        for key, *values in bad
    )
    found = con.execute(
        f"SELECT DISTINCT u.sub FROM usage u JOIN group_subs g USING (sub, from_us) WHERE {conditions}"
    ).fetchall()
    return {row[0] for row in found}, over


def _text(value: object) -> str:
    return "NULL" if value is None else "'" + str(value).replace("'", "''") + "'"
