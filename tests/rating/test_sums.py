"""Sums of many ratios are those of the ratios themselves."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from engine.money import exact_sum

RATIOS = st.fractions() | st.integers().map(Fraction) | st.decimals(allow_nan=False, allow_infinity=False).map(Fraction)


@given(st.lists(RATIOS))
def test_a_sum_by_denominators_is_the_sum(values: list[Fraction]) -> None:
    assert exact_sum(values) == sum(values, Fraction(0))
    assert isinstance(exact_sum(values), Fraction)
