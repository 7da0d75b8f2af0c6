"""A price mended after the invoice."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from tests.corrections.kit import billed, correct, difference, late, with_clause
from tests.workspace.kit import NOW, World

BOOK = with_clause("charge on own invoice")


def mend(made: World, start: str, price: str, *, approve: bool = True) -> None:
    """Version 2 of the book, from a day in the past."""
    text = BOOK.replace("version 1 from 2026-01-01", f"version 2 from {start}").replace("0.10", price)
    more = ("--approved-by", "cfo") if approve else ()
    made.do("publish", made.file("2.rate", text), "--now", NOW, "--reason", "typo", *more)


def test_a_mended_price_bills_the_difference_of_what_it_touches(tmp_path: Path) -> None:
    made = billed(tmp_path, BOOK)
    mend(made, "2026-01-01", "0.12")
    assert difference(correct(made)) == Decimal("0.40")
    assert made.do("explain", "COR-000001/2")["price"]["book"] == "calls/2"
    assert made.do("verify")["findings"] == []


def test_a_proposal_that_nobody_approved_corrects_nothing(tmp_path: Path) -> None:
    made = billed(tmp_path, BOOK)
    mend(made, "2026-01-01", "0.12", approve=False)
    assert correct(made)["already"]
    made.do("approve", "calls/2", "--actor", "cfo", "--now", NOW)
    assert difference(correct(made)) == Decimal("0.40")


def test_a_price_from_the_middle_of_the_period_splits_it(tmp_path: Path) -> None:
    made = billed(tmp_path, BOOK)
    late(made, 10, time="2026-10-20T00:00:00Z")
    mend(made, "2026-10-16", "0.05")
    assert difference(correct(made)) == Decimal("0.50")
    assert [s["amount"] for s in made.do("explain", "COR-000001")["steps"]] == ["-2.00", "2.00", "0.50"]


def test_a_later_version_touches_no_earlier_period(tmp_path: Path) -> None:
    made = billed(tmp_path, BOOK)
    mend(made, "2026-11-01", "0.05")
    assert correct(made)["already"]


def test_a_mended_cycle_takes_the_month_back_and_bills_the_weeks(tmp_path: Path) -> None:
    made = billed(tmp_path, BOOK)
    text = BOOK.replace("version 1", "version 2").replace("bill monthly in arrears on day 1", "bill weekly in arrears")
    made.do("publish", made.file("2.rate", text), "--now", NOW, "--reason", "typo", "--approved-by", "cfo")
    report = correct(made)
    assert difference(report) == 0
    assert report["decisions"] == {"note": 1, "own": 1}
    assert made.do("verify")["findings"] == []
