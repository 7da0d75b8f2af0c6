"""What lowering promises the engine: base units, pico, half-open ends, closed versions, places, one digest."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from pathlib import Path

import pytest

import dsl
from engine.model import NOWHERE, Book, Place, Rate, Tiered
from engine.model.codec import decode, digest, encode

BOOKS = sorted((Path(__file__).resolve().parents[2] / "pricebooks").rglob("*.rate"))

TEXT = """book b version 3 from 2026-01-01 through 2026-12-31
currency USD
timezone "Europe/Madrid"
unit B
unit kB = 1_000 B
unit MB = 1_000 kB
unit WRU
unit token

meter stored {
  events "s"
  measure sum of n as MB
}

meter sales {
  events "o"
  measure sum of amount as USD
}

meter shaped_like_money {
  events "w"
  measure sum of n as WRU
}

wallet w {
  holds token worth USD 0.05
  pays everything
}

plan p "Plan" {
  bill monthly in arrears
  charge storage "Storage" {
    for stored
    price graduated {
      up to 2 MB: USD 0.0235 per kB
      above 2 MB: 3 token per MB
    }
  }
  charge fee "Fee" {
    for sales
    price graduated {
      up to USD 100: 290bp
      above USD 100: 2%
    }
  }
  charge setup "Set-up" {
    price flat USD 99 once
  }
  charge quarter "Quarter" {
    price flat USD 9 every 3 months
  }
  charge wru "Units" {
    for shaped_like_money
    price USD 1 per WRU
  }
}

plan p "Plan" from 2026-07-01 {
  bill monthly in arrears
  charge setup "Set-up" {
    price flat USD 100 once
  }
}

example "days" {
  given plan p signed 2026-01-02 10:30 through 2026-01-20
  given period 2026-01-01 through 2026-01-31
  given paused 2026-01-05 through 2026-01-06
  given licensed 5 token from 2026-01-03 through 2026-01-04
  given usage stored = 1.5 MB
  given usage sales = USD 12.50
  expect setup = USD 99
  expect quantity stored = 1.5 MB
}

example "clock times" {
  given plan p
  given period 2026-01-01 06:00 through 2026-01-31 18:00
  expect setup = USD 99
}
"""


@pytest.fixture(scope="module")
def book() -> Book:
    return dsl.compile(TEXT, "b.rate")


def test_a_book_says_what_its_header_says(book: Book) -> None:
    assert (book.name, book.version, book.start, book.through) == ("b", 3, dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    assert (book.currency.code, book.currency.rounding.step, book.timezone) == ("USD", 10**10, "Europe/Madrid")


def test_units_resolve_to_their_base(book: Book) -> None:
    assert (book.unit("MB").family, book.unit("MB").factor) == ("B", Fraction(1_000_000))
    assert book.meter("stored").factor == 1_000_000


def test_the_declared_units_decide_what_is_money(book: Book) -> None:
    assert (book.meter("sales").unit, book.meter("sales").currency) == (None, "USD")
    assert (book.meter("shaped_like_money").unit, book.meter("shaped_like_money").currency) == ("WRU", None)


def test_rates_are_pico_per_base_units(book: Book) -> None:
    price = book.plan_versions("p")[0].charges[0].price
    assert isinstance(price, Tiered)
    first, second = (tier.price for tier in price.tiers)
    assert isinstance(first, Rate) and isinstance(second, Rate)
    assert (first.amount, first.per) == (23_500_000_000, 1_000)
    assert (second.amount, second.per, second.credit_unit) == (150_000_000_000, 1_000_000, "token")
    assert price.tiers[0].upper is not None and price.tiers[0].upper.value == 2_000_000
    assert price.tiers[1].upper is None


def test_borders_of_money_are_major_units(book: Book) -> None:
    price = book.plan_versions("p")[0].charges[1].price
    assert isinstance(price, Tiered) and price.tiers[0].upper is not None
    assert price.tiers[0].upper.value == 100
    assert [t.price.share for t in price.tiers if isinstance(t.price, Rate)] == [Fraction(29, 1000), Fraction(1, 50)]


def test_cadences_belong_to_the_charge(book: Book) -> None:
    charges = {c.name: c for c in book.plan_versions("p")[0].charges}
    assert charges["setup"].once
    assert charges["quarter"].every is not None
    assert (charges["quarter"].every.count, charges["quarter"].every.unit) == (3, "month")


def test_a_later_version_ends_the_earlier_one(book: Book) -> None:
    first, second = book.plan_versions("p")
    assert (first.start, first.through) == (None, dt.date(2026, 6, 30))
    assert (second.start, second.through) == (dt.date(2026, 7, 1), None)


def test_included_days_end_at_the_next_midnight(book: Book) -> None:
    givens = book.examples[0].givens
    assert givens.period == (dt.datetime(2026, 1, 1), dt.datetime(2026, 2, 1))
    assert givens.paused == ((dt.datetime(2026, 1, 5), dt.datetime(2026, 1, 7)),)
    assert givens.plans[0].signed == dt.datetime(2026, 1, 2, 10, 30)
    assert givens.plans[0].end == dt.datetime(2026, 1, 21)
    assert (givens.licensed[0].start, givens.licensed[0].end) == (dt.datetime(2026, 1, 3), dt.datetime(2026, 1, 5))


def test_a_stated_time_is_the_end_itself(book: Book) -> None:
    assert book.examples[1].givens.period == (dt.datetime(2026, 1, 1, 6), dt.datetime(2026, 1, 31, 18))


def test_quantities_are_base_units_and_money_meters_major_units(book: Book) -> None:
    usage = {u.meter: u.quantity for u in book.examples[0].givens.usage}
    assert usage == {"stored": Fraction(1_500_000), "sales": Fraction(25, 2)}
    expect = book.examples[0].expects[1]
    assert (expect.value, expect.factor, expect.places) == (1_500_000, 1_000_000, 1)


def test_rules_know_where_they_stand(book: Book) -> None:
    price = book.plan_versions("p")[0].charges[0].price
    assert isinstance(price, Tiered)
    assert price.tiers[0].place == Place("b.rate", 35, 7, "up to 2 MB: USD 0.0235 per kB")
    assert book.plan_versions("p")[0].charges[0].place.line == 32


def test_white_space_comments_and_order_have_no_meaning(book: Book) -> None:
    header, rest = TEXT.split("\n", 1)
    blocks = rest.split("\n\n")
    turned = header + "\n# a remark\n" + "\n\n".join(reversed(blocks)).replace("  charge", "\t  charge")
    assert dsl.compile(turned, "other.rate").digest == book.digest


def test_another_price_is_another_digest(book: Book) -> None:
    assert dsl.compile(TEXT.replace("0.0235", "0.0236")).digest != book.digest


def test_examples_are_no_part_of_the_meaning(book: Book) -> None:
    assert dsl.compile(TEXT.replace('example "days"', 'example "other"')).digest == book.digest


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_the_json_form_is_lossless(path: Path) -> None:
    book = dsl.compile(path.read_text(), str(path))
    again = decode(encode(book))
    assert again == book
    assert again.plans[0].place == book.plans[0].place != NOWHERE
    assert digest(again) == book.digest


def test_a_book_without_a_plan_is_a_book() -> None:
    assert dsl.compile("book b version 1 from 2026-01-01\ncurrency USD\n").plans == ()
