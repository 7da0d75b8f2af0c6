"""Usage lines of many cohorts: metered in one pass a meter, rated in one join with the curve rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import duckdb
import pyarrow as pa

from engine.bulk.cohort import Cohort, Metered
from engine.bulk.rounding import divided
from engine.bulk.sheets import sheet_of, tables_of
from engine.calendar import to_instant
from engine.metering import EventFile, Job, Slicing, axis_columns, meter_usage
from engine.rating import NoPrice
from engine.rating.usage import meter_slicer

_WIDE = pa.decimal128(38, 0)
Member = tuple[Cohort, Metered]


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
    """Table `usage` of a group, with the cohort's key in `cohort_key(key, cohort)`."""
    cohort, metered = group.members[0]
    meter = cohort.book.meter(metered.meter)
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
    slicings = tuple(_slicing(c, m) for c, m in group.members)
    job = Job(meter, files.get(meter.event_type, ()), slicings, "group_subs", as_of)
    meter_usage(con, job, "usage")
    return job


def _slicing(cohort: Cohort, metered: Metered) -> Slicing:
    zone = cohort.subject.timezone
    window = to_instant(cohort.service[0], zone), to_instant(cohort.service[1], zone)
    charges = [v.charge for v in metered.versions]
    slicer = meter_slicer(cohort.book, cohort.book.meter(metered.meter), charges, window, zone, metered.cuts)
    return Slicing(slicer.names, tuple((slicer.bands or {}).items()), metered.cuts, zone)


def rate_group(con: duckdb.DuckDBPyConnection, group: Group, job: Job) -> set[int]:
    """Append the usage lines of a metered group to `bulk_lines`; returns the subs that the reference must bill.

    Raises `duckdb.OutOfRangeException` where a product leaves 128 bits, `TooWide` where a price does.
    """
    sheets = [sheet_of(v.compiled) for _, m in group.members for v in m.versions]
    rows, heads = tables_of(sheets)
    con.register("curve_row_data", rows)
    con.register("sheet_data", heads)
    con.execute("CREATE OR REPLACE TEMP TABLE curve_rows AS SELECT * FROM curve_row_data")
    con.register("version_data", _versions(group))
    con.execute("CREATE OR REPLACE TEMP TABLE versions AS SELECT v.*, s.* EXCLUDE (sheet) FROM version_data v "
                "JOIN sheet_data s USING (sheet)")  # fmt: skip
    unpriced = _map_slices(con, group, job)
    _positions(con, group)
    con.execute(_amounts(multiple=group.versions > 1))
    faults = con.execute("SELECT DISTINCT sub FROM priced WHERE fault").fetchall()
    uneven = "SELECT count(*) FROM (SELECT sub FROM priced GROUP BY sub, key, price_ver HAVING max(over) <> min(over))"
    if con.execute(uneven).fetchall()[0][0]:
        raise duckdb.OutOfRangeException("quantities of one line have different denominators")
    con.execute(_lines(group))
    return unpriced | {row[0] for row in faults}


def _versions(group: Group) -> pa.Table:
    """What every line of a version carries, and which sheet prices it."""
    rows: list[dict[str, object]] = []
    for key, (cohort, metered) in enumerate(group.members):
        for number, version in enumerate(metered.versions):
            rows.append(_version(key, number, len(rows), cohort, metered))
            rows[-1]["resting"] = version.compiled.kind == "total"
    kinds = [
        ("key", pa.int32()), ("cohort", pa.int32()), ("price_ver", pa.int16()), ("sheet", pa.int32()),
        ("resting", pa.bool_()), ("charge", pa.string()), ("label", pa.string()), ("unit", pa.string()),
        ("place", pa.string()), ("start_us", pa.int64()), ("end_us", pa.int64()), ("step", _WIDE),
        ("mode", pa.string()), ("taxed", pa.string()), ("free_num", _WIDE), ("free_den", _WIDE),
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, pa.schema(kinds))


def _version(key: int, number: int, sheet: int, cohort: Cohort, metered: Metered) -> dict[str, object]:
    version, meter = metered.versions[number], cohort.book.meter(metered.meter)
    charge, zone = version.charge, cohort.subject.timezone
    rounding = charge.rounding or cohort.book.currency.rounding
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


def _map_slices(con: duckdb.DuckDBPyConnection, group: Group, job: Job) -> set[int]:
    """Table `slice_map`: cohort key, slice and price version to scope and weight; subs in unpriced slices return."""
    axes = axis_columns(job)
    quoted = [f'"{a}"' for a in axes]
    listed = ", ".join(f"u.{q}" for q in quoted)
    head = f", {listed}" if axes else ""
    slices = con.execute(
        f"SELECT DISTINCT g.cohort{head} FROM usage u JOIN (SELECT DISTINCT sub, from_us, cohort FROM group_subs) g "
        f"USING (sub, from_us)"
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
    kinds = [("key", pa.int32()), ("price_ver", pa.int16()), ("scope", pa.int32()), ("w_num", _WIDE), ("w_den", _WIDE),
             *((f"a{i}", pa.string()) for i in range(len(axes)))]  # fmt: skip
    con.register("slice_data", pa.Table.from_pylist(rows, pa.schema(kinds)))
    same = "".join(f" AND u.{q} IS NOT DISTINCT FROM m.a{i}" for i, q in enumerate(quoted))
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE scoped AS
        SELECT u.sub, m.key, m.price_ver, m.scope, u.ver, u.q_num::HUGEINT * m.w_num::HUGEINT AS q,
          u.q_den::HUGEINT * m.w_den::HUGEINT AS den, u.events, u.digest
        FROM usage u JOIN (SELECT DISTINCT sub, from_us, cohort FROM group_subs) g USING (sub, from_us)
        JOIN slice_data m ON m.key = g.cohort{same}"""
    )
    if not bad:
        return set()
    conditions = " OR ".join(
        "(g.cohort = {} AND {})".format(
            key, " AND ".join(f"u.{q} IS NOT DISTINCT FROM {_text(v)}" for q, v in zip(quoted, values, strict=True))
        )
        for key, *values in bad
    )
    found = con.execute(
        f"SELECT DISTINCT u.sub FROM usage u JOIN group_subs g USING (sub, from_us) WHERE {conditions}"
    ).fetchall()
    return {row[0] for row in found}


def _text(value: object) -> str:
    return "NULL" if value is None else "'" + str(value).replace("'", "''") + "'"


def _positions(con: duckdb.DuckDBPyConnection, group: Group) -> None:
    """Table `positions`: for each sub, price version and scope the quantity before and at the end of the version."""
    if group.versions == 1:
        sums = """sum(q) AS q1, 0::HUGEINT AS q0, sum(events)::BIGINT AS n1, 0::BIGINT AS n0,
          sum(events)::BIGINT AS events, sum(digest) AS digest"""
    else:
        sums = """sum(CASE WHEN ver <= price_ver THEN q ELSE 0 END) AS q1,
          sum(CASE WHEN ver < price_ver THEN q ELSE 0 END) AS q0,
          sum(CASE WHEN ver <= price_ver THEN events ELSE 0 END)::BIGINT AS n1,
          sum(CASE WHEN ver < price_ver THEN events ELSE 0 END)::BIGINT AS n0,
          sum(CASE WHEN ver = price_ver THEN events ELSE 0 END)::BIGINT AS events,
          sum(CASE WHEN ver = price_ver THEN digest ELSE 0 END) AS digest"""
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE positions AS
        WITH used AS (
          SELECT sub, key, price_ver, scope, {sums}, max(den) AS den, min(den) AS den_min
          FROM scoped GROUP BY sub, key, price_ver, scope)
        SELECT * FROM used
        UNION ALL
        SELECT s.sub, s.cohort, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1
        FROM (SELECT DISTINCT sub, cohort FROM group_subs) s
        JOIN versions v ON v.key = s.cohort AND v.price_ver = 0
        ANTI JOIN used u ON u.sub = s.sub AND u.key = s.cohort AND u.price_ver = 0"""
    )
    if con.execute("SELECT count(*) FROM positions WHERE den <> den_min").fetchall()[0][0]:
        raise duckdb.OutOfRangeException("quantities of one scope have different denominators")


def _at(quantity: str, events: str, alias: str) -> str:
    """SQL of the amount's numerator over money x quantity x den at a quantity, by the row that holds it."""
    way = f"({quantity} * v.quantity::HUGEINT - {alias}.origin::HUGEINT * p.den)"
    over = f"({alias}.size::HUGEINT * p.den)"
    packs = f"(CASE WHEN {way} > 0 THEN ({way} + {over} - 1) // {over} ELSE {way} // {over} END)"
    whole = f"({alias}.base::HUGEINT + {events} * {alias}.each::HUGEINT"
    scale = "v.quantity::HUGEINT * p.den"
    return (
        f"(CASE WHEN {alias}.size IS NOT NULL THEN {whole} + {packs} * {alias}.pack::HUGEINT) * {scale} "
        f"ELSE {whole}) * {scale} + {way} * {alias}.slope::HUGEINT END)"
    )


def _row_join(quantity: str, alias: str) -> str:
    return f"""JOIN curve_rows {alias} ON {alias}.sheet = v.sheet AND {alias}.scope = p.scope
      AND {alias}.sign = sign({quantity})
      AND ({alias}.sign <> 1 OR ({quantity} * v.quantity::HUGEINT > {alias}.lower::HUGEINT * p.den
        AND ({alias}.upper IS NULL OR {quantity} * v.quantity::HUGEINT <= {alias}.upper::HUGEINT * p.den)))"""


def _amounts(*, multiple: bool) -> str:
    """Table `priced`: each position's amount as a numerator over `over`, and its billable quantity."""
    before = f"CASE WHEN p.price_ver = 0 THEN 0 ELSE {_at('p.q0', 'p.n0', 'b')} END" if multiple else "0"
    join = _row_join("p.q0", "b") if multiple else ""
    fault = "(a.fault <> ''" + (" OR (p.price_ver > 0 AND b.fault <> ''))" if multiple else ")")
    free = "v.free_num::HUGEINT * p.den"

    def left(q: str) -> str:
        return f"greatest({q} * v.free_den::HUGEINT - {free}, 0)"

    # a row of a matrix that nothing fell into gives nothing, whatever its price says of zero usage
    there = "v.resting OR p.events <> 0 OR p.q1 <> 0 OR p.q0 <> 0"
    whole = "(p.q1 - p.q0) * v.free_den::HUGEINT"
    billable = f"CASE WHEN v.free_num IS NULL THEN {whole} ELSE {left('p.q1')} - {left('p.q0')} END"
    return f"""CREATE OR REPLACE TEMP TABLE priced AS
    SELECT p.sub, p.key, p.price_ver, CASE WHEN {there} THEN {_at("p.q1", "p.n1", "a")} - {before} ELSE 0 END AS n,
      v.money::HUGEINT * v.quantity::HUGEINT * p.den AS over, {billable} AS billable,
      v.free_den::HUGEINT * p.den AS billable_over, p.events, p.digest, {fault} AS fault
    FROM positions p JOIN versions v ON v.key = p.key AND v.price_ver = p.price_ver
    {_row_join("p.q1", "a")} {join}"""


def _lines(group: Group) -> str:
    """Append to `bulk_lines`: scopes summed, brought back to pico once, rounded once."""
    modes = sorted({(v.charge.rounding or c.book.currency.rounding).mode for c, m in group.members for v in m.versions})
    cases = " ".join(f"WHEN '{m}' THEN {divided('n', 'over * step::HUGEINT', m)}" for m in modes)
    return f"""INSERT INTO bulk_lines
    WITH summed AS (
      SELECT sub, key, price_ver, sum(n) AS n, max(over) AS over, sum(billable) AS billable,
        max(billable_over) AS billable_over, sum(events) AS events, sum(digest) AS digest
      FROM priced GROUP BY sub, key, price_ver),
    whole AS (SELECT *, gcd(billable, billable_over) AS common FROM summed JOIN versions USING (key, price_ver))
    SELECT sub, 'usage', charge, charge, label, billable // common, billable_over // common, unit,
      {divided("n", "over", "half_up")}, (CASE mode {cases} END) * step::HUGEINT, start_us, end_us, events, digest,
      place, taxed, cohort
    FROM whole WHERE price_ver = 0 OR n <> 0 OR billable <> 0"""
