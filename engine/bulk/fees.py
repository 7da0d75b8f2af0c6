"""Recurring, one-time and licensed lines: computed once a cohort by the reference, joined to all its subscriptions."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import pyarrow as pa

from engine.bulk.cohort import Cohort
from engine.calendar import to_instant
from engine.metering.columns import of_records
from engine.money import round_ratio
from engine.rating import Line
from engine.rating.bill import activity_of
from engine.rating.recurring import recurring_lines
from engine.rating.times import timing_of

_WIDE = pa.decimal128(38, 0)
SCHEMA = pa.schema(
    [
        ("cohort", pa.int32()), ("kind", pa.string()), ("charge", pa.string()), ("name", pa.string()),
        ("label", pa.string()), ("quantity_num", _WIDE), ("quantity_den", _WIDE), ("unit", pa.string()),
        ("exact", _WIDE), ("amount", _WIDE), ("start_us", pa.int64()), ("end_us", pa.int64()), ("place", pa.string()),
        ("taxed", pa.string()),
    ]
)  # fmt: skip


def fee_lines(cohort: Cohort) -> list[Line]:
    """The lines that every subscription of a cohort gets whatever it uses."""
    service = activity_of(cohort.subject, cohort.subject.plans[0], cohort.plan, cohort.cycle, None)
    rounding = cohort.book.currency.rounding
    found: list[Line] = []
    for name in cohort.charge_names:
        charge = cohort.charge(name)
        if charge.meter is not None:
            continue
        if cohort.cycle.timing == "advance" and timing_of(charge, cohort.segments[0].plan) != "advance":
            continue
        found += recurring_lines(name, cohort.segments, service, cohort.cycle, cohort.subject, rounding)
    return found


def add_fees(con: duckdb.DuckDBPyConnection, cohorts: Iterable[Cohort]) -> None:
    """Append the fee lines of all cohorts to `bulk_lines`."""
    rows = [_row(cohort, line) for cohort in cohorts for line in fee_lines(cohort)]
    if not rows:
        return
    con.register("fee_data", of_records(rows, SCHEMA))
    con.execute(
        """INSERT INTO bulk_other
        SELECT s.sub, f.kind, f.charge, f.name, f.label, f.quantity_num, f.quantity_den, f.unit, f.exact, f.amount,
          f.start_us, f.end_us, 0, 0, f.place, f.taxed, f.cohort
        FROM fee_data f JOIN members s USING (cohort)"""
    )


def _row(cohort: Cohort, line: Line) -> dict[str, object]:
    zone = cohort.subject.timezone
    quantity = line.quantity
    return {
        "cohort": cohort.number, "kind": line.kind, "charge": line.charge, "name": line.name, "label": line.label,
        "quantity_num": None if quantity is None else quantity.numerator,
        "quantity_den": None if quantity is None else quantity.denominator, "unit": line.unit,
        "exact": round_ratio(line.exact), "amount": line.amount,
        "start_us": None if line.start is None else to_instant(line.start, zone),
        "end_us": None if line.end is None else to_instant(line.end, zone),
        "place": str(line.place) if line.place.line else "", "taxed": ",".join(line.taxed),
    }  # fmt: skip
