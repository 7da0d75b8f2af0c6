"""Whole bills: the set-based engine equals the scalar reference to the pico on random books and events."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from engine.model import (
    Axis,
    Book,
    BookCurrency,
    Bound,
    Cell,
    Charge,
    Cycle,
    Matrix,
    Plan,
    Rate,
    Rounding,
    Span,
    Tier,
    Tiered,
)
from engine.money import LIMIT, PICO, AmountOverflow
from tests.bulk.books import FIRST, METERS, START, ZONE, World, books, by_bulk, by_reference, events
from tests.metering.worlds import Event


def beyond_the_steps(lines: Sequence[object]) -> bool:
    """Whether some line is so great that shares of it could leave 128 bits."""
    return any(isinstance(line, tuple) and abs(line[3]) >= 10**15 for line in lines)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(books(), events())
def test_bills_are_equal(book: Book, found: list[Event]) -> None:
    world = World(book, found)
    expected = by_reference(world)
    with tempfile.TemporaryDirectory() as folder:
        outcome, lines = by_bulk(world, Path(folder))
    for sub, _, cohort in world.members():
        if cohort.number in outcome.irregular:
            assert sub not in lines
        elif sub in outcome.subs:
            assert sub not in lines
            assert isinstance(expected[sub], str) or beyond_the_steps(expected[sub])
        else:
            assert list(map(str, lines.get(sub, []))) == list(map(str, expected[sub]))


def book(*charges: Charge, mode: str = "half_up") -> Book:
    """A book of one plan."""
    plan = Plan("p", Cycle(Span(1, "month")), charges, start=FIRST.replace(month=1))
    rounding = Rounding(mode, 10**10)  # type: ignore[arg-type]
    return Book("b", 1, FIRST.replace(month=1), BookCurrency("EUR", rounding), ZONE, meters=METERS, plans=(plan,))


def used(who: str, quantity: str, kind: str = "eu", number: int = 1) -> Event:
    """One event at the start of the month."""
    return Event(number, str(number), "s", who, START, (("a", Fraction(quantity)), ("kind", kind)))


CLOSED = Tiered("graduated", (Tier(Bound(Fraction(10)), Rate("unit", PICO)),))
SOLD = Matrix((Axis("kind"),), (Cell(("eu",), Rate("unit", PICO)), Cell(("us",), Rate("not_sold"))))


@pytest.mark.parametrize(
    ("price", "event", "code"),
    [(CLOSED, used("x", "11"), "RBQ02"), (SOLD, used("x", "1", "us"), "RBQ03"), (SOLD, used("x", "1", "ap"), "RBQ02")],
)
def test_usage_without_a_price_stops_its_own_account_only(
    price: Tiered | Matrix, event: Event, code: str, tmp_path: Path
) -> None:
    world = World(book(Charge("c", price, meter="used")), [event, used("y", "3", number=2)])
    outcome, lines = by_bulk(world, tmp_path)
    expected = by_reference(world)
    assert outcome.subs == {0}
    assert expected[0] == code
    assert 0 not in lines
    assert lines[1] == expected[1]
    assert [line[3] for line in lines[1]] == [3 * PICO]


def test_numbers_beyond_128_bits_are_left_to_the_reference(tmp_path: Path) -> None:
    world = World(book(Charge("c", Rate("unit", 10**34), meter="used")), [used("x", "900000000000")])
    outcome, lines = by_bulk(world, tmp_path)
    assert set(outcome.irregular) == {0, 1}
    assert all("38 digits" in reason for reason in outcome.irregular.values())
    assert lines == {}
    with pytest.raises(AmountOverflow):
        by_reference(world)


def test_the_greatest_amount_that_fits_is_exact(tmp_path: Path) -> None:
    """One unit at 10^38 - 10^10 pico: no digit of it is lost, whichever engine rates it."""
    top = LIMIT - 10**10
    world = World(book(Charge("c", Rate("unit", top), meter="used")), [used("x", "1")])
    expected = by_reference(world)[0]
    assert not isinstance(expected, str)
    assert expected[0][3] == top
    outcome, lines = by_bulk(world, tmp_path)
    assert 0 in outcome.irregular or lines[0] == expected


@pytest.mark.parametrize("mode", ["half_up", "half_even", "up", "down", "half_down", "ceiling", "floor"])
def test_lines_round_as_the_book_says(mode: str, tmp_path: Path) -> None:
    """Halves of a cent and a hair beside them, above and below zero."""
    quantities = ["5", "15", "25", "-5", "-15", "5.000001", "4.999999", "-5.000001"]
    for number, quantity in enumerate(quantities):
        world = World(book(Charge("c", Rate("unit", PICO // 1000), meter="used"), mode=mode), [used("x", quantity)])
        folder = tmp_path / str(number)
        folder.mkdir()
        outcome, lines = by_bulk(world, folder)
        assert not outcome.irregular
        assert lines[0] == by_reference(world)[0]


def test_threads_change_nothing(tmp_path: Path) -> None:
    price = replace(CLOSED, tiers=(*CLOSED.tiers, Tier(None, Rate("package", PICO // 3, Fraction(7)))))
    world = World(
        book(Charge("c", price, meter="used")), [used("xyz"[n % 3], f"{n}.{n:06}", number=n) for n in range(1, 200)]
    )
    answers = []
    for threads in (1, 2):
        folder = tmp_path / str(threads)
        folder.mkdir()
        answers.append(by_bulk(world, folder, threads)[1])
    assert answers[0] == answers[1]
    assert {**answers[0], 2: []} == by_reference(world)
