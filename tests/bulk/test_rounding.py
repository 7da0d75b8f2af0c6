"""Division in SQL equals `engine.money.divide` in every mode, for any sign and any size up to 126 bits."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bulk.rounding import divided
from engine.money import MODES, divide

TOP = 2**126
numbers = st.one_of(st.integers(-TOP, TOP), st.integers(-30, 30))
pairs = st.lists(st.tuples(numbers, st.one_of(st.integers(1, 10), st.integers(1, TOP))), min_size=1, max_size=20)


@pytest.mark.parametrize("mode", MODES)
@settings(max_examples=30)
@given(pairs)
def test_sql_divides_as_the_reference(mode: str, found: list[tuple[int, int]]) -> None:
    halves = [(d * q + d // 2, d) for q, d in found if abs(q) < 100 and d < TOP // 200]
    rows = [*found, *halves, *((-n, d) for n, d in halves)]
    values = ", ".join(f"({i}, ({n})::HUGEINT, ({d})::HUGEINT)" for i, (n, d) in enumerate(rows))
    query = f"SELECT {divided('n', 'd', mode)} FROM (VALUES {values}) t(i, n, d) ORDER BY i"  # type: ignore[arg-type]
    with duckdb.connect() as con:
        assert [row[0] for row in con.execute(query).fetchall()] == [divide(n, d, mode) for n, d in rows]  # type: ignore[arg-type]
