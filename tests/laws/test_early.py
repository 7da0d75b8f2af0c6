"""Early invoices: whatever the threshold and the order of events, they and the last invoice are the whole."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.calendar import to_local
from engine.model import Book, EarlyBill, GivenEvent, GivenPlan, Givens
from engine.money import PICO
from engine.rating import Quote, RatingError, quote
from engine.rating.early import used
from tests.bulk.books import END, FIRST, LAST, ZONE
from tests.laws.usage import Use, plain_books, uses

PERIOD = (dt.datetime.combine(FIRST, dt.time()), dt.datetime.combine(LAST, dt.time()))
METERED = frozenset({"c0", "c1"})
thresholds = st.sampled_from([1, PICO // 3, PICO, 10 * PICO, 100 * PICO, 10**20])
rules = st.lists(st.builds(EarlyBill, thresholds, st.booleans()), min_size=1, max_size=2, unique=True)


def told(found: list[Use], until: int = END) -> Givens:
    """March of a customer of whom these events are known, up to and at an instant."""
    events = tuple(
        GivenEvent("use", to_local(use.time, ZONE), (("a", use.quantity), ("kind", use.kind), ("user", "u")), f"{n}")
        for n, use in enumerate(found)
        if use.time <= until
    )
    return Givens((GivenPlan("p"),), period=PERIOD, events=events)


def early(book: Book, bills: list[EarlyBill]) -> Book:
    """The book with early bills."""
    return replace(book, plans=(replace(book.plans[0], early=tuple(bills)),))


def answer(book: Book, givens: Givens) -> Quote:
    """The quote; usage without a price, which stops an invoice of any kind, is no case of these laws."""
    try:
        return quote(book, givens)
    except RatingError:
        assume(False)
        raise


def asked(found: Quote) -> list[int]:
    """What the early invoices ask for, in time order, in pico."""
    return [line.amount for line in found.lines if line.label == "billed early"]


def last(found: Quote) -> int:
    """What the invoice of the period's end asks for, in pico."""
    return found.due - sum(asked(found))


@settings(max_examples=60)
@given(plain_books(), uses, rules)
def test_early_invoices_and_the_last_one_are_the_whole(book: Book, found: list[Use], bills: list[EarlyBill]) -> None:
    whole, split = answer(book, told(found)), answer(early(book, bills), told(found))
    assert (split.total, split.due) == (whole.total, whole.due)
    assert all(amount > 0 for amount in asked(split))
    billed = replace(told(found), billed=tuple((None, amount) for amount in asked(split)))
    assert answer(book, billed).due == last(split)


@settings(max_examples=60)
@given(plain_books(), uses, rules)
def test_an_early_invoice_bills_what_the_usage_has_cost_so_far(
    book: Book, found: list[Use], bills: list[EarlyBill]
) -> None:
    """`at M` once its usage reaches M, `every M` whenever M is unbilled; each bills all that is unbilled."""
    expected: list[int] = []
    waiting = list(bills)
    for moment in sorted({use.time for use in found}):
        cost = used(answer(book, told(found, moment)).lines, METERED)
        unbilled = cost - sum(expected)
        fired = [rule for rule in waiting if (unbilled if rule.every else cost) >= rule.amount]
        waiting = [rule for rule in waiting if rule.every or rule not in fired]
        expected += [unbilled] if fired and unbilled > 0 else []
    assert asked(answer(early(book, bills), told(found))) == expected


@settings(max_examples=60)
@given(plain_books(), uses, rules, st.integers(0, 7))
def test_what_comes_later_changes_no_early_invoice(
    book: Book, found: list[Use], bills: list[EarlyBill], count: int
) -> None:
    assume(found)
    until = sorted(use.time for use in found)[min(count, len(found) - 1)]
    one = early(book, bills)
    now, later = asked(answer(one, told(found, until))), asked(answer(one, told(found)))
    assert later[: len(now)] == now


@settings(max_examples=60)
@given(plain_books(), uses, thresholds, st.integers(0, 7))
def test_a_period_goes_on_from_what_was_billed(book: Book, found: list[Use], amount: int, count: int) -> None:
    """Told what the early invoices so far billed, the rest of them and the last invoice are the same."""
    assume(found)
    until = sorted(use.time for use in found)[min(count, len(found) - 1)]
    one = early(book, [EarlyBill(amount, every=True)])
    before = asked(answer(one, told(found, until)))
    whole = answer(one, told(found))
    rest = answer(one, replace(told(found), billed=tuple((None, paid) for paid in before)))
    assert before + asked(rest) == asked(whole)
    assert last(rest) == last(whole)


@settings(max_examples=60)
@given(plain_books(), uses, rules, st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_no_early_invoice(
    book: Book, found: list[Use], bills: list[EarlyBill], random: object
) -> None:
    one, givens = early(book, bills), told(found)
    events = list(givens.events)
    random.shuffle(events)  # type: ignore[attr-defined]
    assert answer(one, replace(givens, events=tuple(events))).lines == answer(one, givens).lines
