"""Fees: parts of a period sum to the whole, and what is paid ahead less credits is what is owed afterwards."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model import Charge, Prorate, Rounding
from engine.rating import PlanUse
from engine.rating.subject import LocalTime
from tests.laws.fees import (
    FIRST,
    LAST,
    TIMINGS,
    Timing,
    book,
    days,
    exact,
    fee_charges,
    lines,
    moments,
    pauses,
    quarterly,
    rules,
    seats,
)

CENT = 10**10
Seats = dict[str, tuple[tuple[LocalTime | None, Fraction], ...]]
Pauses = tuple[tuple[LocalTime, LocalTime], ...]
every_rule = st.one_of(rules, st.sampled_from([Prorate("full"), Prorate("none")]))


@given(fee_charges(), every_rule, st.sampled_from(TIMINGS), seats(), pauses, st.lists(days, min_size=1, max_size=3))
def test_versions_at_one_price_are_one_version(
    charges: tuple[Charge, ...], rule: Prorate, timing: Timing, held: Seats, paused: Pauses, cuts: list[LocalTime]
) -> None:
    one = quarterly("p", charges, rule, timing)
    edges = [None, *sorted({cut.date() for cut in cuts}), None]
    versions = [
        replace(one, start=a, through=None if b is None else b - dt.timedelta(days=1)) for a, b in pairwise(edges)
    ]
    use = (PlanUse("p"),)
    whole = lines(book(one), use, licensed=held, paused=paused)
    cut = lines(book(*versions), use, licensed=held, paused=paused)
    assert exact(cut) == exact(whole)
    rounding = Rounding("half_up", CENT)
    rounded = lines(book(*versions, rounding=rounding), use, licensed=held, paused=paused)
    # every line is rounded once, so all of them differ from what is exact by at most half a cent each
    assert abs(sum(line.amount for line in rounded) - exact(whole)) <= Fraction(CENT, 2) * len(rounded)


@given(fee_charges(), rules, seats(), pauses, st.none() | moments, st.none() | moments)
def test_paid_ahead_less_credits_is_what_is_owed_afterwards(
    charges: tuple[Charge, ...],
    rule: Prorate,
    held: Seats,
    paused: Pauses,
    signed: LocalTime | None,
    end: LocalTime | None,
) -> None:
    use = (PlanUse("p", signed=signed, end=end),)
    ahead, after = (book(quarterly("p", charges, rule, timing)) for timing in TIMINGS)
    assert exact(lines(ahead, use, licensed=held, paused=paused)) == exact(
        lines(after, use, licensed=held, paused=paused)
    )


@given(fee_charges(), every_rule, seats(), pauses, st.none() | moments)
def test_the_invoice_of_the_start_and_that_of_the_end_are_the_whole(
    charges: tuple[Charge, ...], rule: Prorate, held: Seats, paused: Pauses, end: LocalTime | None
) -> None:
    one, use = book(quarterly("p", charges, rule, "advance")), (PlanUse("p", end=end),)
    both = [x for timing in TIMINGS for x in lines(one, use, timing, licensed=held, paused=paused)]
    assert sorted(map(repr, both)) == sorted(map(repr, lines(one, use, licensed=held, paused=paused)))


@given(fee_charges(), rules, st.sampled_from(TIMINGS), seats(), moments, moments)
def test_a_change_to_a_plan_at_the_same_price_and_back_changes_nothing(
    charges: tuple[Charge, ...], rule: Prorate, timing: Timing, held: Seats, one: LocalTime, other: LocalTime
) -> None:
    """Parts are rounded each; exactly they sum to the whole."""
    there, back = sorted((one, other))
    plans = book(*(quarterly(name, charges, rule, timing) for name in "pq"))
    uses = (
        PlanUse("p", end=there),
        PlanUse("q", start=there, end=back, changed=True),
        PlanUse("p", start=back, changed=True),
    )
    assert exact(lines(plans, uses, licensed=held)) == exact(lines(plans, (PlanUse("p"),), licensed=held))


@given(fee_charges(), rules, seats(), pauses)
def test_a_step_to_the_same_quantity_is_no_step(
    charges: tuple[Charge, ...], rule: Prorate, held: Seats, paused: Pauses
) -> None:
    one, use = book(quarterly("p", charges, rule)), (PlanUse("p"),)
    steps = held["seat"]
    later = (steps[-1][0] or FIRST) + (LAST - (steps[-1][0] or FIRST)) / 2
    again = {"seat": (*steps, (later, steps[-1][1]))}
    assert exact(lines(one, use, licensed=again, paused=paused)) == exact(lines(one, use, licensed=held, paused=paused))


@pytest.mark.parametrize("basis", ["full", "none"])
@given(fee_charges(), seats(), st.none() | moments)
def test_nothing_is_given_back_where_parts_are_not_counted(
    basis: str, charges: tuple[Charge, ...], held: Seats, end: LocalTime | None
) -> None:
    """`prorate full` and `none`: what is paid ahead stays paid, whenever service ends."""
    whole = tuple(replace(charge, every=None) for charge in charges)
    one = book(quarterly("p", whole, Prorate(basis), "advance"))  # type: ignore[arg-type]
    found = lines(one, (PlanUse("p", end=end),), licensed=held)
    assert exact(found) == exact(lines(one, (PlanUse("p"),), licensed=held))
