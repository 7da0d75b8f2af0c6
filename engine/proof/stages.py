"""One comparison of a reconciliation: two sides, their sums, and what is on one side only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import duckdb

from engine.proof.differences import text_of

SHOWN = 20
"""Rows of an anti-join that are listed."""

Sums = dict[str, str]


@dataclass(slots=True)
class Stage:
    """One comparison. `missing`: on the left only; `extra`: on the right only; both as short rows, `SHOWN` at most."""

    name: str
    left: str
    right: str
    left_sum: Sums
    right_sum: Sums
    missing: list[dict[str, Any]] = field(default_factory=list)
    extra: list[dict[str, Any]] = field(default_factory=list)

    @property
    def balanced(self) -> bool:
        """Equal sums and empty anti-joins."""
        return self.left_sum == self.right_sum and not self.missing and not self.extra

    def data(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "stage": self.name, "left": self.left, "right": self.right, "left_sum": self.left_sum,
            "right_sum": self.right_sum, "balanced": self.balanced, "missing": self.missing, "extra": self.extra,
        }  # fmt: skip


def compared(
    con: duckdb.DuckDBPyConnection, name: str, sides: tuple[str, str], queries: tuple[str, str], sums: tuple[str, str]
) -> Stage:
    """A stage from what its sides are called, a query of rows and a query of (key, sum) of each."""
    left, right = queries
    return Stage(
        name, *sides, sums_of(con, sums[0]), sums_of(con, sums[1]),
        rows_of(con, f"({left}) EXCEPT ALL ({right})"), rows_of(con, f"({right}) EXCEPT ALL ({left})"),
    )  # fmt: skip


def sums_of(con: duckdb.DuckDBPyConnection, query: str) -> Sums:
    """(key, value) rows as text, in the order of their keys."""
    return {key: text_of(value) for key, value in sorted(con.execute(query).fetchall())}


def rows_of(con: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    """The first rows of a query as text, in a stable order."""
    cursor = con.execute(f"SELECT * FROM ({query}) ORDER BY ALL LIMIT {SHOWN}")
    names = [d[0] for d in cursor.description or ()]
    return [
        {n: None if v is None else text_of(v) for n, v in zip(names, row, strict=True)} for row in cursor.fetchall()
    ]
