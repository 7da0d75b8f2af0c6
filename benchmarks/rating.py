"""A rating job of any size: price sheets, accounts, usage; rated by the set-based engine, beside scripts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import duckdb

from engine.bulk import Cohort, metered_charges
from engine.bulk.cohort import Metered
from engine.bulk.group import Group, grouped
from engine.bulk.lines import create_lines
from engine.bulk.usage import prepare_group, rate_group
from engine.calendar import to_instant
from engine.metering import Job, Slicing, open_duck
from engine.model import (
    Book,
    BookCurrency,
    Bound,
    Charge,
    Measure,
    Meter,
    Plan,
    Property,
    Rate,
    Rounding,
    Span,
    Tier,
    Tiered,
)
from engine.model import Cycle as Billing
from engine.money import PICO
from engine.rating import Cycle, PlanUse, Subject
from engine.rating.terms import segments

ZONE = "UTC"
FIRST, LAST = dt.datetime(2026, 10, 1), dt.datetime(2026, 11, 1)
FROM, TO = to_instant(FIRST, ZONE), to_instant(LAST, ZONE)
METERS = tuple(Meter(f"m{n}", "use", Measure("sum", value=Property(f"p{n}")), "unit") for n in range(2))
UPPERS = (10, 100, 1_000, 10_000, None)
CENT = 10**10
USAGE = """SELECT i::INTEGER AS sub, ((hash(i * 2 + {meter}) % 20000000) * 1000)::BIGINT AS micro
FROM range({accounts}) t(i)"""
"""Quantities of 0 to 20,000 units with three decimals, as whole numbers of 10^-6 units."""


def price(sheet: int, tier: int) -> int:
    """Pico per unit: a list price with five digits, different on every sheet."""
    return PICO // 10 - tier * PICO // 100 + sheet * 10**7


def cohort(sheet: int) -> Cohort:
    """One price sheet as a book: two metered charges of five graduated tiers."""
    tiers = tuple(
        Tier(None if upper is None else Bound(Fraction(upper)), Rate("unit", price(sheet, n)))
        for n, upper in enumerate(UPPERS)
    )
    charges = tuple(Charge(m.name, Tiered("graduated", tiers), meter=m.name) for m in METERS)
    plan = Plan("p", Billing(Span(1, "month")), charges, start=dt.date(2026, 1, 1))
    currency = BookCurrency("USD", Rounding("half_up", CENT))
    book = Book(f"sheet-{sheet}", 1, dt.date(2026, 1, 1), currency, ZONE, meters=METERS, plans=(plan,))
    cycle = Cycle(FIRST, LAST, (FIRST, LAST), ZONE, Span(1, "month"))
    subject = Subject((PlanUse("p", signed=FIRST),), ZONE)
    held = tuple(segments(book, "p", None, FIRST.date(), LAST.date()))
    return Cohort(sheet, book, cycle, (FIRST, LAST), subject, held)


Compiled = list[tuple[Cohort, Sequence[Metered]]]


def compiled(sheets: int) -> Compiled:
    """Books of so many price sheets, their curves compiled."""
    return [(c, metered_charges(c)) for c in map(cohort, range(sheets))]


def write_usage(folder: Path, accounts: int) -> None:
    """Two Parquet files `m0` and `m1` of usage: one row an account and meter, 2 x accounts lines."""
    con = duckdb.connect()
    for number, meter in enumerate(METERS):
        query = USAGE.format(meter=number, accounts=accounts)
        con.execute(f"COPY ({query}) TO '{folder}/{meter.name}.parquet' (FORMAT parquet, COMPRESSION zstd)")
    con.close()


def duck_with_subs(accounts: int, sheets: int, threads: int = 2) -> duckdb.DuckDBPyConnection:
    """A connection with what a run knows of its accounts: account i is priced by sheet i mod sheets."""
    con = open_duck(threads)
    con.execute(
        f"CREATE TEMP TABLE members AS SELECT i::INTEGER AS sub, (i % {sheets})::INTEGER AS cohort "
        f"FROM range({accounts}) t(i)"
    )
    con.execute(
        f"CREATE TEMP VIEW subs AS SELECT sub, 'acct-' || sub AS subject, {FROM}::BIGINT AS from_us, "
        f"{TO}::BIGINT AS to_us, cohort FROM members"
    )
    return con


def rate(con: duckdb.DuckDBPyConnection, books: Compiled, folder: Path) -> None:
    """All lines of all accounts in `bulk_lines`, from the usage files."""
    create_lines(con)
    for group in grouped(books):
        load(con, group, folder)
        rate_group(con, group, job_of(group))


def load(con: duckdb.DuckDBPyConnection, group: Group, folder: Path) -> None:
    """The usage of a group's meter as metering leaves it."""
    prepare_group(con, group)
    con.execute(
        f"""CREATE OR REPLACE TEMP VIEW usage AS SELECT sub, {FROM}::BIGINT AS from_us,
        (sub % {len(group.members)})::INTEGER AS cohort, 0::SMALLINT AS ver,
        micro::DECIMAL(38,0) AS q_num, 1000000::DECIMAL(38,0) AS q_den, 1::BIGINT AS events,
        0::DECIMAL(38,0) AS digest, {FROM}::BIGINT AS t_last
        FROM read_parquet('{folder}/{group.members[0][1].meter}.parquet')"""
    )


def job_of(group: Group) -> Job:
    """The metering job that would have made the usage."""
    first, metered = group.members[0]
    return Job(first.book.meter(metered.meter), (), (Slicing(),) * len(group.members), "group_subs", None)


def totals(con: duckdb.DuckDBPyConnection) -> list[tuple[int, int]]:
    """(sub, pico) of every account, ascending."""
    rows = con.execute("SELECT sub, sum(amount) FROM bulk_lines GROUP BY sub ORDER BY sub").fetchall()
    return [(sub, int(amount)) for sub, amount in rows]
