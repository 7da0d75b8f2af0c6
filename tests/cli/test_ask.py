"""`ratebook ask`: sentences and documents of every question, and what it refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.workspace.kit import ratebook

BOOK = """
book api version 2 from 2026-01-01
currency USD
timezone "UTC"
unit call
unit seat
dimension region { eu, us }
meter calls {
  events "api.called"
  measure sum of n as call
  by region
}
plan basic "Basic" {
  bill monthly in arrears on day 1
  charge calls "Calls" {
    for calls
    price USD 0.10 per call
  }
}
plan pro "Pro" {
  bill monthly in arrears on day 1
  charge seats "Seats" {
    for licensed seat
    price USD 4 per seat
  }
  charge calls "Calls" {
    for calls
    price volume {
      up to 1_000 call: USD 0.007 per call
      above 1_000 call: USD 0.005 per call
    }
  }
}
plan world "World" {
  bill monthly in arrears on day 1
  charge calls "Calls" {
    for calls
    price matrix by region {
      eu: USD 0.10 per call
      us: USD 0.20 per call
    }
  }
}
example "pro" {
  given plan pro
  given period 2026-10-01 through 2026-10-31
  given usage calls = 2_000 call
  given licensed 5 seat
  expect total = USD 30.00
}
"""

TEXT = {
    ("cheaper", "--plan", "pro", "--than", "basic", "--usage", "calls", "--given", "seat=5"): """\
pro is cheaper than basic above 215 5/93 call
  from 0 call and below 215 5/93 call: basic is cheaper
  at 215 5/93 call: both cost the same
  above 215 5/93 call: pro is cheaper; on the rounded bill from 215.15 call
  at 215 5/93 call: pro USD 21 47/93, basic USD 21 47/93
    {path}:29:25: USD 0.007 per call
    {path}:17:11: USD 0.10 per call
for the billing period 2026-01-01 through 2026-01-31, before tax and wallets, exact quantities, given seat=5
""",
    ("falls", "--plan", "pro", "--usage", "calls"): """\
the bill of plan pro falls once when usage grows
  at 1_000 call it is USD 7.00, just above 1_000 call only USD 5.00: a drop of USD 2.00
    it costs as much again at 1_400 call
    {path}:30:25: USD 0.005 per call
for the billing period 2026-01-01 through 2026-01-31, before tax and wallets, exact quantities
""",
    ("range", "--plan", "pro", "--usage", "calls", "--from", "500", "--to", "2_000", "--given", "seat=1"): """\
smallest bill of plan pro: USD 7.50, at 500 call
  {path}:29:25: USD 0.007 per call
largest bill of plan pro: USD 14.00, at 2_000 call
  {path}:30:25: USD 0.005 per call
for the billing period 2026-01-01 through 2026-01-31, before tax and wallets, exact quantities, given seat=1
""",
    ("unit-price", "--plan", "pro", "--usage", "calls", "--at", "1_000"): """\
1_000 call of plan pro cost USD 7.00: USD 0.007 per call on average
  any more adds USD -2.00 at once, and then USD 0.005 per call
  {path}:30:25: USD 0.005 per call
the average is lowest just above 1_000 call: it comes near USD 0.005 per call
for the billing period 2026-01-01 through 2026-01-31, before tax and wallets, exact quantities
""",
    ("buys", "--plan", "pro", "--usage", "calls", "--budget", "USD 6", "--period", "2026-10"): """\
USD 6.00 buys 1_200 call of plan pro
  within the budget: from 0 call up to 857 1/7 call; above 1_000 call up to 1_200 call
  the rounded bill is above it from 1_201 call
  {path}:30:25: USD 0.005 per call
for the billing period 2026-10-01 through 2026-10-31, before tax and wallets, exact quantities
""",
    ("unit-price", "--plan", "pro", "--usage", "seat", "--at", "3"): """\
3 seat of plan pro cost USD 12.00: USD 4.00 per seat on average
  more costs USD 4.00 per seat
  {path}:24:11: USD 4 per seat
the average is lowest everywhere above 0 seat: USD 4.00 per seat
for the billing period 2026-01-01 through 2026-01-31, before tax and wallets, exact quantities
""",
}


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """The book as a file."""
    path = tmp_path / "api.rate"
    path.write_text(BOOK)
    return path


@pytest.mark.parametrize("question", list(TEXT), ids=lambda q: f"{q[0]} {q[4]}")
def test_sentences(book: Path, question: tuple[str, ...]) -> None:
    done = ratebook("ask", book, *question)
    assert (done.code, done.err) == (0, "")
    assert done.out == TEXT[question].replace("{path}", str(book))


def document(book: Path, *arguments: str) -> dict[str, Any]:
    """The JSON of a question; it does not matter where `--json` stands."""
    after, before = ratebook("ask", book, *arguments, "--json"), ratebook("ask", "--json", book, *arguments)
    assert after.data == before.data
    return after.data


def test_documents(book: Path) -> None:
    data = document(book, "cheaper", "--plan", "pro", "--than", "basic", "--usage", "calls", "--given", "seat=5")
    assert (data["book"], data["unit"], data["whole"]) == ("api/2", "call", False)
    assert [s["cheaper"] for s in data["spans"]] == ["basic", "same", "pro"]
    assert data["spans"][2]["billed_from"] == {"at": "215.15", "included": True}
    [point] = data["break_evens"]
    assert (point["at"], point["exact"]) == ("20000/93", {"pro": "2000/93", "basic": "2000/93"})
    assert point["billed"] == {"pro": "21.51", "basic": "21.51"}
    [fall] = document(book, "falls", "--plan", "pro", "--usage", "calls")["falls"]
    assert fall["from"] == {"at": "1000", "side": "at", "exact": "7", "billed": "7"}
    assert fall["to"] == {"at": "1000", "side": "above", "exact": "5", "billed": None}
    assert (fall["drop"], fall["again"]["at"], fall["rule"]["line"]) == ("2", "1400", 30)
    data = document(book, "unit-price", "--plan", "world", "--usage", "calls region=us", "--at", "3")
    assert (data["at"]["exact"], data["at"]["marginal"]) == ("0.6", "0.2")


@pytest.mark.parametrize(
    ("arguments", "code", "error", "message"),
    [
        (("falls", "--plan", "world", "--usage", "calls"), 1, "RBQ05", "on region"),
        (("falls", "--plan", "prp", "--usage", "calls"), 1, "RBQ07", "no plan and no contract `prp`"),
        (("falls", "--plan", "pro", "--usage", "cals"), 1, "RBQ07", "no meter and no licensed unit `cals`"),
        (("falls", "--plan", "pro", "--usage", "calls", "--given", "x=1"), 1, "RBQ07", "no meter and no unit `x`"),
        (("falls", "--plan", "pro", "--usage", "calls", "--given", "seat=many"), 2, "RBC01", "has no quantity"),
        (("falls", "--plan", "pro", "--usage", "calls", "--from", "5", "--to", "4"), 1, "RBQ07", "a range"),
        (("falls", "--plan", "pro", "--usage", "calls", "--coupon", "x"), 1, "RBQ07", "no coupon `x`"),
        (("falls", "--plan", "pro", "--usage", "calls", "--period", "soon"), 1, "RBR01", "`soon` is no period"),
        (("buys", "--plan", "pro", "--usage", "calls", "--budget", "EUR 5"), 2, "RBC01", "is no amount in USD"),
        (("unit-price", "--plan", "pro", "--usage", "calls", "--at", "0"), 1, "RBQ07", "nothing has no price"),
        (("unit-price", "--plan", "pro", "--usage", "calls", "--at", "1 GB"), 2, "RBC01", "no unit `GB`"),
        (("why", "--plan", "pro"), 2, "RBC01", "invalid choice"),
    ],
)
def test_refusals(book: Path, arguments: tuple[str, ...], code: int, error: str, message: str) -> None:
    done = ratebook("ask", book, *arguments, "--json")
    assert (done.code, done.data["error"]["code"]) == (code, error)
    assert message in done.data["error"]["message"]
