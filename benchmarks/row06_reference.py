"""Goal 6: the scalar reference ÷ the set-based engine, CPU seconds a line on the same accounts and the same lines.

The reference's time includes turning one quantity into a reading, and nothing of reading files. Run:
`python -m benchmarks.row06_reference [--full]`.
"""

from __future__ import annotations

import sys
import tempfile
from fractions import Fraction
from pathlib import Path

import duckdb

from benchmarks import rating
from benchmarks.common import cpu, machine
from engine.rating import bill
from engine.rating.readings import Reading

REFERENCED = 2_000
"""Accounts billed one by one; the set-based engine bills all."""


def quantities(folder: Path, accounts: int) -> dict[int, dict[str, Fraction]]:
    """sub → meter → quantity of the first accounts."""
    found: dict[int, dict[str, Fraction]] = {sub: {} for sub in range(accounts)}
    for meter in rating.METERS:
        query = f"SELECT sub, micro FROM read_parquet('{folder}/{meter.name}.parquet') WHERE sub < {accounts}"
        for sub, micro in duckdb.execute(query).fetchall():
            found[sub][meter.name] = Fraction(micro, 10**6)
    return found


def main(full: bool) -> None:
    """Print the ratio, and whether all totals are the same."""
    accounts, sheets = (1_000_000, 1_000) if full else (100_000, 100)
    print(machine())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rating.write_usage(folder, accounts)
        books = rating.compiled(sheets)
        con = rating.duck_with_subs(accounts, sheets)
        rating.rate(con, books, folder)
        spent = cpu(lambda: rating.rate(con, books, folder)) / (2 * accounts)
        used = quantities(folder, REFERENCED)
        totals: list[tuple[int, int]] = []

        def one_by_one() -> None:
            for sub, meters in used.items():
                cohort = books[sub % sheets][0]
                readings = {m: [Reading(rating.FROM, q, {})] for m, q in meters.items()}
                totals.append((sub, bill(cohort.book, cohort.subject, cohort.cycle, readings).total))

        alone = cpu(one_by_one) / (2 * REFERENCED)
        print(f"  row 6, {2 * accounts} lines: reference {alone * 1e6:.1f} µs a line, set-based {spent * 1e6:.2f} µs")
        print(f"  reference ÷ set-based {alone / spent:.0f} (bound: at least 8)")
        same = rating.totals(con)[:REFERENCED] == totals
        print(f"  totals of {REFERENCED} accounts: {'the same' if same else 'DIFFERENT'}")


if __name__ == "__main__":
    main("--full" in sys.argv)
