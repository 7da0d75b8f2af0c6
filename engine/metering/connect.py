"""DuckDB as this room uses it."""

from __future__ import annotations

from typing import Any

import duckdb

__all__ = ["open_duck"]


def open_duck(threads: int = 2, memory_limit: str | None = None) -> duckdb.DuckDBPyConnection:
    """A private in-memory DuckDB: no extension is ever fetched, UTC everywhere, rows in no promised order.

    `memory_limit`: as DuckDB writes it (`4GB`); None is its default.
    """
    config: dict[str, Any] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "threads": threads,
        "preserve_insertion_order": False,
    }
    if memory_limit is not None:
        config["memory_limit"] = memory_limit
    con = duckdb.connect(config=config)
    con.execute("SET TimeZone = 'UTC'")
    return con
