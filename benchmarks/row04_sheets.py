"""Goals 4 and 5: what the number of price sheets costs, and what a fixed plan saves against generated code.

Row 4: CPU seconds of rating the same lines with many sheets ÷ with ten. Row 5: the fixed plan (prices are rows)
÷ the same query with all prices written into one CASE expression; both leave the same lines.
Run: `python -m benchmarks.row04_sheets [--full]`.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import duckdb

from benchmarks import rating
from benchmarks.common import cpu, machine, paired, slope
from engine.bulk.division import rounded_small
from engine.bulk.group import grouped
from engine.bulk.lines import create_lines
from engine.bulk.usage import rate_group

MICRO = 10**6


def seconds(folder: Path, accounts: int, sheets: int) -> tuple[float, float]:
    """(CPU of rating from compiled books, CPU of compiling them)."""
    con = rating.duck_with_subs(accounts, sheets)
    books: rating.Compiled = []
    compiling = cpu(lambda: books.extend(rating.compiled(sheets)))
    rating.rate(con, books[:1], folder)
    return cpu(lambda: rating.rate(con, books, folder)), compiling


def generated(books: rating.Compiled) -> str:
    """The amount in pico as one CASE over all sheets and tiers; quantities in 10^-6 units."""
    sheets = []
    for number, (_, charges) in enumerate(books):
        sheet = charges[0].versions[0].sheet
        rows = [(upper, base, origin, slope) for _, sign, _, upper, base, origin, slope, *_ in sheet.rows if sign > 0]
        assert all(slope % MICRO == 0 for *_, slope in rows)
        tiers = " ".join(
            f"{'ELSE' if upper is None else f'WHEN q <= {upper * MICRO} THEN'} "
            f"{base - origin * slope}::BIGINT + q * {slope // MICRO}::BIGINT"
            for upper, base, origin, slope in rows
        )
        sheets.append(f"WHEN {number} THEN CASE WHEN q <= 0 THEN 0::BIGINT {tiers} END")
    return f"CASE key {' '.join(sheets)} END"


def against_case(folder: Path, accounts: int, sheets: int) -> str:
    """The fixed plan ÷ generated CASE, on one meter; both in 64 bits, rounded by the same columns."""
    books = [(c, charges[:1]) for c, charges in rating.compiled(sheets)]
    con = rating.duck_with_subs(accounts, sheets)
    group = grouped(books)[0]
    rating.load(con, group, folder)
    usage = "SELECT sub, cohort AS key, q_num::DECIMAL(18,0)::BIGINT AS q, events, digest FROM usage"
    amounts = f"SELECT *, {generated(books)} AS _p, 0::BIGINT AS _rest, 1::BIGINT AS over FROM ({usage})"
    rounded = rounded_small(amounts, [("half_up", rating.CENT)], rest=False)
    by_case = f"INSERT INTO bulk_used SELECT sub, key, q, exact, amount, events, digest FROM ({rounded})"

    def fixed() -> float:
        create_lines(con)
        return cpu(lambda: rate_group(con, group, rating.job_of(group)))

    def case() -> float:
        con.execute("DELETE FROM bulk_used")
        return cpu(lambda: con.execute(by_case))

    found = [f() and sorted_lines(con) for f in (fixed, case)]
    assert found[0] == found[1]
    return str(paired(fixed, case, 3))


def sorted_lines(con: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    """A digest of all lines: both plans must leave the same."""
    return con.execute("SELECT count(*), sum(amount), sum(exact), sum(sub * amount) FROM bulk_lines").fetchall()


def main(full: bool) -> None:
    """Print both rows."""
    accounts = 2_000_000 if full else 200_000
    sizes = (10, 100, 1_000, 10_000) if full else (10, 1_000)
    print(machine())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rating.write_usage(folder, accounts)
        found = [min(seconds(folder, accounts, n) for _ in range(2)) for n in sizes]
        for size, (spent, compiling) in zip(sizes, found, strict=True):
            print(f"  {2 * accounts} lines, {size} sheets: {spent:.2f} s CPU (compiled before in {compiling:.2f} s)")
        spent_all = [s for s, _ in found]
        print(f"  row 4: {sizes[-1]} ÷ {sizes[0]} sheets {spent_all[-1] / spent_all[0]:.2f} (bound 1.5), "
              f"slope {slope(sizes, spent_all):.2f} (bound 0.15)")  # fmt: skip
        fewer = accounts // 2 if full else accounts
        rating.write_usage(folder, fewer)
        for sheets in (10, 100, 300) if full else (10, 100):
            ratio = against_case(folder, fewer, sheets)
            print(f"  row 5: fixed plan ÷ generated CASE at {sheets} sheets: {ratio} (bound 0.25 at 100)")


if __name__ == "__main__":
    main("--full" in sys.argv)
