"""Coupons and recurring credits: after minimums and caps, before `total` (language.md, Settled meanings)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace

from engine.calendar import add_span
from engine.model import Book, Coupon, Discount, GivenCoupon, Prorate, RecurringCredit
from engine.rating.discounts import Scoped, discount_lines
from engine.rating.errors import BadRequest
from engine.rating.lines import Line
from engine.rating.shares import DAILY, Cycle, spans_in
from engine.rating.subject import Subject
from engine.rating.terms import effective_plan

WHOLE = Prorate("full")


def coupon_lines(book: Book, lines: Sequence[Line], subject: Subject, cycle: Cycle, stack: str) -> list[Line]:
    """Lines of the plan's recurring credits, then of the coupons: percentages first, then amounts."""
    rounding = book.currency.rounding
    credits = discount_lines(lines, _recurring(book, subject, cycle), rounding)
    scoped = [s for given in subject.coupons for s in _scoped(book, given, cycle, stack)]
    return credits + discount_lines([*lines, *credits], scoped, rounding)


def after_coupons(book: Book, coupons: Sequence[GivenCoupon], lines: Sequence[Line]) -> tuple[GivenCoupon, ...]:
    """The coupons when the next invoice is made: what an amount that is given until used up gave here is used."""
    return tuple(replace(given, used=given.used + _given(_coupon(book, given), lines)) for given in coupons)


def _given(coupon: Coupon, lines: Sequence[Line]) -> int:
    """Pico that the amounts of a coupon took off an invoice; nothing where they are given anew on every invoice."""
    if not wears(coupon):
        return 0
    places = {discount.place for discount in coupon.discounts if discount.amount is not None}
    return -sum(x.amount for x in lines if x.kind == "coupon" and x.name == coupon.name and x.place in places)


def wears(coupon: Coupon) -> bool:
    """Whether a coupon is used up by giving: it has an amount, and does not say that it is given again and again."""
    again = coupon.forever or coupon.lasts is not None
    return not again and any(discount.amount is not None for discount in coupon.discounts)


def redeemed(book: Book, coupons: Sequence[GivenCoupon], first: dt.date) -> tuple[GivenCoupon, ...]:
    """The coupons that count: one without a day is there from the first one, one of a day on which its book does not
    let it be redeemed is none."""
    counted = [given for given in coupons if _redeemable(_coupon(book, given), given.start)]
    return tuple(given if given.start is not None else replace(given, start=first) for given in counted)


def _redeemable(coupon: Coupon, day: dt.date | None) -> bool:
    return day is None or (coupon.redeem_from or day) <= day <= (coupon.redeem_through or day)


def _coupon(book: Book, given: GivenCoupon) -> Coupon:
    found = next((c for c in book.coupons if c.name == given.coupon), None)
    if found is None:
        raise BadRequest(f"the book has no coupon `{given.coupon}`")
    return found


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
            found.append(Scoped(discount, _on(credit), "in order", "credit", "coupon"))
    return found


def _on(credit: RecurringCredit) -> Callable[[Line], bool]:
    return lambda line: not credit.on or line.charge in credit.on


def _scoped(book: Book, given: GivenCoupon, cycle: Cycle, stack: str) -> list[Scoped]:
    coupon = _coupon(book, given)
    if not holds(coupon, given, cycle):
        return []
    found = []
    later = given.start is not None and given.start < cycle.start.date()
    for discount in coupon.discounts:
        if coupon.once and later and discount.amount is None:
            continue
        left = None if discount.amount is None else max(0, discount.amount - given.used)
        found.append(Scoped(discount, _covers(discount), coupon.stack or stack, coupon.name, "coupon", left))
    return found


def _covers(discount: Discount) -> Callable[[Line], bool]:
    def covers(line: Line) -> bool:
        if discount.plans and line.plan not in discount.plans:
            return False
        return not discount.on or line.charge in discount.on

    return covers


def holds(coupon: Coupon, given: GivenCoupon, cycle: Cycle) -> bool:
    """Whether a coupon redeemed on a day is there in this period (without a day: this is its first period)."""
    if given.start is None:
        return True
    if given.start >= cycle.end.date():
        return False
    if coupon.lasts is None:
        return True
    return cycle.start.date() < add_span(given.start, coupon.lasts.count, coupon.lasts.unit)
