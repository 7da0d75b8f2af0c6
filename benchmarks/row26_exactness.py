"""Goal 26: the same bills to the last pico by four evaluations: DuckDB on one and on two threads, Polars, Python ints.

Polars: 128-bit integers in its streaming engine, guarded so that no product can wrap. Python: the compiled curves in
fractions, rounded by the money kernel. Pass or fail. Run: `python -m benchmarks.row26_exactness [--full]`.
"""

from __future__ import annotations

import sys
import tempfile
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import polars as pl

from benchmarks import rating
from benchmarks.common import machine
from engine.bulk.sheets import sheet_of
from engine.money import round_ratio

MICRO = 10**6


def by_duckdb(folder: Path, accounts: int, sheets: int, threads: int) -> dict[int, int]:
    """Totals in pico of the product."""
    con = rating.duck_with_subs(accounts, sheets, threads)
    rating.rate(con, rating.compiled(sheets), folder)
    return dict(rating.totals(con))


def by_polars(folder: Path, sheets: int) -> dict[int, int]:
    """Totals in pico: a range join as filters on tier rows, 128-bit products, half away from zero by `//`."""
    rows: dict[str, list[int]] = defaultdict(list)
    for number, (_, charges) in enumerate(rating.compiled(sheets)):
        sheet = sheet_of(charges[0].versions[0].compiled)
        assert sheet.money == sheet.quantity == 1
        for _, sign, lower, upper, base, origin, slope, *_ in sheet.rows:
            if sign > 0:
                values = (number, lower, upper or 10**12, base, origin, slope)
                for name, value in zip(("sheet", "lower", "upper", "base", "origin", "slope"), values, strict=True):
                    rows[name].append(value)
    tiers = pl.LazyFrame(rows).with_columns(pl.col("sheet").cast(pl.Int32), pl.col("base", "slope").cast(pl.Int128))
    used = pl.scan_parquet(folder / "m*.parquet").with_columns((pl.col("sub") % sheets).cast(pl.Int32).alias("sheet"))
    largest = used.select(pl.col("micro").max()).collect(engine="streaming").item()
    assert largest * max(rows["slope"]) + max(rows["base"]) * MICRO < 2**126
    held = used.join(tiers, on="sheet").filter(
        (pl.col("micro") > pl.col("lower") * MICRO) & (pl.col("micro") <= pl.col("upper") * MICRO)
    )
    way = (pl.col("micro") - pl.col("origin") * MICRO).cast(pl.Int128)
    exact = pl.col("base") * MICRO + way * pl.col("slope")
    cents = (exact + MICRO * rating.CENT // 2) // (MICRO * rating.CENT)
    totals = held.select("sub", cents.cast(pl.Int64).alias("cents")).group_by("sub").agg(pl.col("cents").sum())
    return {sub: cents * rating.CENT for sub, cents in totals.collect(engine="streaming").iter_rows()}


def by_ints(folder: Path, sheets: int) -> dict[int, int]:
    """Totals in pico by curves of exact ratios."""
    books = rating.compiled(sheets)
    totals: dict[int, int] = defaultdict(int)
    for meter in rating.METERS:
        for sub, micro in pl.read_parquet(folder / f"{meter.name}.parquet").iter_rows():
            curve = books[sub % sheets][1][0].versions[0].compiled
            exact = curve.amount([(0, Fraction(micro, MICRO), 1)])
            totals[sub] += round_ratio(exact / rating.CENT) * rating.CENT
    return totals


def main(full: bool) -> None:
    """Print how many totals differ from the product's on two threads."""
    accounts, sheets = (150_000, 1_000) if full else (5_000, 50)
    print(machine())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rating.write_usage(folder, accounts)
        expected = by_duckdb(folder, accounts, sheets, 2)
        others = {
            "DuckDB on one thread": by_duckdb(folder, accounts, sheets, 1),
            "Polars": by_polars(folder, sheets),
            "Python": by_ints(folder, sheets),
        }
        for other, totals in others.items():
            differ = sum(expected[sub] != totals.get(sub, 0) for sub in expected)
            print(f"  row 26: {other}: {differ} of {len(expected)} totals differ")


if __name__ == "__main__":
    main("--full" in sys.argv)
