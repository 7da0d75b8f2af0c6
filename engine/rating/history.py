"""What earlier billing periods left of a customer's commitments, found by billing them again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.model import Book
from engine.rating.bill import bill
from engine.rating.commitments import commits_on
from engine.rating.cycles import cycles_of
from engine.rating.readings import Reading
from engine.rating.shares import Cycle
from engine.rating.spells import spell_of
from engine.rating.subject import Subject
from engine.rating.terms import plan_on


def with_history(book: Book, subject: Subject, cycle: Cycle, readings: Mapping[str, Sequence[Reading]]) -> Subject:
    """The customer with `held` as the periods before `cycle` left it.

    `readings` must reach back to the start of the oldest window that a commitment is in, to the start of the contract
    where one rolls over. Without a money commitment the customer comes back as is.
    """
    contract = book.contract(subject.contract) if subject.contract else None
    day = cycle.start.date()
    commits = [c for c in commits_on(contract, day) if c.amount is not None] if contract is not None else []
    if contract is None or not commits:
        return subject
    first = day
    for commit in commits:
        # What rolled over depends on what the windows before left, back to the first
        start = contract.start if commit.rollover is not None else spell_of(commit, contract, day).start
        first = min(first, start)
    past = replace(subject, wallets=(), credits=(), billed=())
    before = dt.datetime.combine(max(first, contract.start), dt.time())
    if before >= cycle.start:
        return subject
    plan = plan_on(book, subject.plans[0].plan, day)
    for earlier in cycles_of(plan, past, (before, cycle.start), cycle.timezone):
        past = replace(past, held=bill(book, past, earlier, readings).held)
    return replace(subject, held=past.held)
