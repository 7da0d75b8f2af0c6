"""The closest word, found without looking at every letter of every word."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dsl.suggest import did_you_mean, distance

WORDS = st.text("abc", max_size=7)


def whole(left: str, right: str) -> int:
    """The number of edits, from its definition."""
    if not left or not right:
        return len(left) + len(right)
    if left[0] == right[0]:
        return whole(left[1:], right[1:])
    return 1 + min(whole(left[1:], right), whole(left, right[1:]), whole(left[1:], right[1:]))


@given(WORDS, WORDS, st.integers(0, 4))
def test_the_distance_is_that_of_the_definition_as_far_as_it_is_asked(left: str, right: str, most: int) -> None:
    assert distance(left, right, most) == min(whole(left, right), most + 1)


def test_guesses() -> None:
    known = ["storage", "transfer", "up to", "GB", "call"]
    assert did_you_mean("storge", known) == "storage"
    assert did_you_mean("upto", known) == "up to"
    assert did_you_mean("Gb", known) == "GB"
    assert did_you_mean("TB", known) is None
    assert did_you_mean("", known) is None
    assert did_you_mean("calls", known) == "call"
