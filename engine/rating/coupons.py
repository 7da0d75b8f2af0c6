"""Coupons and recurring credits: after minimums and caps, before `total` (language.md, Settled meanings)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.calendar import add_span
from engine.model import Book, Coupon, Discount, GivenCoupon, Prorate, RecurringCredit
from engine.rating.discounts import Scoped, discount_lines
from engine.rating.lines import Line
from engine.rating.shares import DAILY, Cycle, spans_in
from engine.rating.subject import Subject
from engine.rating.terms import effective_plan

WHOLE = Prorate("full")


def coupon_lines(book: Book, lines: Sequence[Line], subject: Subject, cycle: Cycle, stack: str) -> list[Line]:
    """Lines of the plan's recurring credits, then of the coupons: percentages first, then amounts."""
    rounding = book.currency.rounding
    credits = discount_lines(lines, _recurring(book, subject, cycle), "in order", rounding)
    scoped = [s for given in subject.coupons for s in _scoped(book, given, cycle)]
    return credits + discount_lines([*lines, *credits], scoped, stack, rounding)


def _recurring(book: Book, subject: Subject, cycle: Cycle) -> list[Scoped]:
    found = []
    for use in subject.plans:
        first = max([cycle.start, *(m for m in (use.start, use.signed) if m is not None)])
        served = first, min(cycle.end, use.end or cycle.end)
        if served[0] >= served[1]:
            continue
        contract = book.contract(subject.contract) if subject.contract is not None else None
        for credit in effective_plan(book, use.plan, contract, first.date()).credits:
            times = spans_in(served, credit.per, DAILY if credit.prorated else WHOLE)
            amount = credit.amount * times
            discount = Discount(amount=amount.numerator // amount.denominator, label="credit", place=credit.place)
            found.append(Scoped(discount, _on(credit), "credit", "coupon"))
    return found


def _on(credit: RecurringCredit) -> Callable[[Line], bool]:
    return lambda line: not credit.on or line.charge in credit.on


def _scoped(book: Book, given: GivenCoupon, cycle: Cycle) -> list[Scoped]:
    coupon = next(c for c in book.coupons if c.name == given.coupon)
    if not holds(coupon, given, cycle):
        return []
    found = []
    for discount in coupon.discounts:
        left = None if discount.amount is None else max(0, discount.amount - given.used)
        found.append(Scoped(discount, _covers(discount), coupon.name, "coupon", left))
    return found


def _covers(discount: Discount) -> Callable[[Line], bool]:
    def covers(line: Line) -> bool:
        if discount.plan is not None and line.plan != discount.plan:
            return False
        return not discount.on or line.charge in discount.on

    return covers


def holds(coupon: Coupon, given: GivenCoupon, cycle: Cycle) -> bool:
    """Whether a coupon redeemed on a day still counts in this period (without a day: this is its first period)."""
    if given.start is None:
        return True
    if given.start >= cycle.end.date():
        return False
    if coupon.once:
        return given.start >= cycle.start.date()
    if coupon.lasts is None:
        return True
    return cycle.start.date() < add_span(given.start, coupon.lasts.count, coupon.lasts.unit)
