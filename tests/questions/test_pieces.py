"""The pieces are the bill: at their borders, just beside them and anywhere between, exact and rounded."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.model import Plan
from engine.questions import Asked, NotOneVariable, Piece, pieces
from engine.questions.pieces import Amount
from engine.rating import NotSold, RatingError, quote
from tests.questions.books import PERIOD, asked, book, plans

STOP = Fraction(60)
BESIDE = Fraction(1, 10**12)


def beside(piece: Piece, anywhere: Fraction) -> Iterable[Fraction]:
    """Just above a piece's border, just below its end, and a point between."""
    assert piece.end is not None
    length = piece.end - piece.at
    return piece.at + length * BESIDE, piece.end - length * BESIDE, piece.at + length * anywhere


def agrees(amount: Amount, at: Fraction, found: Fraction | RatingError) -> bool:
    """Whether a quote at a quantity gives what a piece says."""
    try:
        return amount(at) == found
    except NotSold:
        return isinstance(found, NotSold)


def all_pieces(amount: Amount, stop: Fraction) -> list[Piece]:
    """The pieces, unless the plan cannot be followed."""
    try:
        return list(pieces(amount, Fraction(0), stop))
    except NotOneVariable:
        assume(False)
        raise


@given(plans(), st.fractions(Fraction(1, 100), Fraction(99, 100)))
@settings(max_examples=150)
def test_pieces_are_what_an_unrounded_bill_comes_to(plan: Plan, anywhere: Fraction) -> None:
    amount = asked(book(plan)).exact
    for piece in all_pieces(amount, STOP):
        assert agrees(amount, piece.at, piece.value)
        if piece.above is None:
            continue
        for at in beside(piece, anywhere):
            found = piece.above if isinstance(piece.above, RatingError) else piece.above.at(at)
            assert agrees(amount, at, found), (piece, at)


@given(plans(), st.fractions(Fraction(1, 100), Fraction(99, 100)), st.sampled_from(["half_up", "half_even", "up"]))
@settings(max_examples=80)
def test_pieces_of_the_rounded_bill_are_quotes(plan: Plan, anywhere: Fraction, mode: str) -> None:
    found = book(plan, step=10**11, mode=mode)

    def total(quantity: Fraction) -> int:
        days = PERIOD[0].date(), PERIOD[1].date().replace(month=10, day=31)
        return quote(found, plan="p", period=days, usage={"m": quantity}).total

    for piece in all_pieces(asked(found).billed, Fraction(8)):
        assert agrees(total, piece.at, piece.value)
        if piece.above is None:
            continue
        for at in beside(piece, anywhere):
            there = piece.above if isinstance(piece.above, RatingError) else piece.above.at(at)
            assert agrees(total, at, there), (piece, at)


@given(plans(), st.integers(0, 60))
def test_the_exact_bill_is_the_billed_one_but_for_rounding(plan: Plan, number: int) -> None:
    question: Asked = asked(book(plan))
    try:
        exact, billed = question.exact(Fraction(number)), question.billed(Fraction(number))
    except NotSold:
        return
    assert abs(exact - billed) < 20 * 10**10
