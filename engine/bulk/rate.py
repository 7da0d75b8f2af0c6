"""All regular cohorts of a run: usage lines, fees, minimums and caps, taxes, as one table of lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from engine.bulk.amounts import Uneven
from engine.bulk.cohort import Cohort, Known, irregular, metered_charges
from engine.bulk.discounts import add_discounts, greatest
from engine.bulk.fees import add_fees
from engine.bulk.group import Group, grouped
from engine.bulk.lines import create_lines, forget
from engine.bulk.sheets import TooWide
from engine.bulk.steps import add_limits, add_taxes
from engine.bulk.usage import meter_group, rate_group
from engine.metering import EventFile, Job, QuantityOverflow
from engine.metering.columns import of_records

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
    create_lines(con)
    con.execute("CREATE OR REPLACE TEMP TABLE members AS SELECT DISTINCT sub, cohort FROM subs")
    reasons: dict[int, str] = {}
    regular = []
    known: Known = {}
    for cohort in cohorts:
        charges = metered_charges(cohort, known)
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
    forget(con, reasons, subs)
    add_fees(con, kept)
    subs |= _too_great(con, kept)
    forget(con, (), subs)
    add_discounts(con, kept)
    add_limits(con, kept)
    forget(con, (), subs)
    add_taxes(con, kept)
    return Outcome(reasons, frozenset(subs))


def _too_great(con: duckdb.DuckDBPyConnection, cohorts: Sequence[Cohort]) -> set[int]:
    """Subs whose amounts could overflow in the steps after the lines."""
    if not cohorts:
        return set()
    limits = [{"cohort": c.number, "greatest": greatest(c)} for c in cohorts]
    schema = pa.schema([("cohort", pa.int32()), ("greatest", pa.decimal128(38, 0))])
    con.register("greatest_data", of_records(limits, schema))
    found = con.execute(
        f"""SELECT DISTINCT sub FROM bulk_lines JOIN greatest_data USING (cohort)
        WHERE abs(amount) >= {min(int(str(x["greatest"])) for x in limits)} AND abs(amount) >= greatest"""
    ).fetchall()
    return {row[0] for row in found}
