"""Steps after the lines: discounts shared by largest remainder, and amounts too great for 128-bit steps."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.model import Book, BookCurrency, Charge, Cycle, Discount, Plan, Rate, Rounding, Span
from engine.money import PICO, allocate
from tests.bulk.books import METERS, TAXES, ZONE, World, by_bulk, by_reference
from tests.metering.worlds import Event

JANUARY = dt.date(2026, 1, 1)
CENT = 10**10


def book(
    charges: tuple[Charge, ...], discounts: tuple[Discount, ...], step: int = CENT, stack: str = "multiply"
) -> Book:
    """A book of one plan with discounts over its charges."""
    plan = Plan("p", Cycle(Span(1, "month")), charges, start=JANUARY, discounts=discounts, stack=stack)  # type: ignore[arg-type]
    currency = BookCurrency("EUR", Rounding("half_up", step))
    return Book("b", 1, JANUARY, currency, ZONE, meters=METERS, plans=(plan,), taxes=TAXES)


def fees(cents: list[int]) -> tuple[Charge, ...]:
    """Flat charges of these cents."""
    return tuple(Charge(f"c{i}", Rate("flat", c * CENT)) for i, c in enumerate(cents))


def parts(one: Book, folder: Path, found: list[Event] | None = None) -> dict[str, int]:
    """The discount lines of the first account by charge, checked against the reference."""
    world = World(one, found or [])
    outcome, lines = by_bulk(world, folder)
    assert not outcome.irregular
    assert lines[0] == by_reference(world)[0]
    return {str(line[1]): int(str(line[3])) for line in lines[0] if line[0] == "discount"}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(-200, 2000).filter(bool), min_size=2, max_size=6), st.integers(1, 9999))
def test_shares_are_those_of_allocate(tmp_path: Path, cents: list[int], points: int) -> None:
    whole = sum(cents) * CENT
    shared = parts(book(fees(cents), (Discount(Fraction(points, 10_000)),)), tmp_path)
    if not whole:
        assert shared == {}
        return
    exact = Fraction(whole * points, 10_000) / CENT
    sign = -1 if exact < 0 else 1
    amount = sign * int(abs(exact) + Fraction(1, 2)) * CENT
    expected = allocate(amount, [c * CENT for c in cents], CENT)
    assert [shared.get(f"c{i}", 0) for i in range(len(cents))] == [-part for part in expected]


def test_ties_go_to_the_earlier_charge(tmp_path: Path) -> None:
    assert parts(book(fees([100, 100, 100]), (Discount(amount=CENT),)), tmp_path) == {"c0": -CENT}


def test_an_amount_takes_at_most_what_is_left(tmp_path: Path) -> None:
    assert parts(book(fees([300]), (Discount(amount=5 * PICO),)), tmp_path) == {"c0": -3 * PICO}


@pytest.mark.parametrize(("stack", "second"), [("multiply", 45), ("add", 50)])
def test_percentages_stack_as_the_plan_says(stack: str, second: int, tmp_path: Path) -> None:
    one = book(fees([1000]), (Discount(Fraction(1, 10)), Discount(Fraction(1, 20))), stack=stack)
    _, lines = by_bulk(World(one, []), tmp_path)
    assert sorted(line[3] for line in lines[0] if line[0] == "discount") == [-100 * CENT, -second * CENT]  # type: ignore[type-var]


def test_an_account_too_great_for_the_steps_is_left_to_the_reference_alone(tmp_path: Path) -> None:
    """Shares of 10^31 pico times a rate could leave 128 bits: that account goes, its neighbour stays."""
    charge = Charge("c", Rate("unit", 10**25), meter="used", taxed=("saas",))
    start = World(book((charge,), ()), []).cohorts()[0].cycle.instants[0]
    found = [
        Event(n, str(n), "s", who, start, (("a", Fraction(quantity)), ("kind", "eu")))
        for n, (who, quantity) in enumerate([("x", 1_000_000), ("y", 2)])
    ]
    world = World(book((charge,), ()), found)
    outcome, lines = by_bulk(world, tmp_path)
    assert outcome.subs == {0}
    assert 0 not in lines
    assert lines[1] == by_reference(world)[1]
