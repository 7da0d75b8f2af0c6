"""Amounts of metered usage as SQL: positions on the curves, the row that holds each, lines brought back to pico once.

Everything is a whole number of 128 bits; DuckDB raises `OutOfRangeException` where one does not fit.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import duckdb

from engine.bulk.division import brought_back
from engine.bulk.rounding import reduced, whole
from engine.bulk.scopes import rounded_quantity
from engine.money import Mode


@dataclass(frozen=True, slots=True)
class Shape:
    """What a group's query has to provide for: several price versions, several scopes in a version, rows without a
    price, quantities over different denominators; whether amounts' denominators are all below
    2^31; whether whole quantities are rounded; the table of the subs to be rated."""

    versions: bool
    scopes: bool
    faults: bool
    uneven: bool
    narrow: bool
    rounded: bool = False
    members: str = "members"

    @property
    def checked(self) -> bool:
        """Whether amounts must be looked at before they become lines."""
        return self.faults or self.uneven


class Uneven(ArithmeticError):
    """Quantities of one line over different denominators: left to the reference."""


def append_lines(con: duckdb.DuckDBPyConnection, shape: Shape, kinds: Collection[tuple[Mode, int]]) -> set[int]:
    """Price the group in `scoped` (else `usage`) and append its lines to `bulk_other`; subs without a price return.

    Reads `members(sub, cohort)`, `cohort_key(key, cohort)`, `versions`, `rates`. Raises `Uneven`.
    """
    con.execute(f"CREATE OR REPLACE TEMP VIEW positions AS {_positions(shape)}")
    con.execute("DROP TABLE IF EXISTS priced_once")
    if shape.checked:
        con.execute(f"CREATE TEMP TABLE priced_once AS {_priced(shape)}")
        con.execute("CREATE OR REPLACE TEMP VIEW priced AS SELECT * FROM priced_once")
    else:
        con.execute(f"CREATE OR REPLACE TEMP VIEW priced AS {_priced(shape)}")
    if shape.uneven and _count(con, _UNEVEN):
        raise Uneven("quantities of one line have different denominators")
    con.execute(_lines(shape, kinds))
    return {r[0] for r in con.execute(_FAULTS).fetchall()} if shape.faults else set()


_FAULTS = "SELECT DISTINCT sub FROM priced WHERE fault"
_UNEVEN = """SELECT count(*) FROM (
  SELECT sub FROM priced GROUP BY sub, key, price_ver HAVING max(over) <> min(over) OR bool_or(den <> den_min))"""


def _count(con: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(con.execute(query).fetchall()[0][0])


def _positions(shape: Shape) -> str:
    """For each sub, price version and scope the quantity and events before (0) and at the end (1) of the version.

    A sub without usage has a row of nothing in the first version.
    """
    if not (shape.versions or shape.scopes or shape.rounded):
        return f"""SELECT m.sub, k.key, 0::SMALLINT AS price_ver, 0 AS scope, {whole("coalesce(u.q_num, 0)")} AS q1,
          0::HUGEINT AS q0, coalesce(u.events, 0) AS n1, 0::BIGINT AS n0, coalesce(u.events, 0) AS events,
          coalesce(u.digest, 0) AS digest, {whole("coalesce(u.q_den, 1)")} AS den,
          {whole("coalesce(u.q_den, 1)")} AS den_min
        FROM {shape.members} m JOIN cohort_key k USING (cohort) LEFT JOIN usage u USING (sub)"""
    rules = "JOIN event_rules r USING (key, price_ver)" if shape.rounded else ""
    return f"""WITH used AS (
      SELECT sub, key, price_ver, scope, {_sums(shape)}, max(den) AS den, min(den) AS den_min, {_exists(shape)}
      FROM scoped GROUP BY sub, key, price_ver, scope)
    SELECT {_rounded(shape)} FROM used u {rules}
    UNION ALL
    SELECT m.sub, k.key, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1
    FROM {shape.members} m JOIN cohort_key k USING (cohort)
    ANTI JOIN used u ON u.sub = m.sub AND u.key = k.key AND u.price_ver = 0"""


def _exists(shape: Shape) -> str:
    """Whether anything was used before (0) and at the end (1) of the version, be it nothing."""
    if not shape.versions:
        return "true AS some1, false AS some0"
    return "bool_or(ver <= price_ver) AS some1, bool_or(ver < price_ver) AS some0"


def _rounded(shape: Shape) -> str:
    """The columns of a position; whole quantities rounded where their version says so."""
    if not shape.rounded:
        return "* EXCLUDE (some1, some0)"
    turned = "r.step IS NOT NULL AND NOT r.each AND u.den = u.den_min"

    def at(quantity: str, some: str) -> str:
        return f"CASE WHEN {turned} AND {some} THEN {rounded_quantity(quantity, 'u.den')} ELSE {quantity} END"

    return f"""u.sub, u.key, u.price_ver, u.scope, {at("u.q1", "some1")} AS q1, {at("u.q0", "some0")} AS q0, n1, n0,
      events, digest, CASE WHEN {turned} THEN r.step_den ELSE u.den END AS den,
      CASE WHEN {turned} THEN r.step_den ELSE u.den_min END AS den_min"""


def _sums(shape: Shape) -> str:
    if not shape.versions:
        return """sum(q) AS q1, 0::HUGEINT AS q0, sum(live)::BIGINT AS n1, 0::BIGINT AS n0,
          sum(events)::BIGINT AS events, sum(digest) AS digest"""
    return """sum(CASE WHEN ver <= price_ver THEN q ELSE 0 END) AS q1,
      sum(CASE WHEN ver < price_ver THEN q ELSE 0 END) AS q0,
      sum(CASE WHEN ver <= price_ver THEN live ELSE 0 END)::BIGINT AS n1,
      sum(CASE WHEN ver < price_ver THEN live ELSE 0 END)::BIGINT AS n0,
      sum(CASE WHEN ver = price_ver THEN events ELSE 0 END)::BIGINT AS events,
      sum(CASE WHEN ver = price_ver THEN digest ELSE 0 END) AS digest"""


def _at(quantity: str, events: str, row: str) -> str:
    """The amount's numerator over `money x quantity x den` at a quantity, by the row that holds it."""
    way = f"({quantity} * a.quantity - {row}.origin * p.den)"
    size = f"({row}.size * p.den)"
    packs = f"(CASE WHEN {way} > 0 THEN {way} + {size} - 1 ELSE {way} END // {size})"
    fixed = f"({row}.base + {events} * {row}.each)"
    scale = "(a.quantity * p.den)"
    return (
        f"(CASE WHEN {row}.size IS NULL THEN {fixed} * {scale} + {way} * {row}.slope "
        f"ELSE ({fixed} + {packs} * {row}.pack) * {scale} END)"
    )


def _sign(quantity: str) -> str:
    return f"(CASE WHEN {quantity} > 0 THEN 1 WHEN {quantity} < 0 THEN -1 ELSE 0 END)"


def _holds(quantity: str, row: str) -> str:
    """The one row of its scope that holds a quantity."""
    here = f"{quantity} * {row}.quantity"
    return (
        f"{row}.key = p.key AND {row}.price_ver = p.price_ver AND {row}.scope = p.scope "
        f"AND {row}.sign = {_sign(quantity)} AND ({row}.sign <> 1 OR ({here} > {row}.lower * p.den "
        f"AND ({row}.upper IS NULL OR {here} <= {row}.upper * p.den)))"
    )


def _priced(shape: Shape) -> str:
    """Each position's amount as a numerator over `over`, and its billable quantity over `billable_over`."""
    # a row of a matrix that nothing fell into gives nothing, whatever its price says of zero usage
    was_there = "p.price_ver > 0 AND (a.resting OR p.n0 <> 0 OR p.q0 <> 0)"
    before = f"CASE WHEN {was_there} THEN {_at('p.q0', 'p.n0', 'b')} ELSE 0 END" if shape.versions else "0"
    join = f"JOIN rates b ON {_holds('p.q0', 'b')}" if shape.versions else ""
    fault = "a.fault <> ''" + (" OR (p.price_ver > 0 AND b.fault <> '')" if shape.versions else "")

    def left(quantity: str) -> str:
        return f"greatest({quantity} * a.free_den - a.free_num * p.den, 0)"

    there = "a.resting OR p.n1 <> 0 OR p.q1 <> 0"
    used = "(p.q1 - p.q0) * a.free_den"
    return f"""SELECT p.sub, p.key, p.price_ver,
      (CASE WHEN {there} THEN {_at("p.q1", "p.n1", "a")} ELSE 0 END) - ({before}) AS n,
      a.money * a.quantity * p.den AS over,
      CASE WHEN a.free_num IS NULL THEN {used} ELSE {left("p.q1")} - {left("p.q0")} END AS billable,
      a.free_den * p.den AS billable_over, p.events, p.digest, p.den, p.den_min, {fault} AS fault
    FROM positions p JOIN rates a ON {_holds("p.q1", "a")} {join}"""


def _lines(shape: Shape, kinds: Collection[tuple[Mode, int]]) -> str:
    """Scopes summed, brought back to pico once, rounded once."""
    source = "priced"
    if shape.scopes:
        source = """(SELECT sub, key, price_ver, sum(n) AS n, max(over) AS over, sum(billable) AS billable,
        max(billable_over) AS billable_over, sum(events)::BIGINT AS events, sum(digest) AS digest
      FROM priced GROUP BY sub, key, price_ver)"""
    own = ", v.mode, v.step" if len(kinds) > 1 else ""
    lines = f"""SELECT p.*{own} FROM {source} p {"JOIN versions v USING (key, price_ver)" if own else ""}
      WHERE price_ver = 0 OR n <> 0 OR billable <> 0"""
    exact = reduced(brought_back(lines, kinds, narrow=shape.narrow), "billable", "billable_over")
    return f"""INSERT INTO bulk_other
    SELECT sub, 'usage', v.charge, v.charge, v.label, reduced_num, reduced_den, v.unit, exact, amount,
      v.start_us, v.end_us, events, digest, v.place, v.taxed, v.cohort
    FROM ({exact}) JOIN versions v USING (key, price_ver)"""
