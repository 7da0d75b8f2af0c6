"""What depends on more than one quantity is refused by name, with a code and the rule's place; never approximated."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest

import dsl
from engine.questions import Asked, BadQuestion, NotOneVariable, TooFine, cheaper, extremes, falls, first_period
from engine.rating import RatingError

BOOK = """
book b version 1 from 2026-01-01
currency USD
timezone "UTC"
unit call
unit GB
dimension region {{ eu, us }}
calendar c {{
  band night {{ every day 00:00 to 08:00 }}
  band day {{ otherwise }}
}}
meter calls {{
  events "api.call"
  measure sum of n as call
  by region
}}
meter hourly {{
  events "api.call"
  measure sum of n as call over tumbling 1 hour then sum
}}
meter level {{
  events "disk"
  measure time_weighted of n as GB over tumbling 1 hour then sum
}}
plan p {{
  bill monthly in arrears on day 1
  charge x {{
    for {meter}
    {price}
  }}
}}
"""
PLAIN = "price USD 1 per call"


def asked(price: str = PLAIN, meter: str = "calls", extra: str = "", **changes: object) -> Asked:
    """The question about one charge."""
    book = dsl.compile(BOOK.format(price=price, meter=meter) + extra, "b.rate")
    made = Asked(book, meter, first_period(book, "p"), plan="p")
    return replace(made, **changes)  # type: ignore[arg-type]


REFUSED = {
    "bands": ("price matrix by band of c {\n night: USD 1 per call\n day: USD 2 per call\n}", "calendar c"),
    "rows": ("price matrix by region {\n eu: USD 1 per call\n us: USD 2 per call\n}", "on region"),
    "an amount each": ("price USD 1 per call plus USD 0.10 each", "how many events"),
    "bounded events": ("price USD 1 per call at least USD 2", "how many events"),
    "tiers in an event": (
        "price graduated each event {\n up to 5 call: USD 1 per call\n above 5 call: USD 2 per call\n}",
        "tiers start anew",
    ),
    "rounded events": (f"round up to 10 call each event\n{PLAIN}", "each is rounded up"),
    "free events": ("free 3 events\nprice USD 1 per call", "which events come first"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_price_of_more_than_a_quantity_is_refused_where_it_stands(name: str) -> None:
    price, why = REFUSED[name]
    with pytest.raises(NotOneVariable) as refused:
        falls(asked(price))
    assert refused.value.code == "RBQ05"
    assert why in refused.value.message
    assert "the price of x depends on more than a quantity" in refused.value.message
    assert refused.value.place.line >= 27


def test_a_row_that_is_named_is_one_price() -> None:
    price, _ = REFUSED["rows"]
    least, most = extremes(asked(price, slice_=(("region", "us"),)), Fraction(0), Fraction(10))
    assert (least.amount, most.amount) == (0, 20 * 10**12)


def test_a_meter_that_folds_windows_is_refused() -> None:
    assert falls(asked(meter="hourly")) == ()
    with pytest.raises(NotOneVariable, match="does not measure one given quantity"):
        falls(asked("price USD 1 per GB", "level"))


def test_a_price_that_changes_inside_the_period() -> None:
    charge = "charge x {\n for calls\n price USD 2 per call\n }"
    later = f"plan p from 2026-10-15 {{\n bill monthly in arrears on day 1\n {charge}\n}}"
    question = asked(extra=later)
    assert question.period == (dt.datetime(2026, 11, 1), dt.datetime(2026, 12, 1))
    assert falls(question) == ()
    october = replace(question, period=(dt.datetime(2026, 10, 1), dt.datetime(2026, 11, 1)))
    with pytest.raises(NotOneVariable, match="changes on 2026-10-15 inside the period"):
        falls(october)


def test_several_billing_periods() -> None:
    year = (dt.datetime(2026, 1, 1), dt.datetime(2027, 1, 1))
    with pytest.raises(BadQuestion, match="holds 12 billing periods of plan p"):
        falls(asked(period=year))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"variable": "cals"}, "no meter and no licensed unit `cals`"),
        ({"variable": "GB"}, "no charge of plan p depends on `GB`"),
        ({"plan": "q"}, "no plan `q`"),
        ({"plan": None, "contract": "k"}, "no contract `k`"),
    ],
)
def test_names_the_book_does_not_have(changes: dict[str, str | None], message: str) -> None:
    with pytest.raises(BadQuestion, match=message) as refused:
        falls(asked(**changes))
    assert refused.value.code == "RBQ07"


@pytest.mark.parametrize(("start", "stop"), [(-1, 5), (5, 4)])
def test_a_range_that_is_none(start: int, stop: int) -> None:
    with pytest.raises(BadQuestion, match="a range of quantities"):
        falls(asked(), Fraction(start), Fraction(stop))


def test_steps_that_never_repeat_together_are_too_fine() -> None:
    saw = "price graduated {\n up to 1 call: USD 1 per call\n above 1 call: package USD -1 per 3 call\n}"
    with pytest.raises(RatingError) as refused:
        falls(asked(saw))
    assert isinstance(refused.value, TooFine)
    assert (refused.value.code, refused.value.hint) == ("RBQ06", "say up to where with `--to`")
    assert len(falls(asked(saw), Fraction(0), Fraction(10))) == 3


def test_plans_billed_for_different_periods() -> None:
    question = asked()
    other = replace(question, period=(dt.datetime(2026, 2, 1), dt.datetime(2026, 3, 1)))
    with pytest.raises(BadQuestion, match="different periods"):
        cheaper(question, other)
