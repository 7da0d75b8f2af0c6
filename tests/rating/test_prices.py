"""Properties of prices: amounts are differences of one function, whatever the order, the cut or the slicing."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model import Bound, Cell, Committed, Matrix, Price, Rate, Tier, Tiered
from engine.model.prices import Axis
from engine.rating import NoPrice, NotSold
from engine.rating.evaluate import Context, price_parts
from engine.rating.parts import step, total
from engine.rating.readings import Portion

PLAIN = Context({}, {})
ITEMISED = Context({}, {}, itemised=True)

amounts = st.integers(0, 10**12)
sizes = st.fractions(Fraction(1, 8), 40, max_denominator=8)
unit_rates = st.builds(Rate, kind=st.just("unit"), amount=amounts, per=sizes)
packages = st.builds(Rate, kind=st.just("package"), amount=amounts, per=sizes)
rates = st.one_of(unit_rates, packages)


@st.composite
def tiered(draw: st.DrawFn, mode: str = "graduated") -> Tiered:
    """One to four tiers with ascending borders, the last one open; the first part may be flat."""
    borders = sorted(draw(st.sets(st.integers(1, 100), max_size=3)))
    uppers = [Bound(Fraction(b)) for b in borders] + [None]
    kinds = st.one_of(rates, st.builds(Rate, kind=st.just("flat"), amount=amounts))
    return Tiered(mode, tuple(Tier(u, draw(kinds)) for u in uppers))  # type: ignore[arg-type]


prices: st.SearchStrategy[Price] = st.one_of(
    rates, tiered(), st.builds(Committed, quantity=sizes, amount=amounts, then=unit_rates)
)
quantities = st.lists(st.fractions(0, 60, max_denominator=4), max_size=8)


def portions(values: list[Fraction]) -> list[Portion]:
    """One event each, in time order."""
    return [Portion(v, i, (), i) for i, v in enumerate(values)]


def amount(price: Price, found: list[Portion], context: Context = PLAIN) -> Fraction:
    """F of these portions."""
    return total(price_parts(price, found, context))


@given(prices, quantities, st.integers(0, 8))
def test_steps_telescope(price: Price, values: list[Fraction], cut: int) -> None:
    whole = portions(values)
    after, before = price_parts(price, whole, PLAIN), price_parts(price, whole[:cut], PLAIN)
    assert total(step(after, before)) == total(after) - total(before)


@given(prices, quantities, st.integers(0, 8))
def test_more_usage_never_costs_less(price: Price, values: list[Fraction], cut: int) -> None:
    assert amount(price, portions(values)) >= amount(price, portions(values)[:cut])


@given(tiered(), quantities)
def test_graduated_depends_on_the_sum_alone(price: Tiered, values: list[Fraction]) -> None:
    whole = sum(values, Fraction(0))
    assert amount(price, portions(values)) == amount(price, portions([whole] if whole else []))


@given(tiered(), quantities)
def test_parts_account_for_every_unit(price: Tiered, values: list[Fraction]) -> None:
    parts = price_parts(price, portions(values), PLAIN)
    assert sum((p.quantity for p in parts), Fraction(0)) == sum(values, Fraction(0))


@given(prices, quantities)
def test_events_share_the_whole_amount(price: Price, values: list[Fraction]) -> None:
    parts = price_parts(price, portions(values), ITEMISED)
    shared = sum((a for p in parts for _, a in p.by_event), Fraction(0))
    assert shared == total(parts) == amount(price, portions(values))


@given(unit_rates, st.lists(st.tuples(st.sampled_from("abc"), st.fractions(0, 9, max_denominator=4))))
def test_slices_of_one_rate_cost_what_the_whole_costs(rate: Rate, used: list[tuple[str, Fraction]]) -> None:
    matrix = Matrix((Axis("x"),), tuple(Cell((k,), rate) for k in "abc"))
    sliced = [Portion(q, i, (("x", k),), i) for i, (k, q) in enumerate(used)]
    assert amount(matrix, sliced) == amount(rate, sliced)


@given(st.fractions(0, 200, max_denominator=8), amounts)
def test_packages_are_whole_and_cover_the_quantity(quantity: Fraction, price: int) -> None:
    rate = Rate("package", price, Fraction(7))
    packs = -(-quantity // 7)
    assert amount(rate, portions([quantity])) == packs * price


@pytest.mark.parametrize(("quantity", "tier"), [(Fraction(10), 1), (Fraction(81, 8), 2)])
def test_a_border_belongs_to_the_lower_tier(quantity: Fraction, tier: int) -> None:
    price = Tiered("volume", (Tier(Bound(Fraction(10)), Rate("unit", 5)), Tier(None, Rate("unit", 3))))
    assert [p.tier for p in price_parts(price, portions([quantity]), PLAIN)] == [tier]


def test_exact_keys_come_before_any() -> None:
    matrix = Matrix((Axis("x"),), (Cell((None,), Rate("unit", 1)), Cell(("a",), Rate("unit", 100))))
    assert amount(matrix, [Portion(Fraction(1), 0, (("x", "a"),)), Portion(Fraction(1), 1, (("x", "b"),), 1)]) == 101


def test_usage_that_no_row_prices_is_an_error() -> None:
    matrix = Matrix((Axis("x"),), (Cell(("a",), Rate("unit", 1)),))
    with pytest.raises(NoPrice, match="no price for usage with x = b"):
        amount(matrix, [Portion(Fraction(1), 0, (("x", "b"),))])


def test_usage_that_is_not_sold_is_an_error() -> None:
    price = Tiered("graduated", (Tier(Bound(Fraction(10)), Rate("unit", 1)), Tier(None, Rate("not_sold"))))
    assert amount(price, portions([Fraction(10)])) == 10
    with pytest.raises(NotSold):
        amount(price, portions([Fraction(11)]))
