"""Commitments beyond what an example can say: history found again, the identity of both ways, refusals."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dsl
from engine.model import Commit, Contract, Givens, GivenUsage, Span, Terms
from engine.money import PICO
from engine.rating import BadRequest, quote
from engine.rating.given import gather
from engine.rating.history import with_history
from engine.rating.quote import subject_of
from engine.rating.spells import marks_in, spell_of

BOOK = dsl.compile((Path(__file__).parent / "books" / "commit_money.rate").read_text(), "commit_money.rate")
JANUARY = dt.datetime(2026, 1, 1)


def _givens(contract: str, hours: list[int], months: tuple[int, int]) -> Givens:
    usage = tuple(
        GivenUsage("core_hours", Fraction(quantity), dt.datetime(2026, month, 10))
        for month, quantity in enumerate(hours, start=1)
    )
    first, last = months
    return Givens(contract=contract, usage=usage, period=(dt.datetime(2026, first, 1), dt.datetime(2026, last + 1, 1)))


CONTRACTS = ("quarterly", "yearly", "prepaid", "rolling", "rolling_quarter", "rolling_arrears")


@pytest.mark.parametrize("contract", CONTRACTS)
@settings(max_examples=15)
@given(hours=st.lists(st.integers(0, 300), min_size=6, max_size=6))
def test_a_period_alone_bills_what_it_bills_in_a_row(contract: str, hours: list[int]) -> None:
    whole = quote(BOOK, _givens(contract, hours, (1, 6)))
    june = whole.bills[-1]
    subject = subject_of(BOOK, _givens(contract, hours, (6, 6)), "UTC")
    readings = gather(BOOK, _givens(contract, hours, (1, 6)), JANUARY, "UTC").readings
    found = with_history(BOOK, subject, june.cycle, readings)
    assert found.held == whole.bills[-2].held


@settings(max_examples=25)
@given(hours=st.lists(st.integers(0, 300), min_size=3, max_size=3))
def test_a_true_up_leaves_nobody_below_the_promise(hours: list[int]) -> None:
    answer = quote(BOOK, _givens("quarterly", hours, (1, 3)))
    covered = sum(x.amount for x in answer.lines if x.charge == "compute" or x.kind == "true_up")
    assert covered == max(300, sum(hours)) * PICO


@settings(max_examples=25)
@given(hours=st.lists(st.integers(0, 600), min_size=4, max_size=4))
def test_what_is_drawn_in_advance_never_exceeds_the_promise(hours: list[int]) -> None:
    answer = quote(BOOK, _givens("prepaid", hours, (1, 4)))
    drawn = -sum(x.amount for x in answer.lines if x.kind == "commit")
    assert drawn == min(1_000, sum(hours)) * PICO


def test_the_term_is_one_window() -> None:
    contract = Contract("c", "x", "list", dt.date(2026, 1, 1), dt.date(2027, 6, 30), Terms())
    window = spell_of(Commit(amount=PICO), contract, dt.date(2026, 9, 1))
    assert (window.start, window.end) == (dt.date(2026, 1, 1), dt.date(2027, 7, 1))


def test_a_year_cut_by_the_contract_owes_its_days() -> None:
    contract = Contract("c", "x", "list", dt.date(2026, 1, 1), dt.date(2027, 6, 30), Terms())
    window = spell_of(Commit(amount=PICO, per=Span(1, "year")), contract, dt.date(2027, 2, 1))
    assert window.share == Fraction(181, 365)


def test_true_ups_of_a_year_by_quarter_reach_the_whole() -> None:
    contract = Contract("c", "x", "list", dt.date(2026, 1, 1), None, Terms())
    commit = Commit(amount=PICO, per=Span(1, "year"), true_up=Span(1, "quarter"))
    window = spell_of(commit, contract, dt.date(2026, 1, 1))
    shares = marks_in(commit, window, dt.date(2026, 1, 1), dt.date(2027, 1, 1))
    assert shares == [Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(1)]


UNITS = dsl.compile((Path(__file__).parent / "books" / "commit_units.rate").read_text(), "commit_units.rate")


def test_a_commitment_in_units_needs_one_charge() -> None:
    month = UNITS.contract("month")
    commits = tuple(replace(c, draws=("nothing",)) for c in month.terms.commits)
    broken = replace(month, terms=replace(month.terms, commits=commits))
    book = replace(UNITS, contracts=(broken,))
    with pytest.raises(BadRequest, match="draws on one metered charge"):
        quote(book, Givens(contract="month", period=(JANUARY, dt.datetime(2026, 2, 1))))
