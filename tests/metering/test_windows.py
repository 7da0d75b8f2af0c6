"""Meters over windows and levels over time: SQL equals the scalar reference exactly, on every input."""

from __future__ import annotations

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.metering import Slicing
from engine.model import Meter
from tests.metering.checks import check
from tests.metering.strategies import event_lists, level_meters, slicings, sub_lists, windowed_meters
from tests.metering.worlds import Event


@settings(max_examples=60)
@given(
    meter=st.one_of(level_meters(), windowed_meters()),
    events=event_lists(8),
    cohorts=st.lists(slicings(), min_size=1, max_size=2).map(tuple),
    data=st.data(),
    wide=st.booleans(),
)
def test_windows_and_levels_equal_the_reference(
    ducks: list[duckdb.DuckDBPyConnection],
    meter: Meter,
    events: list[Event],
    cohorts: tuple[Slicing, ...],
    data: st.DataObject,
    wide: bool,
) -> None:
    check(ducks, meter, events, data.draw(sub_lists(len(cohorts))), cohorts, wide)
