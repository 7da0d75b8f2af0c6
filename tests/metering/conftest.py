"""Connections of one and two threads, shared by the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from engine.metering import open_duck


@pytest.fixture(scope="session")
def ducks() -> Iterator[list[duckdb.DuckDBPyConnection]]:
    """One connection a thread count."""
    found = [open_duck(1), open_duck(2)]
    yield found
    for duck in found:
        duck.close()
