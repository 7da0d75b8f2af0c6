"""One value, one text."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.journal import canonical_json, digest, parse_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_round_trip(value: object) -> None:
    text = canonical_json(value)
    assert parse_json(text) == value
    assert canonical_json(parse_json(text)) == text
    assert "\n" not in text


def test_keys_are_sorted_and_space_is_left_out() -> None:
    assert canonical_json({"b": (1, 2), "a": "é"}) == '{"a":"é","b":[1,2]}'
    assert digest({"b": 1, "a": 2}) == digest({"a": 2, "b": 1})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1.50"), '"1.5"'),
        (Decimal("15E2"), '"1500"'),
        (Decimal("-0.0"), '"0"'),
        (Decimal("100"), '"100"'),
        (Fraction(2, 4), '"1/2"'),
        (True, "true"),
    ],
)
def test_exact_numbers_are_text(value: object, text: str) -> None:
    assert canonical_json(value) == text


@pytest.mark.parametrize(
    "value", [1.5, {"a": [1.0]}, {1: "a"}, b"x", Decimal("NaN"), Decimal("Infinity"), {1}, object()]
)
def test_what_is_not_exact_or_not_json_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="canonical JSON"):
        canonical_json(value)


@pytest.mark.parametrize("text", ["1.5", '{"a":1e3}', "NaN", "[Infinity]"])
def test_reading_refuses_floats_too(text: str) -> None:
    with pytest.raises(TypeError, match="not exact JSON"):
        parse_json(text)
