"""Usage: neither the versions of a plan nor the way events are told change what a month comes to."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.model import Book
from tests.bulk.books import FIRST
from tests.laws.usage import (
    Use,
    billed,
    by_charge,
    cut_in_two,
    events,
    exactly,
    of_sums_alone,
    plain_books,
    told_in_two,
    uses,
)

days = st.integers(1, 30).map(lambda n: FIRST + dt.timedelta(days=n))


@settings(max_examples=100, derandomize=True)
@given(plain_books(), uses, days)
def test_two_versions_at_one_price_are_one(book: Book, found: list[Use], day: dt.date) -> None:
    """The tiers, allowances, packages and minimums go on where the first version stopped; nothing is rounded here."""
    one = exactly(book)
    assert by_charge(billed(cut_in_two(one, day), events(found))) == by_charge(billed(one, events(found)))


@settings(max_examples=100, derandomize=True)
@given(plain_books(), uses, days)
def test_rounded_versions_differ_by_half_a_step_each(book: Book, found: list[Use], day: dt.date) -> None:
    """A line of usage is one for each version and rounded once, so what they sum to is near the one line."""
    plan = replace(book.plans[0], minimum=None, cap=None, discounts=())
    bare = [replace(c, minimum=None, cap=None, discounts=(), taxed=()) for c in plan.charges]
    book = replace(book, plans=(replace(plan, charges=tuple(bare)),))
    whole, cut = (billed(b, events(found)) for b in (book, cut_in_two(book, day)))
    if isinstance(whole, str) or isinstance(cut, str):
        # which of two reasons is told first may differ
        assert isinstance(whole, str) and isinstance(cut, str)
        return
    apart = abs(sum(x.amount for x in whole) - sum(x.amount for x in cut))
    most = 1 if book.currency.rounding.mode in ("up", "down", "ceiling", "floor") else Fraction(1, 2)
    assert apart <= (len(whole) + len(cut)) * most * book.currency.rounding.step


@settings(max_examples=100, derandomize=True)
@given(plain_books(), uses, st.randoms(use_true_random=False))
def test_the_order_of_arrival_is_nothing(book: Book, found: list[Use], random: object) -> None:
    told = events(found)
    shuffled = list(told)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert billed(book, shuffled) == billed(book, told)


parts = st.sampled_from(["0", "1", "0.5", "-7", "1000", "0.000001"]).map(Fraction)


@settings(max_examples=150, derandomize=True)
@given(plain_books(), uses, parts, st.integers(0, 7))
def test_an_event_told_in_two_is_one(book: Book, found: list[Use], part: Fraction, number: int) -> None:
    """Sums of quantities do not know how many events they are; a part may be negative, as a correction is."""
    one, whole = of_sums_alone(book), events(found)
    assume(number < len(whole))
    told = [*whole[:number], *told_in_two(whole[number], part), *whole[number + 1 :]]
    assert by_charge(billed(one, told)) == by_charge(billed(one, whole))


@settings(max_examples=150, derandomize=True)
@given(plain_books(), uses, st.integers(0, 7))
def test_what_is_taken_back_at_once_was_never_used(book: Book, found: list[Use], number: int) -> None:
    one, whole = of_sums_alone(book), events(found)
    assume(number < len(whole))
    event = whole[number]
    gone = told_in_two(replace(event, data=tuple({**dict(event.data), "a": Fraction(0)}.items())), Fraction(70))
    told = [*whole[: number + 1], *(replace(e, id=f"{e.id}z") for e in gone), *whole[number + 1 :]]
    assert by_charge(billed(one, told)) == by_charge(billed(one, whole))
