"""DuckDB as this room uses it: no extension is ever fetched, UTC everywhere, a stated number of threads."""

from __future__ import annotations

import duckdb

__all__ = ["open_duck"]


def open_duck(threads: int) -> duckdb.DuckDBPyConnection:
    """A private in-memory DuckDB."""
    duck = duckdb.connect(
        config={"autoinstall_known_extensions": False, "autoload_known_extensions": False, "threads": threads}
    )
    duck.execute("SET TimeZone = 'UTC'")
    return duck
