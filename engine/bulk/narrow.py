"""The narrow plan: usage with one price version and one scope, in 64-bit integers, one join and no wide division.

A quantity q is a whole number of 1/d units, d the one denominator of the group's usage. Every row of a curve becomes
`lo < q <= hi` and an amount `(A + x B + events E) / O` in pico, x being q or the packages begun, O = D S d with the
sheet's own D and S (`engine.bulk.sheets`). A, B and E are kept as whole pico and a rest over O, so that what is divided
is a rest only, and nothing at all where prices are whole pico for a last place of the quantity.

A row is in the plan only so far as no number on the way can leave 63 bits for any quantity that it holds, and only
where amounts are not negative. What is outside (also what has no price) finds no row and stays with the plan of 128
bits, `engine.bulk.amounts`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import duckdb

from engine.bulk.division import NARROW, rounded_small
from engine.bulk.sheets import OPEN
from engine.money import Mode

REACH = 2**62
"""What a quantity times a part of its price may reach."""
PART = 2**59
"""What everything else in an amount stays below, the rounding step, too: the sum of all is inside 63 bits."""
DIGITS = 10**18
"""Quantities of usage below it are read as 64-bit integers."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What the usage of a group is like: rows, least and greatest `q_num`, their one denominator, most events a row."""

    rows: int
    low: int
    high: int
    den: int
    events: int

    @property
    def top(self) -> int:
        """The greatest quantity of the plan, members without usage included."""
        return min(max(self.high, 0), DIGITS - 1)

    @property
    def inside(self) -> bool:
        """Whether all quantities can be in the plan."""
        return self.low >= 0 and self.high < DIGITS


def usage_of(con: duckdb.DuckDBPyConnection) -> Usage | None:
    """The look of table `usage`; None where it has several denominators, or numbers that leave no room."""
    rows, low, high, least, den, events = con.execute(
        "SELECT count(*), min(q_num), max(q_num), min(q_den), max(q_den), max(events) FROM usage"
    ).fetchall()[0]
    if not rows:
        return Usage(0, 0, 0, 1, 0)
    found = Usage(rows, int(low), int(high), int(den), int(events))
    return found if least == den and found.den < NARROW and found.events < NARROW else None


def append_narrow(
    con: duckdb.DuckDBPyConnection, usage: Usage, kinds: Collection[tuple[Mode, int]], *, free: bool
) -> int:
    """Append lines to `bulk_used` of all usage in the plan; returns how many subs of the group are left out.

    Reads `usage`, `members`, `cohort_key`, `versions` and `curves` of the group: one version, one scope, `narrow` where
    a version's denominators allow it. `free`: some charge has a free quantity.
    """
    con.execute(f"CREATE OR REPLACE TEMP TABLE narrow_rates AS {_rates(usage)}")
    found = con.execute("""SELECT coalesce(bool_or(a0 <> 0 OR b0 <> 0 OR e0 <> 0), false),
      coalesce(bool_or(size IS NOT NULL), false), coalesce(bool_or(e1 <> 0 OR e0 <> 0), false) FROM narrow_rates""")
    rest, packed, each = found.fetchall()[0]
    members = con.execute("SELECT count(*) FROM members JOIN cohort_key USING (cohort)").fetchall()[0][0]
    source = _USED if usage.inside else f"{_USED} WHERE q_num >= 0 AND q_num < {DIGITS}"
    if members != usage.rows:
        source += f" UNION ALL {_SILENT}"
    query = _lines(source, kinds, Parts(rest=rest, packed=packed, each=each, free=free))
    return int(members) - int(con.execute(f"INSERT INTO bulk_used {query}").fetchall()[0][0])


_USED = "SELECT sub, cohort AS key, q_num::DECIMAL(18,0)::BIGINT AS q, events, digest FROM usage"
_SILENT = """SELECT m.sub, k.key, 0::BIGINT, 0::BIGINT, 0::DECIMAL(38,0)
  FROM members m JOIN cohort_key k USING (cohort) ANTI JOIN usage u USING (sub)"""
"""Members without usage: nothing used is a quantity, too."""


def _floor(value: str, over: str) -> str:
    """SQL of the floor of value / over, over > 0; most are over 1, and 128-bit divisions are slow."""
    less = f"CASE WHEN {value} < 0 THEN {value} - ({over} - 1) ELSE {value} END"
    return f"(CASE WHEN {over} = 1 THEN {value} ELSE ({less}) // {over} END)"


def _rates(usage: Usage) -> str:
    """The query of `narrow_rates`: rows of curves over 1/d units, cut to what fits; all columns BIGINT."""
    d, top = f"{usage.den}::HUGEINT", f"{usage.top}::HUGEINT"
    above = {side: _floor(f"(c.{side} * {d})", "v.quantity") for side in ("lower", "upper")}
    edges = f"""SELECT v.head, v.key, v.mode, v.step, v.free_num, v.free_den, v.money, v.quantity, c.sign,
        nullif(c.size, {OPEN})::HUGEINT AS size,
        {", ".join(f"c.{n}::HUGEINT AS {n}" for n in ("base", "origin", "slope", "each", "pack"))},
        CASE WHEN c.sign = 0 THEN -1::HUGEINT ELSE {above["lower"]} END AS lo,
        CASE WHEN c.sign = 0 THEN 0::HUGEINT WHEN c.upper = {OPEN} THEN {top} ELSE least({above["upper"]}, {top}) END
          AS hi
      FROM versions v JOIN curves c USING (sheet) WHERE v.narrow"""
    held = f"""SELECT *, money * quantity AS r, money * quantity * {d} AS over,
        CASE WHEN size IS NULL THEN slope ELSE pack END AS rise,
        CASE WHEN size IS NULL THEN money * {d} ELSE money END AS rise_over,
        base * quantity - CASE WHEN size IS NULL THEN origin * slope ELSE 0 END AS a
      FROM ({edges}) WHERE lo < hi"""
    # both inside 64 bits: rises are, and denominators below 2^31
    climb = _floor("rise::BIGINT", "rise_over::BIGINT")
    wholes = f"""SELECT *, {_floor("a", "r")} AS a1, ({climb})::HUGEINT AS b1,
        {_floor("each", "money")} AS e1
      FROM ({held}) WHERE rise >= 0 AND each >= 0"""
    rests = f"""SELECT *, (a - a1 * r) * {d} AS a0, (rise - b1 * rise_over) * (over // rise_over) AS b0,
        (each - e1 * money) * (over // money) AS e0, origin * {d} AS start, size * {d} AS whole
      FROM ({wholes})"""
    return _cut(rests, usage)


def _cut(rests: str, usage: Usage) -> str:
    """The rows of `rests` whose numbers fit: linear ones up to the greatest quantity that does."""
    small = f"abs(a1) < {PART} AND e1 * {usage.events} < {PART} AND a0 + e0 * {usage.events} < {PART}"
    reach = f"least(hi, {REACH}::BIGINT // greatest(b1, 1)::BIGINT, {REACH}::BIGINT // greatest(b0, 1)::BIGINT)"
    begun = "(hi * quantity - start + whole - 1)"
    most = f"({begun} // whole + 1)"
    packs = f"""{begun} < {REACH} AND abs(start) < {PART} AND whole < {PART} AND a1 >= 0
      AND (lo + 1) * quantity >= start AND b1 * {most} <= {REACH} AND b0 * {most} <= {REACH}"""
    reached = f"""SELECT *, CASE WHEN size IS NULL THEN {reach} WHEN {packs} THEN hi ELSE lo END AS far
      FROM ({rests}) WHERE {small}"""
    first = "a1 + b1 * (lo + 1) + (a0 + b0 * (lo + 1)) // over"
    return f"""SELECT head, key, mode, step::BIGINT AS step, lo::BIGINT AS lo, far::BIGINT AS hi, a1::BIGINT AS a1,
        a0::BIGINT AS a0, b1::BIGINT AS b1, b0::BIGINT AS b0, e1::BIGINT AS e1, e0::BIGINT AS e0,
        over::BIGINT AS over, quantity::BIGINT AS quantity, (start - whole + 1)::BIGINT AS start,
        whole::BIGINT AS size, free_den::BIGINT AS free_den, coalesce(free_num * {usage.den}, 0)::BIGINT AS free_cut
      FROM ({reached}) WHERE lo < far AND (size IS NOT NULL OR {first} >= 0)"""


@dataclass(frozen=True, slots=True)
class Parts:
    """What occurs in a group's amounts: rests of a pico, packages, amounts for events, free quantities."""

    rest: bool
    packed: bool
    each: bool
    free: bool


def _lines(source: str, kinds: Collection[tuple[Mode, int]], parts: Parts) -> str:
    """The query of new rows of `bulk_used`."""
    x = "u.q"
    if parts.packed:
        x = "(CASE WHEN r.size IS NULL THEN u.q ELSE (u.q * r.quantity - r.start) // r.size END)"
    carried = "r.head, u.sub, u.q, u.events, u.digest, r.a1, r.b1"
    carried += ", r.mode, r.step" if len(kinds) > 1 else ""
    carried += ", r.e1" if parts.each else ""
    carried += ", r.over, r.a0, r.b0" + (", r.e0" if parts.each else "") if parts.rest else ""
    carried += ", r.free_den, r.free_cut" if parts.free else ""
    held = f"""SELECT {carried}, {x} AS x FROM ({source}) u
      JOIN narrow_rates r ON r.key = u.key AND u.q > r.lo AND u.q <= r.hi"""
    whole = "a1 + b1 * x" + (" + e1 * events" if parts.each else "")
    if parts.rest:
        held = f"SELECT *, a0 + b0 * x {'+ e0 * events' if parts.each else ''} AS _parts FROM ({held})"
        held = f"SELECT *, _parts // over AS _more FROM ({held})"
        held = f"SELECT *, {whole} + _more AS _p, _parts - _more * over AS _rest FROM ({held})"
    else:
        held = f"SELECT *, {whole} AS _p, 0::BIGINT AS _rest, 1::BIGINT AS over FROM ({held})"
    quantity = "greatest(q * free_den - free_cut, 0)" if parts.free else "q"
    return f"""SELECT sub, head, {quantity}, exact, amount, events, digest
      FROM ({rounded_small(held, kinds, rest=parts.rest)})"""
