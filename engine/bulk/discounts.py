"""Discounts of charges and plans, set-based: one pass for each place in the order, shared by largest remainder.

Equal to `engine.rating.discounts`: a discount is rounded as a line of its own on the sum it applies to, and its parts
sum to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isqrt

import duckdb
import pyarrow as pa

from engine.bulk.cohort import Cohort
from engine.bulk.rounding import divided, whole
from engine.calendar import to_instant
from engine.metering.columns import of_records
from engine.model import Discount
from engine.rating.adjustments import standing_discounts
from engine.rating.discounts import waits
from engine.rating.shares import Interval

_WIDE = pa.decimal128(38, 0)
_DISCOUNTS = pa.schema(
    [
        ("cohort", pa.int32()), ("share_num", _WIDE), ("share_den", _WIDE), ("offered", _WIDE), ("low_us", pa.int64()),
        ("high_us", pa.int64()), ("first_sum", pa.bool_()), ("step", _WIDE), ("mode", pa.string()),
        ("label", pa.string()), ("place", pa.string()),
    ]
)  # fmt: skip
_COVERED = pa.schema([("cohort", pa.int32()), ("charge", pa.string()), ("charge_rank", pa.int32())])

GREATEST = 10**30
"""Pico: sums of lines below it, times the numerator of a rate, stay inside 128 bits."""
ROOM = 10**35
"""128 bits less what the number of lines takes."""


def add_discounts(con: duckdb.DuckDBPyConnection, cohorts: Sequence[Cohort]) -> None:
    """Append the discount lines of all cohorts to `bulk_lines`."""
    ordered = [(cohort, discounts_of(cohort)) for cohort in cohorts]
    for rank in range(max((len(found) for _, found in ordered), default=0)):
        here = [(cohort, found[rank]) for cohort, found in ordered if rank < len(found)]
        con.register("discount_data", of_records([_row(c, *d) for c, d in here], _DISCOUNTS))
        con.register("covered_data", of_records([r for c, d in here for r in _covered(c, d[0])], _COVERED))
        con.execute(_sql(sorted({c.book.currency.rounding.mode for c, _ in here})))


def discounts_of(cohort: Cohort) -> list[tuple[Discount, Interval, str]]:
    """Discounts in their order of application, each with the interval whose lines it touches and how it meets those
    before it; `on` names charges."""
    return sorted(standing_discounts(cohort.segments), key=lambda x: waits(x[0], x[2]))


def greatest(cohort: Cohort) -> int:
    """The amount of a line (pico) from which on shares of it could leave 128 bits; an account beyond is left to the
    reference."""
    found = [GREATEST]
    for discount, _, _ in discounts_of(cohort):
        if discount.amount:
            found.append(ROOM // discount.amount)
        if len(_covered(cohort, discount)) > 1:
            found.append(isqrt(ROOM * cohort.book.currency.rounding.step))
    return min(found)


def _row(cohort: Cohort, discount: Discount, inside: Interval, stack: str) -> dict[str, object]:
    share, rounding, zone = discount.share, cohort.book.currency.rounding, cohort.subject.timezone
    return {
        "cohort": cohort.number,
        "share_num": None if share is None else share.numerator,
        "share_den": None if share is None else share.denominator,
        "offered": None if share is not None else discount.amount or 0,
        "low_us": to_instant(inside[0], zone),
        "high_us": to_instant(inside[1], zone),
        "first_sum": share is not None and stack == "add",
        "step": rounding.step,
        "mode": rounding.mode,
        "label": discount.label or "discount",
        "place": str(discount.place) if discount.place.line else "",
    }


def _covered(cohort: Cohort, discount: Discount) -> list[dict[str, object]]:
    names = cohort.charge_names
    return [
        {"cohort": cohort.number, "charge": name, "charge_rank": rank}
        for rank, name in enumerate(names)
        if (not discount.on or name in discount.on) and (not discount.plans or cohort.plan.name in discount.plans)
    ]


def _sql(modes: Sequence[str]) -> str:
    """Sums by charge, the discount on their whole, its parts: floors first, then one step to the largest remainders."""
    cases = " ".join(f"WHEN '{m}' THEN {divided('num', 'den * step', m)}" for m in modes)  # type: ignore[arg-type]
    floors = divided("units * weight", "weights", "floor")
    exact = divided("num * base", "den * whole * sign(whole)::HUGEINT", "half_up")
    return f"""INSERT INTO bulk_other
    WITH nets AS (
      SELECT l.sub, l.cohort, l.charge, any_value(c.charge_rank) AS charge_rank, {whole("sum(l.amount)")} AS base,
        first(l.start_us ORDER BY l.start_us, l.kind = 'credit', l.end_us)
          FILTER (l.kind <> 'discount') AS start_us,
        first(l.end_us ORDER BY l.start_us, l.kind = 'credit', l.end_us) FILTER (l.kind <> 'discount') AS end_us,
        any_value(l.taxed) AS taxed
      FROM bulk_lines l JOIN covered_data c ON c.cohort = l.cohort AND c.charge = l.charge
      JOIN discount_data d ON d.cohort = l.cohort
      WHERE l.start_us >= d.low_us AND l.start_us < d.high_us AND NOT (d.first_sum AND l.kind = 'discount')
      GROUP BY l.sub, l.cohort, l.charge),
    sums AS (
      SELECT n.*, d.step::HUGEINT AS step, d.mode, d.label, d.place,
        sum(n.base) OVER (PARTITION BY n.sub) AS whole,
        d.share_num::HUGEINT AS share_num, coalesce(d.share_den, 1)::HUGEINT AS den, d.offered::HUGEINT AS offered
      FROM nets n JOIN discount_data d USING (cohort)),
    wholes AS (
      SELECT *, CASE WHEN offered IS NULL THEN whole * share_num ELSE least(offered, greatest(whole, 0)) END AS num
      FROM sums WHERE whole <> 0),
    amounts AS (
      SELECT *, CASE mode {cases} END AS steps, base * sign(whole)::HUGEINT AS weight, abs(whole) AS weights
      FROM wholes),
    floors AS (
      SELECT *, CASE WHEN alone THEN units ELSE {floors} END AS floor
      FROM (SELECT *, abs(steps) AS units, base = whole AS alone FROM amounts)),
    rests AS (SELECT *, CASE WHEN alone THEN 0 ELSE units * weight - floor * weights END AS rest FROM floors),
    parts AS (
      SELECT *, floor + CASE WHEN row_number() OVER (PARTITION BY sub ORDER BY rest DESC, charge_rank)
          <= units - sum(floor) OVER (PARTITION BY sub) THEN 1 ELSE 0 END AS part
      FROM rests)
    SELECT sub, 'discount', charge, 'discount', label, NULL, NULL, NULL,
      CASE WHEN offered IS NULL THEN -{divided("base * share_num", "den", "half_up")}
        WHEN alone THEN -num ELSE -sign(whole)::HUGEINT * {exact} END,
      -sign(steps)::HUGEINT * part * step, start_us, end_us, 0, 0, place, taxed, cohort
    FROM parts WHERE part <> 0"""
