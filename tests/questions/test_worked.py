"""Answers worked out by hand: borders, packages, stairs, limits, ties, cents, tails without end."""

from __future__ import annotations

from fractions import Fraction

import pytest

import dsl
from engine.model import GivenLicensed, GivenUsage
from engine.questions import (
    Asked,
    Span,
    bought,
    cheaper,
    extremes,
    falls,
    first_period,
    lowest_price,
    unit_price,
)
from engine.questions.cheaper import first_with

HEAD = """
book b version 1 from 2026-01-01
currency USD
timezone "UTC"
unit call
unit seat
meter calls {
  events "api.call"
  measure sum of n as call
}
meter storage {
  events "disk"
  measure sum of n as call
}
"""
USD = 10**12


def plan(name: str, *clauses: str) -> str:
    """A monthly plan with these clauses."""
    return f"plan {name} {{\n bill monthly in arrears on day 1\n" + "\n".join(clauses) + "\n}\n"


def charge(price: str, meter: str = "calls", name: str = "x", more: str = "") -> str:
    """A metered charge."""
    return f"charge {name} {{\n for {meter}\n {more}\n price {price}\n}}"


def fee(amount: int) -> str:
    """A fee of every month."""
    return f"charge base {{\n price flat USD {amount}\n}}"


def ask(*plans: str, usage: dict[str, int] | None = None, seats: int | None = None) -> list[Asked]:
    """Questions about all plans of a text, in the order they stand."""
    book = dsl.compile(HEAD + "".join(plans), "b.rate")
    names = [text.split()[1] for text in plans]
    given = tuple(GivenUsage(m, Fraction(q)) for m, q in (usage or {}).items())
    licensed = () if seats is None else (GivenLicensed("seat", Fraction(seats)),)
    return [Asked(book, "calls", first_period(book, n), plan=n, usage=given, licensed=licensed) for n in names]


BASIC = plan("basic", charge("USD 0.10 per call"))


def test_a_break_even_and_the_cent_from_which_it_shows() -> None:
    pro, basic = ask(plan("pro", fee(20), charge("USD 0.007 per call")), BASIC)
    found = cheaper(pro, basic)
    # 20 + 0.007 q = 0.10 q at q = 20 000 / 93
    at = Fraction(20_000, 93)
    assert found.spans == (
        Span(Fraction(0), at, True, False, 1),
        Span(at, at, True, True, 0),
        Span(at, None, False, False, -1),
    )
    assert found.break_evens == (at,)
    # both round to 21.51 there; basic comes to 21.515 at 215.15, pro is at 21.506
    assert (pro.billed(at), basic.billed(at)) == (2151 * USD // 100,) * 2
    assert found.billed[2] == (Fraction("215.15"), True)


def test_packages_cross_a_line_again_and_again() -> None:
    packages, line = ask(plan("p", charge("package USD 10 per 100 call")), plan("l", charge("USD 0.096 per call")))
    found = cheaper(packages, line, Fraction(0), Fraction(300))
    # the package of n hundred is cheaper from where 0.096 q passes 10 n: never in the first, 104.17 is past it
    assert [s for s in found.spans if s.sign == -1] == []
    dear, line = ask(plan("p", charge("package USD 10 per 100 call")), plan("l", charge("USD 0.104 per call")))
    spans = cheaper(dear, line, Fraction(0), Fraction(300)).spans
    ranges = [(s.low, s.high, s.high_in) for s in spans if s.sign == -1]
    assert ranges == [(Fraction(10 * n * 1000, 104), Fraction(100 * n), True) for n in (1, 2, 3)]
    # the 25th package is cheaper from 250 / 0.104 on; every later one costs less than the line where it begins
    endless = cheaper(dear, line)
    assert endless.spans[-1] == Span(Fraction(250_000, 104), None, False, False, -1)


def test_ties_are_named() -> None:
    one, other = ask(
        plan("a", charge("USD 1 per call", more="cap USD 50")), plan("b", charge("USD 2 per call", more="cap USD 50"))
    )
    signs = [(s.low, s.low_in, s.high, s.sign) for s in cheaper(one, other).spans]
    assert signs == [(0, True, 0, 0), (0, False, 50, -1), (50, True, None, 0)]


def test_other_usage_and_licences_are_given() -> None:
    seats = "charge seats {\n for licensed seat\n price USD 4 per seat\n}"
    [team, basic] = ask(plan("team", seats, charge("USD 0.05 per call")), BASIC, usage={"storage": 7}, seats=5)
    assert cheaper(team, basic).break_evens == (400,)


def test_a_volume_cliff() -> None:
    volume = "volume {\n up to 1_000 call: USD 0.10 per call\n above 1_000 call: USD 0.08 per call\n}"
    [fall] = falls(*ask(plan("v", charge(volume))))
    assert (fall.high.at, fall.high.side, fall.high.value) == (1000, 0, 100 * USD)
    assert fall.low is not None
    assert (fall.low.at, fall.low.side, fall.low.value, fall.drop) == (1000, 1, 80 * USD, 20 * USD)
    assert fall.again is not None
    assert (fall.again.low, fall.again.low_in) == (1250, True)
    assert fall.rule is not None
    assert (fall.rule.charge, fall.rule.place.text) == ("x", "USD 0.08 per call")


@pytest.mark.parametrize(
    "price",
    [
        "package USD 5 per 100 call",
        "graduated {\n up to 10 call: flat USD 5\n above 10 call: USD 0.01 per call\n}",
        "committed 100 call for USD 30 then USD 0.10 per call",
    ],
)
def test_what_only_rises_never_falls(price: str) -> None:
    assert falls(*ask(plan("p", charge(price, more="minimum USD 3\ncap USD 90")))) == ()


def test_a_negative_rate_falls_without_end() -> None:
    [fall] = falls(*ask(plan("p", charge("USD -0.01 per call"), fee(10))))
    assert (fall.high.at, fall.high.value, fall.low, fall.drop) == (0, 10 * USD, None, None)


def test_smallest_and_largest() -> None:
    [stairs] = ask(plan("p", charge("package USD 10 per 100 call"), "minimum USD 25", "cap USD 70"))
    least, most = extremes(stairs)
    assert (least.amount, most.amount) == (25 * USD, 70 * USD)
    assert least.where == (Span(Fraction(0), Fraction(200), True, True, 0),)
    assert most.where == (Span(Fraction(600), None, False, False, 0),)
    volume = "volume {\n up to 10 call: USD 2 per call\n above 10 call: USD 1 per call\n}"
    [cliff] = ask(plan("p", charge(volume)))
    least, _ = extremes(cliff, Fraction(6), Fraction(15))
    # it comes near 10.00 just above 10 calls and does not reach it
    assert (least.amount, least.where) == (10 * USD, ())
    assert least.near is not None
    assert (least.near.at, least.near.side) == (10, 1)
    _, most = extremes(cliff)
    assert most.amount is None


def test_unit_prices() -> None:
    [packages] = ask(plan("p", fee(30), charge("package USD 10 per 100 call")))
    found = unit_price(packages, Fraction(150))
    assert (found.amount, found.effective, found.marginal, found.jump) == (50 * USD, Fraction(USD, 3), 0, 0)
    at_border = unit_price(packages, Fraction(200))
    assert (at_border.marginal, at_border.jump) == (0, 10 * USD)
    lowest = lowest_price(packages)
    assert (lowest.effective, lowest.node) == (Fraction(USD, 10), None)
    lowest = lowest_price(packages, Fraction(0), Fraction(450))
    assert lowest.node is not None
    assert (lowest.node.at, lowest.effective) == (400, Fraction(70 * USD, 400))


def test_what_a_budget_buys() -> None:
    volume = "volume {\n up to 1_000 call: USD 0.10 per call\n above 1_000 call: USD 0.08 per call\n}"
    [cliff] = ask(plan("v", charge(volume)))
    found = bought(cliff, 90 * USD)
    # 900 calls at 0.10, and again from just above 1 000 to 1 125 calls at 0.08
    assert [(s.low, s.low_in, s.high, s.high_in) for s in found.spans] == [
        (0, True, 900, True), (1000, False, 1125, True)
    ]  # fmt: skip
    # half a cent more is still billed as 90.00
    assert found.billed_over == (Fraction("1125.0625"), True)
    [capped] = ask(plan("c", charge("USD 1 per call", more="cap USD 50")))
    most = bought(capped, 50 * USD).most
    assert most is not None
    assert most.high is None
    assert bought(ask(plan("f", fee(51), charge("USD 1 per call")))[0], 50 * USD).spans == ()


def test_a_coupon_of_an_amount_over_two_charges_is_followed() -> None:
    [deal] = ask(plan("p", fee(20), charge("USD 1 per call"), "discount USD 30 on everything"))
    least, _ = extremes(deal, Fraction(0), Fraction(30))
    assert least.where == (Span(Fraction(0), Fraction(10), True, True, 0),)
    assert deal.exact(Fraction(30)) == 20 * USD


def test_what_is_billed_is_looked_at_no_further_than_the_first_cent() -> None:
    [package] = ask(plan("p", fee(10), charge("package USD 0.01 per 1 call"), "discount 10% on everything"))
    asked = 0

    def billed(quantity: Fraction) -> Fraction:
        nonlocal asked
        asked += 1
        return package.billed(quantity) - Fraction(12 * USD)

    over = Span(Fraction(334), None, False, False, 1)
    assert first_with(billed, over, whole=False) == (Fraction(334), False)
    assert asked < 10
