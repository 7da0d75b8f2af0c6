"""The float64 scripts beside goals 1 and 2; a module of their own, so that their processes load nothing of the engine.

Run: `python -m benchmarks.float_scripts duckdb|polars FOLDER ACCOUNTS SHEETS`.
"""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path

TIERS = """SELECT s AS sheet, t.lo, t.hi, (0.1 - t.n * 0.01 + s * 0.00001)::DOUBLE AS price
 FROM range({sheets}) r(s), (VALUES (0, 0.0, 10.0), (1, 10.0, 100.0), (2, 100.0, 1000.0), (3, 1000.0, 10000.0),
 (4, 10000.0, 1e300)) t(n, lo, hi)"""
SCRIPT = """WITH tiers AS ({tiers}), based AS (SELECT *, coalesce(sum((hi - lo) * price) OVER (PARTITION BY sheet
   ORDER BY lo ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS base FROM tiers),
 used AS (SELECT sub, sub % {sheets} AS sheet, micro / 1e6 AS q FROM read_parquet('{folder}/m*.parquet')),
 lines AS (SELECT sub, round(coalesce(base + (q - lo) * price, 0), 2) AS amount
   FROM used u LEFT JOIN based b ON b.sheet = u.sheet AND u.q > b.lo AND u.q <= b.hi)
 SELECT sub, sum(amount) AS total FROM lines GROUP BY sub"""


def by_duckdb(folder: Path, sheets: int) -> None:
    """What a good engineer writes in SQL when floats will do."""
    import duckdb

    con = duckdb.connect(config={"threads": 2})
    query = SCRIPT.format(tiers=TIERS.format(sheets=sheets), sheets=sheets, folder=folder)
    con.execute(f"COPY ({query}) TO '{folder}/duckdb.parquet' (FORMAT parquet, COMPRESSION zstd)")


def by_polars(folder: Path, sheets: int) -> None:
    """The same with Polars: one wide row of prices a sheet, the quantity clipped to each tier."""
    import polars as pl

    bounds = [0.0, 10.0, 100.0, 1_000.0, 10_000.0, 1e300]
    wide = {"sheet": list(range(sheets))} | {
        f"p{n}": [0.1 - n * 0.01 + s * 0.00001 for s in range(sheets)] for n in range(5)
    }
    used = pl.scan_parquet(folder / "m*.parquet").with_columns(
        (pl.col("sub") % sheets).cast(pl.Int64).alias("sheet"), (pl.col("micro") / 1e6).alias("q")
    )
    amount = sum(
        (pl.col("q").clip(low, high) - low) * pl.col(f"p{n}") for n, (low, high) in enumerate(pairwise(bounds))
    )
    lines = used.join(pl.LazyFrame(wide), on="sheet").select("sub", amount.round(2).alias("amount"))  # type: ignore[attr-defined]
    lines.group_by("sub").agg(pl.col("amount").sum().alias("total")).sink_parquet(folder / "polars.parquet")


if __name__ == "__main__":
    side = {"duckdb": by_duckdb, "polars": by_polars}[sys.argv[1]]
    side(Path(sys.argv[2]), int(sys.argv[4]))
