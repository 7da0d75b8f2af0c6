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


ZEROS = {
    "a package": "price package USD 1 per 0 call",
    "a rate": "price USD 1 per 0 call",
    "a rounding of usage": "round up to 0 call\n    price USD 1 per call",
    "a rounding of money": "rounded half_up to a multiple of USD 0.00\n    price USD 1 per call",
    "a rounded unit price": "price USD 1 per call rounded half_up to 2 decimals per 0 call",
    "a series": 'price series "spot" per 0 call',
}


@pytest.mark.parametrize("clauses", ZEROS.values(), ids=ZEROS)
def test_nothing_is_divided_by_zero(clauses: str) -> None:
    _, found = dsl.check((TEXT % GOOD).replace("price USD 1 per tiny", clauses), "b.rate")
    assert "RB206" in {one.code for one in found}


def test_a_fee_of_all_of_the_gross() -> None:
    text = (TEXT % GOOD).replace("measure count as call", "measure sum of n as USD").replace("USD 1 per tiny", "%s")
    for share, codes in (("100% of gross", {"RB206"}), ("99% of gross", set())):
        _, found = dsl.check(text % share, "b.rate")
        assert {one.code for one in found if one.severity.value == "error"} == codes


@pytest.mark.parametrize("worth", ["USD 0", "USD -1"])
def test_a_wallet_of_no_worth(worth: str) -> None:
    wallet = f"wallet w {{\n  holds credit worth {worth}\n  pays everything\n}}\nunit credit\n"
    _, found = dsl.check(TEXT % GOOD + wallet, "b.rate")
    assert "RB206" in {one.code for one in found}
