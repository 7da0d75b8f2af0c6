"""What passes the checks and has no meaning is refused with its place, never dropped."""

from __future__ import annotations

import pytest

import dsl

HEAD = """\
book b version 1 from 2026-01-01
currency USD
timezone "UTC"
unit call
unit credit
meter calls {
  events "call"
  measure sum of n as call
}
"""
PLAN = """\
plan p "P" {
  bill monthly in arrears
%s
  charge fee "Fee" {
    for calls
    price %s
  }
}
"""
PER_CALL = "USD 1 per call"


def plan(clause: str = "", price: str = PER_CALL) -> str:
    return HEAD + PLAN % (clause, price)


CASES = {
    "series without a file": (plan(price='series "nowhere" per call'), "`nowhere.csv` cannot be read"),
    "a bound per nothing": (
        plan(price="graduated {\n up to 5 call per call: USD 1 per call\n above 5 call per call: not sold\n }"),
        "no length of time",
    ),
    "rolling over a quantity": (
        plan() + 'contract c with "x" on p from 2026-01-01 through 2026-12-31 {\n  commit USD 5 per month {\n'
        "    rollover at most 5 call for 1 month\n  }\n}\n",
        "this commitment is not measured in it",
    ),
    "an amount for each event of other charges": (
        plan("  charge share {\n    price 10% of fee plus USD 1 each\n  }"),
        "does not fit this price form",
    ),
    "tax before a discount": (plan("  apply tax, discount"), "`tax` comes after `discount`"),
    "a credit per term": (plan("  credit USD 1 per term"), "again and again"),
}


@pytest.mark.parametrize(("text", "message"), CASES.values(), ids=CASES)
def test_refused_with_a_place(text: str, message: str) -> None:
    with pytest.raises(dsl.BookError) as caught:
        dsl.compile(text, "b.rate")
    (found,) = [one for one in caught.value.diagnostics if one.severity.value == "error"]
    assert found.code == "RB090"
    assert message in found.message
    assert found.span.line > 1
    assert "b.rate" in str(caught.value)


FILES = {
    "b/spot.csv": "from,price\n2026-01-01,0.5\n",
    "b/bad.csv": "from,price\n2026-01-01,half\n",
    "b/short.csv": "from\n2026-01-01\n",
}


def _load(path: str) -> str:
    if path not in FILES:
        raise FileNotFoundError(path)
    return FILES[path]


@pytest.mark.parametrize(
    ("name", "message"),
    [("bad", "line 2 of the file: `half` is not a decimal number"), ("short", "`short.csv` has no column `price`")],
)
def test_a_file_that_cannot_be_used(name: str, message: str) -> None:
    with pytest.raises(dsl.BookError, match=message):
        dsl.compile(plan(price=f'series "{name}" per call'), "b/b.rate", _load)


def test_the_data_of_a_series_is_part_of_the_digest() -> None:
    text = plan(price='series "spot" per call')
    first = dsl.compile(text, "b/b.rate", _load)
    second = dsl.compile(text, "b/b.rate", lambda path: FILES[path].replace("0.5", "0.6"))
    assert first.digest != second.digest
