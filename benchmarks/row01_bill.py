"""Goals 1 and 2: an exact bill by the set-based engine ÷ float64 scripts, whole processes from Parquet.

Goal 1: CPU seconds against DuckDB on DOUBLE with the same range join (row 1). Goal 2: wall against the faster of that
and Polars on Float64 (row 2). Every side rounds every line to cents, sums by account and writes the totals. The exact
side also leaves complete lines (quantity in lowest terms, exact pico, labels, evidence) as a run needs them, and
compiles its books first. Run: `python -m benchmarks.row01_bill [--full]`.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import duckdb

from benchmarks import rating
from benchmarks.common import child, machine, paired, slope

FLOATS = ("duckdb", "polars")


def by_exact(folder: Path, accounts: int, sheets: int) -> None:
    """The product: books compiled, lines rated, totals written."""
    con = rating.duck_with_subs(accounts, sheets)
    rating.rate(con, rating.compiled(sheets), folder)
    con.execute(
        f"COPY (SELECT sub, sum(amount) AS total FROM bulk_lines GROUP BY sub) TO '{folder}/exact.parquet' "
        "(FORMAT parquet, COMPRESSION zstd)"
    )


def off_by_cents(folder: Path) -> tuple[int, int]:
    """(accounts whose float64 total is not the exact one to the cent, accounts)."""
    return duckdb.execute(
        f"""SELECT count(*) FILTER (round(d.total * 100)::BIGINT <> (e.total::HUGEINT // 10000000000)), count(*)
        FROM read_parquet('{folder}/exact.parquet') e JOIN read_parquet('{folder}/duckdb.parquet') d USING (sub)"""
    ).fetchall()[0]


def measured(folder: Path, accounts: int, sheets: int, rounds: int) -> float:
    """Print the ratios at one size; returns the exact side's CPU seconds."""
    rating.write_usage(folder, accounts)
    walls: dict[str, list[float]] = {side: [] for side in ("exact", *FLOATS)}

    def run(side: str) -> float:
        module = "benchmarks.float_scripts" if side in FLOATS else "benchmarks.row01_bill"
        spent, wall = child(module, side, str(folder), str(accounts), str(sheets))
        walls[side].append(wall)
        return spent

    pair = paired(lambda: run("exact"), lambda: run("duckdb"), rounds)
    for _ in range(rounds):
        run("polars")
    exact, one, other = (min(found) for found in walls.values())
    print(f"  {2 * accounts} lines, {sheets} sheets x 5 tiers: row 1, exact ÷ DuckDB DOUBLE, CPU: {pair} (bound 1.4)")
    print(f"  row 2, wall: exact {exact:.2f}, DuckDB {one:.2f}, Polars {other:.2f} s", end=": ")
    print(f"exact ÷ best {exact / min(one, other):.2f} (bound 1.35)")
    wrong, all_of_them = off_by_cents(folder)
    print(f"  float64 totals off by a cent or more: {wrong} of {all_of_them}")
    return pair.one


def main(full: bool) -> None:
    """Print ratios and the growth with the number of lines."""
    accounts, sheets, rounds = (5_000_000, 1_000, 3) if full else (100_000, 100, 1)
    print(machine())
    sizes, spent = (accounts // 4, accounts), []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            spent.append(measured(Path(folder), size, sheets, rounds))
    print(f"  growth with lines, log-log slope {slope(sizes, spent):.2f} (expected 1.00, start-up included)")


if __name__ == "__main__":
    if len(sys.argv) == 5:
        by_exact(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
    else:
        main("--full" in sys.argv)
