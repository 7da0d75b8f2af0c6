"""The table of rated lines: one schema for the set-based engine, the scalar reference and the files on disk."""

from __future__ import annotations

import hashlib
import os
from decimal import Context, Decimal
from pathlib import Path

import duckdb
import pyarrow as pa

from engine.calendar import to_instant
from engine.money import AmountOverflow, check_pico, round_ratio
from engine.money.amount import LIMIT
from engine.rating import Line
from engine.runs.errors import RunError
from engine.runs.order import in_order

LINES: dict[str, str] = {
    "sub": "INTEGER",
    "kind": "VARCHAR",
    "charge": "VARCHAR",
    "name": "VARCHAR",
    "label": "VARCHAR",
    "quantity_num": "DECIMAL(38,0)",
    "quantity_den": "DECIMAL(38,0)",
    "unit": "VARCHAR",
    "exact": "DECIMAL(38,12)",
    "amount": "DECIMAL(38,12)",
    "start_us": "BIGINT",
    "end_us": "BIGINT",
    "events": "BIGINT",
    "evidence": "DECIMAL(38,0)",
    "place": "VARCHAR",
}
"""Columns of `run_lines`. `exact` and `amount` are major units of the currency; `evidence` sums the event digests."""

_ARROW = {
    "INTEGER": pa.int32(),
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "DECIMAL(38,0)": pa.decimal128(38, 0),
    "DECIMAL(38,12)": pa.decimal128(38, 12),
}
SCHEMA = pa.schema([(name, _ARROW[kind]) for name, kind in LINES.items()])

_FORMAT = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, USE_TMP_FILE false"
GROUP_ROWS = 122_880
_ROOM = "free some space, or get permission to write, and run again: nothing was half done"


def create(con: duckdb.DuckDBPyConnection) -> None:
    """An empty `run_lines`."""
    columns = ", ".join(f"{name} {kind}" for name, kind in LINES.items())
    con.execute(f"CREATE OR REPLACE TEMP TABLE run_lines ({columns})")


def line_row(sub: int, line: Line, zone: str, events: int, evidence: int) -> dict[str, object]:
    """A line of the scalar reference as a row of `run_lines`."""
    quantity = line.quantity
    if quantity is not None and max(abs(quantity.numerator), quantity.denominator) >= LIMIT:
        raise AmountOverflow(f"the quantity of {line.name} does not fit in 38 digits")
    return {
        "sub": sub,
        "kind": line.kind,
        "charge": line.charge,
        "name": line.name,
        "label": line.label,
        "quantity_num": None if quantity is None else quantity.numerator,
        "quantity_den": None if quantity is None else quantity.denominator,
        "unit": line.unit,
        "exact": pico_decimal(round_ratio(line.exact)),
        "amount": pico_decimal(line.amount),
        "start_us": None if line.start is None else to_instant(line.start, zone),
        "end_us": None if line.end is None else to_instant(line.end, zone),
        "events": events,
        "evidence": evidence,
        "place": str(line.place) if line.place.line else "",
    }


def pico_decimal(pico: int) -> Decimal:
    """Whole pico as an exact decimal of 12 places."""
    return Decimal(check_pico(pico)).scaleb(-12, Context(prec=60))


def insert(con: duckdb.DuckDBPyConnection, rows: list[dict[str, object]]) -> None:
    """Append rows to `run_lines`."""
    if rows:
        con.register("new_lines", pa.Table.from_pylist(rows, SCHEMA))
        con.execute("INSERT INTO run_lines SELECT * FROM new_lines")
        con.unregister("new_lines")


def write_parquet(
    con: duckdb.DuckDBPyConnection, query: str, folder: Path, prefix: str = "", group_rows: int = GROUP_ROWS
) -> tuple[str, str]:
    """Write a query's rows, in their order, to a content-addressed file; returns (file name, SHA-256).

    Temporary name, fsync, rename, fsync of the folder: a crash leaves nothing or an orphan. The order of rows is kept,
    so that the same rows give the same bytes. Raises `RunError` RBR10 when the disk is full or read-only.
    """
    try:
        return _write(con, query, folder, prefix, group_rows)
    except duckdb.IOException as error:
        raise RunError("RBR10", f"{folder} cannot be written: {str(error).splitlines()[0]}", _ROOM) from error
    except OSError as error:
        raise RunError("RBR10", f"{folder} cannot be written: {error.strerror}", _ROOM) from error


def _write(con: duckdb.DuckDBPyConnection, query: str, folder: Path, prefix: str, group_rows: int) -> tuple[str, str]:
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / "rows.parquet.tmp"
    try:
        with in_order(con):
            con.execute(f"COPY ({query}) TO '{_quoted(temporary)}' ({_FORMAT}, ROW_GROUP_SIZE {group_rows})")
        digest = hashlib.sha256()
        with temporary.open("rb") as handle:
            while block := handle.read(1 << 20):
                digest.update(block)
            os.fsync(handle.fileno())
        name = f"{prefix}{digest.hexdigest()[:32]}.parquet"
        os.replace(temporary, folder / name)
    finally:
        temporary.unlink(missing_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return name, digest.hexdigest()


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
