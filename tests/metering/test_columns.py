"""Columns built from buffers hold what pyarrow's own converter would put there."""

from __future__ import annotations

from array import array
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.metering.columns import column, of_arrays, of_records, of_rows

WIDE = pa.decimal128(38, 0)
TOP = 10**38 - 1


def optional(values: st.SearchStrategy[object]) -> st.SearchStrategy[list[object]]:
    """Lists with gaps."""
    return st.lists(st.one_of(st.none(), values), max_size=40)


@given(optional(st.integers(-(2**63), 2**63 - 1)), optional(st.text()), optional(st.booleans()))
def test_values_come_back(numbers: list[int | None], texts: list[str | None], flags: list[bool | None]) -> None:
    assert column(numbers, pa.int64()).equals(pa.array(numbers, pa.int64()))
    assert column(texts, pa.string()).equals(pa.array(texts, pa.string()))
    assert column(flags, pa.bool_()).equals(pa.array(flags, pa.bool_()))


@given(optional(st.integers(-TOP, TOP)))
def test_decimals_of_38_digits_come_back(numbers: list[int | None]) -> None:
    made = column(numbers, WIDE)
    made.validate(full=True)
    assert made.to_pylist() == [None if n is None else Decimal(n) for n in numbers]


@pytest.mark.parametrize(
    ("value", "kind"),
    [(2**63, pa.int64()), (-(2**31) - 1, pa.int32()), (128, pa.int8()), (TOP + 1, WIDE), (-TOP - 1, WIDE)],
)
def test_a_number_that_does_not_fit_is_an_error(value: int, kind: pa.DataType) -> None:
    with pytest.raises(OverflowError):
        column([0, value, None], kind)


def test_other_types_are_refused() -> None:
    with pytest.raises(TypeError):
        column([1], pa.float64())
    with pytest.raises(TypeError):
        column(["1"], pa.int64())


def test_tables_of_rows_records_and_arrays() -> None:
    schema = pa.schema([("n", pa.int32()), ("t", pa.string())])
    assert of_rows([(1, "a"), (2, None)], schema).to_pylist() == [{"n": 1, "t": "a"}, {"n": 2, "t": None}]
    assert of_records([{"t": "a", "n": 1}, {"n": 2}], schema).to_pylist() == [{"n": 1, "t": "a"}, {"n": 2, "t": None}]
    assert of_rows([], schema).num_rows == 0
    assert of_arrays([array("q", [1, -2])], ["n"]).to_pylist() == [{"n": 1}, {"n": -2}]
