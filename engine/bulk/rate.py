"""All regular cohorts of a run: usage lines, fees, minimums and caps, taxes, as one table of lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from engine.bulk.amounts import Uneven
from engine.bulk.cohort import Cohort, irregular, metered_charges
from engine.bulk.discounts import add_discounts, greatest
from engine.bulk.fees import add_fees
from engine.bulk.group import Group, grouped
from engine.bulk.sheets import TooWide
from engine.bulk.steps import add_limits, add_taxes
from engine.bulk.usage import meter_group, rate_group
from engine.metering import EventFile, Job, QuantityOverflow

COLUMNS = """sub INTEGER, kind VARCHAR, charge VARCHAR, name VARCHAR, label VARCHAR, quantity_num DECIMAL(38,0),
  quantity_den DECIMAL(38,0), unit VARCHAR, exact DECIMAL(38,0), amount DECIMAL(38,0), start_us BIGINT, end_us BIGINT,
  events BIGINT, evidence DECIMAL(38,0), place VARCHAR, taxed VARCHAR, cohort INTEGER"""
"""`bulk_lines`: amounts in whole pico; `taxed` are the tax categories joined by commas."""

Meter = Callable[[duckdb.DuckDBPyConnection, Group, Mapping[str, tuple[EventFile, ...]], int | None], Job]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is left to the reference: whole cohorts with the reason, and single subs with usage that has no price."""

    irregular: Mapping[int, str]
    subs: frozenset[int]


def rate_cohorts(
    con: duckdb.DuckDBPyConnection, cohorts: Sequence[Cohort], files: Mapping[str, tuple[EventFile, ...]],
    as_of: int | None, meter: Meter = meter_group,
) -> Outcome:  # fmt: skip
    """Fill `bulk_lines` with all lines of the regular cohorts' subs: `subs(sub, subject, from_us, to_us, cohort)`.

    `meter` makes the usage of a group; `Kept` has one that finds what it metered before.
    Nothing of a cohort or sub that is left to the reference stays in `bulk_lines`.
    """
    con.execute(f"CREATE OR REPLACE TEMP TABLE bulk_lines ({COLUMNS})")
    con.execute("CREATE OR REPLACE TEMP TABLE members AS SELECT DISTINCT sub, cohort FROM subs")
    reasons: dict[int, str] = {}
    regular = []
    for cohort in cohorts:
        charges = metered_charges(cohort)
        reason = irregular(cohort, charges)
        if reason:
            reasons[cohort.number] = reason
        else:
            regular.append((cohort, charges))
    subs: set[int] = set()
    for group in grouped(regular):
        try:
            job = meter(con, group, files, as_of)
            subs |= rate_group(con, group, job)
        except (duckdb.OutOfRangeException, QuantityOverflow, TooWide, Uneven) as problem:
            for cohort, _ in group.members:
                reasons[cohort.number] = f"numbers beyond 38 digits: {str(problem).splitlines()[0]}"
    kept = [c for c, _ in regular if c.number not in reasons]
    _forget(con, reasons, subs)
    add_fees(con, kept)
    subs |= _too_great(con, kept)
    _forget(con, {}, subs)
    add_discounts(con, kept)
    add_limits(con, kept)
    _forget(con, {}, subs)
    add_taxes(con, kept)
    return Outcome(reasons, frozenset(subs))


def _too_great(con: duckdb.DuckDBPyConnection, cohorts: Sequence[Cohort]) -> set[int]:
    """Subs whose amounts could overflow in the steps after the lines."""
    limits = [{"cohort": c.number, "greatest": greatest(c)} for c in cohorts]
    schema = pa.schema([("cohort", pa.int32()), ("greatest", pa.decimal128(38, 0))])
    con.register("greatest_data", pa.Table.from_pylist(limits, schema))
    found = con.execute(
        "SELECT DISTINCT sub FROM bulk_lines JOIN greatest_data USING (cohort) WHERE abs(amount) >= greatest"
    ).fetchall()
    return {row[0] for row in found}


def _forget(con: duckdb.DuckDBPyConnection, cohorts: Mapping[int, str], subs: set[int]) -> None:
    """Remove what is left to the reference."""
    if cohorts:
        con.execute(f"DELETE FROM bulk_lines WHERE cohort IN ({', '.join(map(str, cohorts))})")
    if subs:
        con.execute(f"DELETE FROM bulk_lines WHERE sub IN ({', '.join(map(str, sorted(subs)))})")
