"""What earlier billing periods left of commitments and coupons, and what ratchets remember, found by billing again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from engine.calendar import shift, to_local
from engine.model import Book
from engine.rating.bill import bill
from engine.rating.carry import after_bill
from engine.rating.commitments import commits_on
from engine.rating.coupons import wears
from engine.rating.cycles import cycles_of
from engine.rating.readings import Reading
from engine.rating.shares import Cycle
from engine.rating.spells import spell_of
from engine.rating.subject import Subject
from engine.rating.terms import effective_plan, plan_on


def with_history(book: Book, subject: Subject, cycle: Cycle, readings: Mapping[str, Sequence[Reading]]) -> Subject:
    """The customer as the periods before `cycle` left them: commitments, coupons, earlier quantities of ratchets.

    `readings` must reach back as far as these do: to the start of the oldest window that a commitment is in (of the
    contract, where one rolls over), to the day a coupon that is used up was redeemed, to what a ratchet looks back on.
    """
    before = dt.datetime.combine(min(_reached(book, subject, cycle)), dt.time())
    signed = subject.plans[0].signed
    if signed is not None:
        before = max(before, signed)
    if before >= cycle.start:
        return subject
    past = replace(subject, wallets=(), credits=(), billed=())
    plan = plan_on(book, subject.plans[0].plan, cycle.start.date())
    for earlier in cycles_of(plan, past, (before, cycle.start), cycle.timezone):
        past = after_bill(book, past, bill(book, past, earlier, readings))
    return replace(subject, held=past.held, coupons=past.coupons, earlier=past.earlier)


def _reached(book: Book, subject: Subject, cycle: Cycle) -> Iterator[dt.date]:
    """The days back to which earlier periods decide what this one bills; the period's own first day among them."""
    day = cycle.start.date()
    yield day
    contract = book.contract(subject.contract) if subject.contract else None
    if contract is not None:
        for commit in commits_on(contract, day):
            # What rolled over depends on what the windows before left, back to the first
            rolls = commit.rollover is not None
            start = contract.start if rolls else spell_of(commit, contract, day).start
            if commit.amount is not None or rolls:
                yield max(start, contract.start)
    for given in subject.coupons:
        coupon = next((c for c in book.coupons if c.name == given.coupon), None)
        if coupon is not None and wears(coupon) and given.start is not None:
            yield given.start
    for charge in effective_plan(book, subject.plans[0].plan, contract, day).charges:
        if charge.ratchet is not None:
            back = shift(cycle.instants[0], charge.ratchet.over, cycle.timezone, -1)
            yield to_local(back, cycle.timezone).date()
