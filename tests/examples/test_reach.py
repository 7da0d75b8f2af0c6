"""Days and lengths of time that no calendar can hold are findings, never crashes."""

from __future__ import annotations

import pytest

import dsl

TEXT = """\
book b version 1 from 2026-01-01
currency USD
timezone "UTC"
unit tiny = %s call
unit call
meter calls {
  events "call"
  measure count as call
}
plan p "P" {
  bill %s in arrears
  charge fee "Fee" {
    for calls
    price USD 1 per tiny
  }
}
example "e" {
  given plan p
  given period %s through %s
  expect fee = USD 0
}
"""
GOOD = ("0.1", "monthly", "2026-01-01", "2026-01-31")


@pytest.mark.parametrize(
    ("place", "value", "code"),
    [
        (0, "0", "RB206"),
        (1, "every 1_000_000_000 months", "RB014"),
        (2, "0001-01-01", "RB009"),
        (3, "9999-12-31", "RB009"),
    ],
)
def test_out_of_reach(place: int, value: str, code: str) -> None:
    parts = [*GOOD[:place], value, *GOOD[place + 1 :]]
    _, found = dsl.check(TEXT % tuple(parts), "b.rate")
    assert code in {one.code for one in found}


def test_the_good_book_is_good() -> None:
    assert dsl.compile(TEXT % GOOD, "b.rate").examples
