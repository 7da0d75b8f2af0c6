"""Steps after the lines, set-based: minimums and caps of charges and plans, then taxes (semantics.md §7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

import duckdb
import pyarrow as pa

from engine.bulk.cohort import Cohort
from engine.bulk.division import NARROW, brought_back
from engine.bulk.rounding import whole
from engine.bulk.sheets import wholes
from engine.metering.columns import of_records
from engine.model import Limit, Plan
from engine.money import round_ratio
from engine.rating.adjustments import active_share
from engine.rating.bill import activity_of
from engine.rating.lines import rounded

_WIDE = pa.decimal128(38, 0)
_LIMITS = pa.schema(
    [
        ("cohort", pa.int32()), ("rank", pa.int32()), ("which", pa.string()), ("charge", pa.string()),
        ("test", _WIDE), ("bound", _WIDE), ("exact", _WIDE), ("label", pa.string()), ("place", pa.string()),
        ("taxed", pa.string()),
    ]
)  # fmt: skip
_TAXES = pa.schema(
    [
        ("cohort", pa.int32()), ("taxed", pa.string()), ("rank", pa.int32()), ("name", pa.string()),
        ("label", pa.string()), ("rate_num", _WIDE), ("rate_den", _WIDE), ("step", _WIDE), ("mode", pa.string()),
        ("place", pa.string()),
    ]
)  # fmt: skip


def add_limits(con: duckdb.DuckDBPyConnection, cohorts: Iterable[Cohort]) -> None:
    """Append minimum and cap lines in their order: charges' minimums, charges' caps, the plan's minimum, its cap."""
    rows = [row for cohort in cohorts for row in _limit_rows(cohort)]
    for rank in sorted({int(str(r["rank"])) for r in rows}):
        con.register("limit_data", of_records([r for r in rows if r["rank"] == rank], _LIMITS))
        con.execute(_LIMIT_SQL)


_LIMIT_SQL = (
    """INSERT INTO bulk_other
WITH sums AS (
  SELECT l.cohort, s.sub, l.which, l.charge, any_value(l.test) AS test, any_value(l.bound) AS bound,
    any_value(l.exact) AS exact, any_value(l.label) AS label, any_value(l.place) AS place, any_value(l.taxed) AS taxed,
    """
    + whole("coalesce(sum(b.amount), 0)")
    + """ AS total, min(b.start_us) AS start_us, max(b.end_us) AS end_us
  FROM limit_data l JOIN members s USING (cohort)
  LEFT JOIN bulk_lines b ON b.sub = s.sub AND (l.charge IS NULL OR b.charge = l.charge)
  GROUP BY l.cohort, s.sub, l.which, l.charge)
SELECT sub, which, charge, which, label, NULL, NULL, NULL, exact::HUGEINT - total, bound::HUGEINT - total,
  start_us, end_us, 0, 0, place, taxed, cohort
FROM sums
WHERE bound::HUGEINT <> total
  AND ((which = 'minimum' AND total < test::HUGEINT) OR (which = 'cap' AND total > test::HUGEINT))"""
)


def _limit_rows(cohort: Cohort) -> list[dict[str, object]]:
    if cohort.cycle.timing == "advance":
        return []
    plan = cohort.plan
    service = activity_of(cohort.subject, cohort.subject.plans[0], plan, cohort.cycle, None)
    active = active_share(service, cohort.cycle)
    if not service.active:
        return []
    return [
        _limit_row(cohort, rank, which, charge, limit, active, taxed)
        for rank, which, charge, limit, taxed in _limits(plan)
    ]


def _limits(plan: Plan) -> list[tuple[int, str, str | None, Limit, Sequence[str]]]:
    found: list[tuple[int, str, str | None, Limit, Sequence[str]]] = []
    for charge in plan.charges:
        if charge.minimum is not None:
            found.append((0, "minimum", charge.name, charge.minimum, charge.taxed or charge.minimum.taxed))
        if charge.cap is not None:
            found.append((1, "cap", charge.name, charge.cap, charge.taxed or charge.cap.taxed))
    if plan.minimum is not None:
        found.append((2, "minimum", None, plan.minimum, plan.minimum.taxed))
    if plan.cap is not None:
        found.append((3, "cap", None, plan.cap, plan.cap.taxed))
    return found


def _limit_row(
    cohort: Cohort, rank: int, which: str, charge: str | None, limit: Limit, active: Fraction, taxed: Sequence[str]
) -> dict[str, object]:
    """`test`: below it (minimum) or above it (cap) a whole sum of pico is outside the bound."""
    bound = limit.amount * (active if limit.prorated else Fraction(1))
    down = bound.numerator // bound.denominator
    up = -(-bound.numerator // bound.denominator)
    return {
        "cohort": cohort.number, "rank": rank, "which": which, "charge": charge,
        "test": up if which == "minimum" else down,
        "bound": rounded(bound, cohort.book.currency.rounding), "exact": round_ratio(bound),
        "label": "up to the minimum" if which == "minimum" else "down to the cap",
        "place": str(limit.place) if limit.place.line else "", "taxed": ",".join(taxed),
    }  # fmt: skip


def add_taxes(con: duckdb.DuckDBPyConnection, cohorts: Iterable[Cohort]) -> None:
    """Append a tax line for each charge and tax: on the net of the charge, rounded on its own."""
    kinds = con.execute("SELECT DISTINCT cohort, taxed FROM bulk_lines WHERE taxed <> ''").fetchall()
    by_number = {c.number: c for c in cohorts}
    rows = [row for number, taxed in kinds for row in _tax_rows(by_number[number], taxed)]
    if not rows:
        return
    con.register("tax_data", of_records(rows, _TAXES))
    con.execute(f"CREATE OR REPLACE TEMP TABLE tax_rates AS SELECT * REPLACE ({wholes(_TAXES, 't')}) FROM tax_data t")
    roundings = {(r.mode, r.step) for r in (c.book.currency.rounding for c in by_number.values())}
    narrow = all(int(str(r["rate_den"])) < NARROW for r in rows)
    nets = f"""SELECT sub, cohort, charge, taxed, {whole("sum(amount)")} AS net, min(start_us) AS start_us,
        max(end_us) AS end_us
      FROM bulk_lines WHERE taxed <> '' GROUP BY sub, cohort, charge, taxed"""
    ratios = f"""SELECT g.*, t.* EXCLUDE (cohort, taxed, rate_num, rate_den), g.net * t.rate_num AS n,
        t.rate_den AS over
      FROM ({nets}) g JOIN tax_rates t ON t.cohort = g.cohort AND t.taxed = g.taxed
      WHERE g.net <> 0 AND t.rate_num <> 0"""
    con.execute(
        f"""INSERT INTO bulk_other
        SELECT sub, 'tax', charge, name, label, NULL, NULL, NULL, exact, amount, start_us, end_us, 0, 0,
          place, '', cohort
        FROM ({brought_back(ratios, roundings, narrow=narrow)})"""
    )


def _tax_rows(cohort: Cohort, taxed: str) -> list[dict[str, object]]:
    """The known taxes of a set of categories; included ones share one gross."""
    taxes = {t.name: t for t in cohort.book.taxes}
    known = [taxes[n] for n in taxed.split(",") if n in taxes and taxes[n].rate is not None]
    gross = 1 + sum((t.rate or Fraction(0) for t in known if t.included), Fraction(0))
    rounding = cohort.book.currency.rounding
    rows: list[dict[str, object]] = []
    for rank, tax in enumerate(known):
        rate = (tax.rate or Fraction(0)) / (gross if tax.included else 1)
        label = tax.label or tax.name
        rows.append(
            {
                "cohort": cohort.number, "taxed": taxed, "rank": rank, "name": tax.name,
                "label": f"{label} (included)" if tax.included else label, "rate_num": rate.numerator,
                "rate_den": rate.denominator, "step": rounding.step, "mode": rounding.mode,
                "place": str(tax.place) if tax.place.line else "",
            }
        )  # fmt: skip
    return rows
