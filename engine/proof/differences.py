"""What a proof finds: something that is not as it should be."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb

from engine.runs.order import in_order


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not as it should be: where (`what`), and a sentence."""

    check: str
    what: str
    message: str

    def data(self) -> dict[str, str]:
        """As JSON."""
        return {"check": self.check, "what": self.what, "message": self.message}


def text_of(value: object) -> str:
    """A value of a proof as text: decimals in full, never with an exponent."""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def sha256(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def compare_lines(con: duckdb.DuckDBPyConnection, path: Path, derived: str, limit: int = 20) -> list[Difference]:
    """Lines on disk that do not follow from the query `derived`, and lines that follow and are not on disk."""
    stored = f"SELECT * FROM read_parquet('{str(path).replace(chr(39), chr(39) * 2)}')"
    with in_order(con):
        con.execute(f"CREATE OR REPLACE TEMP TABLE derived_lines AS {derived}")
    found = []
    for check, left, right in (
        ("is on disk but does not follow from the events", stored, "SELECT * FROM derived_lines"),
        ("follows from the events but is not on disk", "SELECT * FROM derived_lines", stored),
    ):
        rows = con.execute(
            f"SELECT line, charge, amount FROM ({left} EXCEPT ALL {right}) ORDER BY line LIMIT {limit}"
        ).fetchall()
        found += [
            Difference("lines", line, f"{charge or 'line'} of {amount:f} {check}") for line, charge, amount in rows
        ]
    return found
