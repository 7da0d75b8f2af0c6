"""Amounts brought back in SQL equal `engine.money`: any sign, any mode, any step, by hand or by plain division."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.bulk.division import NARROW, brought_back
from engine.money import MODES, divide

STEPS = (1, 3, 7, 10**10, 5 * 10**10, 10**12, 10**20)
TOP = 2**126
sizes = st.one_of(st.integers(-60, 60), st.integers(-(2**64), 2**64), st.integers(-TOP, TOP))
ratios = st.lists(st.tuples(sizes, st.one_of(st.integers(1, 12), st.integers(1, NARROW - 1))), min_size=1, max_size=12)


def near_ties(rows: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The rows, and beside each the ratios at and around halves of steps."""
    found = list(rows)
    for n, over in rows:
        for step in (1, 3, 10**10):
            middle = (2 * (n % 5) + 1) * over * step // 2
            found += [(sign * (middle + off), over) for sign in (1, -1) for off in (-1, 0, 1)]
    return found


def by_sql(rows: list[tuple[int, int]], kinds: list[tuple[str, int]], narrow: bool) -> list[tuple[int, int]]:
    """(exact, amount) of each ratio; the kinds take turns."""
    listed = ", ".join(
        f"({i}, ({n})::HUGEINT, ({o})::HUGEINT, '{kinds[i % len(kinds)][0]}', {kinds[i % len(kinds)][1]}::HUGEINT)"
        for i, (n, o) in enumerate(rows)
    )
    source = f"SELECT * FROM (VALUES {listed}) t(i, n, over, mode, step)"
    query = brought_back(source, kinds, narrow=narrow)  # type: ignore[arg-type]
    with duckdb.connect() as con:
        found = con.execute(f"SELECT exact, amount FROM ({query}) ORDER BY i").fetchall()
    return [(int(exact), int(amount)) for exact, amount in found]


def by_hand(rows: list[tuple[int, int]], kinds: list[tuple[str, int]]) -> list[tuple[int, int]]:
    """The same by the money kernel."""
    found = []
    for i, (n, over) in enumerate(rows):
        mode, step = kinds[i % len(kinds)]
        found.append((divide(n, over), divide(n, over * step, mode) * step))  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize("mode", MODES)
@settings(max_examples=15)
@given(ratios, st.sampled_from(STEPS), st.booleans())
@example([(-1, 2), (1, 2), (0, 1), (TOP, 1), (-TOP, NARROW - 1), (5 * 10**9, 1)], 10**10, True)
def test_rounding_equals_the_money_kernel(mode: str, rows: list[tuple[int, int]], step: int, narrow: bool) -> None:
    found = near_ties(rows)
    assert by_sql(found, [(mode, step)], narrow) == by_hand(found, [(mode, step)])


@settings(max_examples=10)
@given(ratios)
def test_rows_of_several_books_round_each_as_its_own(rows: list[tuple[int, int]]) -> None:
    kinds = [("half_even", 10**10), ("half_up", 10**12), ("floor", 1), ("half_down", 3)]
    found = near_ties(rows)
    assert by_sql(found, kinds, narrow=True) == by_hand(found, kinds)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(duckdb.OutOfRangeException):
        by_sql([(2**127 - 1, 1)], [("up", 10**20)], narrow=False)
