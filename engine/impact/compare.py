"""Two sides of one history compared: by plan, by customer, as a distribution; exact decimals throughout."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal
from itertools import pairwise
from typing import Any

import duckdb
import pyarrow as pa

from engine.money import format_pico

BANDS = (-50, -20, -10, -5, 0, 5, 10, 20, 50)
"""Bounds of relative changes, in percent of the amount before."""


@dataclass(frozen=True, slots=True)
class Impact:
    """`report`: the figures as JSON-ready data; `customers`: every customer's amounts, the greatest change first.

    Columns of `customers`: customer, plans, before, after, delta (decimal128(38,12), major units).
    """

    report: dict[str, Any]
    customers: pa.Table


def compared(con: duckdb.DuckDBPyConnection) -> tuple[dict[str, Any], pa.Table]:
    """The figures of `side_before` and `side_after`, of subscriptions that are in both."""
    con.execute(
        """CREATE OR REPLACE TEMP TABLE by_subscription AS
        SELECT c.customer, c.plan, subscription, b.amount AS before, a.amount AS after, a.amount - b.amount AS delta
        FROM side_before b JOIN side_after a USING (subscription, currency) JOIN chosen c ON c.id = subscription"""
    )
    con.execute(
        """CREATE OR REPLACE TEMP TABLE by_customer AS
        SELECT customer, string_agg(DISTINCT plan, ', ' ORDER BY plan) AS plans, sum(before)::DECIMAL(38,12) AS before,
          sum(after)::DECIMAL(38,12) AS after, sum(delta)::DECIMAL(38,12) AS delta
        FROM by_subscription GROUP BY customer"""
    )
    report = {
        "totals": _rows(con, f"SELECT {_SUMS} FROM by_customer")[0],
        "plans": _rows(con, f"SELECT plan, {_SUMS} FROM by_subscription GROUP BY plan ORDER BY plan"),
        "distribution": _distribution(con),
        "quantiles": _quantiles(con),
    }
    customers = con.sql("FROM by_customer ORDER BY abs(delta) DESC, customer").to_arrow_table()
    return report, customers


_SUMS = """count(*) AS count, coalesce(sum(before), 0)::DECIMAL(38,12) AS before,
  coalesce(sum(after), 0)::DECIMAL(38,12) AS after, coalesce(sum(delta), 0)::DECIMAL(38,12) AS delta,
  count(*) FILTER (delta < 0) AS winners, count(*) FILTER (delta > 0) AS losers,
  count(*) FILTER (delta = 0) AS unchanged"""
"""Winners pay less, losers more."""


def _quantiles(con: duckdb.DuckDBPyConnection) -> dict[str, str | None]:
    """Changes by nearest rank: the least, the greatest, and what a tenth, a half, nine tenths do not exceed."""
    names = {"least": "min(delta)", "median": "quantile_disc(delta, 0.5)", "greatest": "max(delta)"}
    names |= {"tenth": "quantile_disc(delta, 0.1)", "nine_tenths": "quantile_disc(delta, 0.9)"}
    order = ("least", "tenth", "median", "nine_tenths", "greatest")
    query = ", ".join(f"{names[name]} AS {name}" for name in order)
    found = con.execute(f"SELECT {query} FROM by_customer").fetchall()[0]
    return {name: None if value is None else money(value) for name, value in zip(order, found, strict=True)}


def _distribution(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """How many customers change by how much: bands of percent, each with its lower bound left out and its upper in."""
    tests = ["delta = 0", "before = 0"]
    tests += [f"delta * 100 <= {bound} * abs(before)" for bound in BANDS]
    cases = " ".join(f"WHEN {test} THEN {number}" for number, test in enumerate(tests))
    counted = con.execute(
        f"""SELECT CASE {cases} ELSE {len(tests)} END AS band, count(*), sum(delta)::DECIMAL(38,12)
        FROM by_customer GROUP BY band"""
    ).fetchall()
    found = {band: (count, delta) for band, count, delta in counted}
    names = ["unchanged", "from nothing", f"{BANDS[0]}% or less"]
    names += [f"{low}% to {high}%" for low, high in pairwise(BANDS)] + [f"more than {BANDS[-1]}%"]
    below = BANDS.index(0) + 3
    # falls, then what stays, then rises
    order = [*range(2, below), 0, *range(below, len(names)), 1]
    return [
        {"change": names[n], "customers": found.get(n, (0, 0))[0], "delta": money(found.get(n, (0, Decimal(0)))[1])}
        for n in order
    ]


def _rows(con: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    cursor = con.execute(query)
    names = [column[0] for column in cursor.description or ()]
    return [
        {n: money(v) if isinstance(v, Decimal) else v for n, v in zip(names, row, strict=True)}
        for row in cursor.fetchall()
    ]


def money(amount: Decimal) -> str:
    """Major units as text with at least two decimals."""
    return format_pico(int(amount.scaleb(12, Context(prec=60))))
