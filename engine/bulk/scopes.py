"""From metered slices to scopes: which curve prices a slice, what it weighs, what single events become before that."""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import Any

import duckdb
import pyarrow as pa

from engine.bulk.group import Group
from engine.bulk.rounding import divided, whole
from engine.bulk.sheets import wholes
from engine.metering import Job, axis_columns
from engine.metering.columns import of_records
from engine.metering.sql import text
from engine.model import QuantityRounding
from engine.money import Mode
from engine.rating import NoPrice
from engine.rating.compiled import Ordered

_WIDE = pa.decimal128(38, 0)
_TIERS = pa.schema(
    [("key", pa.int32()), ("price_ver", pa.int16()), ("tier", pa.int32()), ("lower", _WIDE), ("upper", _WIDE)]
)
_RULES = pa.schema(
    [
        ("key", pa.int32()), ("price_ver", pa.int16()), ("step", _WIDE), ("least", _WIDE), ("step_den", _WIDE),
        ("mode", pa.string()), ("each", pa.bool_()), ("free", _WIDE), ("free_den", _WIDE), ("bound_den", _WIDE),
    ]
)  # fmt: skip


def scope_usage(con: duckdb.DuckDBPyConnection, group: Group, job: Job) -> set[int]:
    """Table `scoped(sub, key, price_ver, scope, ver, q, den, live, events, digest)`: quantities q / den by curve.

    `live` are the events that exist after an allowance, `events` those behind the line. Reads `usage`, or `ordered`
    where the group looks at single events. The subs with usage in a slice that has no price return.
    """
    axes = [f'"{a}"' for a in axis_columns(job)]
    source = "ordered" if group.ordered else "usage"
    _load_rules(con, group)
    listed = "".join(f", u.{a}" for a in axes)
    slices = con.execute(f"SELECT DISTINCT u.cohort{listed} FROM {source} u").fetchall()
    rows, unpriced = _slice_rows(group, job, slices)
    kinds = pa.schema(
        [("key", pa.int32()), ("price_ver", pa.int16()), ("slice", pa.int32()), ("tier", pa.int32()),
         ("scope", pa.int32()), ("w_num", _WIDE), ("w_den", _WIDE), *((f"a{i}", pa.string()) for i in range(len(axes)))]
    )  # fmt: skip
    con.register("slice_data", of_records(rows, kinds))
    con.execute(f"CREATE OR REPLACE TEMP TABLE slice_map AS SELECT * REPLACE ({wholes(kinds, 's')}) FROM slice_data s")
    con.unregister("slice_data")
    same = "".join(f" AND u.{a} IS NOT DISTINCT FROM m.a{i}" for i, a in enumerate(axes))
    joined = f"{source} u JOIN slice_map m ON m.key = u.cohort AND m.tier = 0{same}"
    if group.ordered:
        query = _one_by_one(joined)
    else:
        weighed = f"{whole('u.q_num')} * m.w_num AS q, {whole('u.q_den')} * m.w_den AS den, u.events, u.digest"
        query = f"SELECT u.sub, m.key, m.price_ver, m.scope, u.ver, {weighed}, u.events AS live FROM {joined}"
    con.execute(f"CREATE OR REPLACE TEMP TABLE scoped AS {query}")
    return _subs_of(con, source, axes, unpriced)


def _slice_rows(
    group: Group, job: Job, slices: list[tuple[Any, ...]]
) -> tuple[list[dict[str, object]], list[tuple[Any, ...]]]:
    """Rows of `slice_map`, and the slices (cohort key, values) that some version has no price for."""
    rows: list[dict[str, object]] = []
    unpriced: list[tuple[Any, ...]] = []
    weights: list[Fraction] = []
    for number, (key, *values) in enumerate(slices):
        known = {a[2:]: v for a, v in zip(axis_columns(job), values, strict=True) if v is not None}
        for price_ver, version in enumerate(group.members[key][1].versions):
            try:
                scopes = version.compiled.scopes_of(known)
            except NoPrice:
                unpriced.append((key, *values))
                continue
            common = {"key": key, "price_ver": price_ver, "slice": number, **{f"a{i}": v for i, v in enumerate(values)}}
            rows += [{**common, "tier": tier, "scope": scope} for tier, scope in enumerate(scopes)]
            weights += [version.compiled.weight_of(known)] * len(scopes)
    over = lcm(1, *(w.denominator for w in weights))
    for row, weight in zip(rows, weights, strict=True):
        row |= {"w_num": int(weight * over), "w_den": over}
    return rows, unpriced


def _subs_of(con: duckdb.DuckDBPyConnection, source: str, axes: list[str], slices: list[tuple[Any, ...]]) -> set[int]:
    """The subs that have usage in one of these slices."""
    if not slices:
        return set()
    conditions = [
        f"(u.cohort = {key}"
        + "".join(
            f" AND u.{a} IS NOT DISTINCT FROM {'NULL' if v is None else text(v)}"
            for a, v in zip(axes, values, strict=True)
        )
        + ")"
        for key, *values in slices
    ]
    found = con.execute(f"SELECT DISTINCT u.sub FROM {source} u WHERE {' OR '.join(conditions)}").fetchall()
    return {row[0] for row in found}


def _load_rules(con: duckdb.DuckDBPyConnection, group: Group) -> None:
    """Tables `event_rules` and `tier_bounds`: what each version does to quantities (`each`: to single events').

    A version that does nothing to them has one open tier.
    """
    rules: list[dict[str, object]] = []
    tiers: list[dict[str, object]] = []
    for key, (_, metered) in enumerate(group.members):
        for price_ver, version in enumerate(metered.versions):
            own = {"key": key, "price_ver": price_ver}
            plan = version.compiled.ordered or Ordered()
            bound_den = lcm(1, *(u.denominator for u in plan.uppers if u is not None))
            rules.append({**own, **_rule(plan, version.compiled.rounding), "bound_den": bound_den})
            ends = [None if u is None else int(u * bound_den) for u in plan.uppers]
            for tier, (lower, upper) in enumerate(zip([None, *ends], ends, strict=False)):
                tiers.append({**own, "tier": tier, "lower": lower, "upper": upper})
    for name, rows, schema in (("event_rules", rules, _RULES), ("tier_bounds", tiers, _TIERS)):
        con.register("rule_data", of_records(rows, schema))
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * REPLACE ({wholes(schema, 'r')}) FROM rule_data r")
        con.unregister("rule_data")


def _rule(plan: Ordered, whole_rounding: QuantityRounding | None) -> dict[str, object]:
    free = {"free": None, "free_den": 1}
    if plan.free is not None:
        free = {"free": plan.free.numerator, "free_den": plan.free.denominator}
    rounding = plan.rounding or whole_rounding
    if rounding is None:
        return {"step": None, "least": None, "step_den": 1, "mode": None, "each": False, **free}
    least = rounding.least
    over = lcm(rounding.step.denominator, 1 if least is None else least.denominator)
    return {
        "step": int(rounding.step * over), "least": None if least is None else int(least * over), "step_den": over,
        "mode": rounding.mode, "each": rounding.each_event, **free,
    }  # fmt: skip


def rounded_quantity(quantity: str, den: str) -> str:
    """SQL of a quantity / den rounded by the rule `r`, over `r.step_den`."""
    modes: tuple[Mode, ...] = ("up", "down", "half_up")
    cases = " ".join(f"WHEN '{m}' THEN {divided(f'{quantity} * r.step_den', f'{den} * r.step', m)}" for m in modes)
    value = f"(CASE r.mode {cases} END) * r.step"
    return f"greatest({value}, coalesce(r.least, {value}))"


def _one_by_one(joined: str) -> str:
    """The query of `scoped` from single events: each rounded, weighed, less what is free, split over tiers by running
    totals."""

    def beyond(total: str) -> str:
        free = f"greatest({total} * free_den - free * den, 0)"
        return f"CASE WHEN free IS NULL THEN {total} * free_den ELSE {free} END"

    def inside(total: str) -> str:
        high = f"CASE WHEN t.upper IS NULL THEN {total} ELSE least({total}, t.upper * f.den) END"
        return f"CASE WHEN t.lower IS NULL THEN {high} ELSE greatest({high}, t.lower * f.den) END"

    return f"""WITH single AS (
      SELECT u.sub, m.key, m.price_ver, m.slice, u.ver, u.t, u.source, u.id, {whole("u.q_num")} AS q,
        {whole("u.q_den")} AS den, m.w_num, m.w_den, u.events, u.digest FROM {joined}),
    even AS (
      SELECT e.* EXCLUDE (q, den, w_num, w_den), r.free, r.free_den, r.bound_den,
        CASE WHEN r.each THEN {rounded_quantity("e.q", "e.den")} ELSE e.q END * e.w_num AS q,
        CASE WHEN r.each THEN r.step_den ELSE e.den END * e.w_den AS den
      FROM single e JOIN event_rules r USING (key, price_ver)),
    placed AS (
      SELECT *, sum(q) OVER (PARTITION BY sub, key, price_ver ORDER BY t, source, id ROWS UNBOUNDED PRECEDING) AS after
      FROM even),
    freed AS (
      SELECT * EXCLUDE (den), ({beyond("after")}) * bound_den AS b1, ({beyond("(after - q)")}) * bound_den AS b0,
        den * free_den AS den,
        free IS NULL OR ((after - q) * free_den >= free * den AND q >= 0) AS paid
      FROM placed),
    pieces AS (
      SELECT f.sub, f.key, f.price_ver, m.scope, f.ver, ({inside("f.b1")}) - ({inside("f.b0")}) AS q,
        f.den * f.bound_den AS den, m.tier = 0 AS first, f.paid, f.events, f.digest
      FROM freed f JOIN tier_bounds t USING (key, price_ver)
      JOIN slice_map m ON m.key = f.key AND m.price_ver = f.price_ver AND m.slice = f.slice AND m.tier = t.tier)
    SELECT sub, key, price_ver, scope, ver, q, den, CASE WHEN q <> 0 OR (first AND paid) THEN events ELSE 0 END AS live,
      CASE WHEN first THEN events ELSE 0 END AS events, CASE WHEN first THEN digest ELSE 0 END AS digest
    FROM pieces WHERE first OR q <> 0"""
