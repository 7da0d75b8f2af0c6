"""What is asked about: one plan, one period, one open quantity, everything else given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import cast

from engine.model import Book, Charge, GivenCoupon, GivenLicensed, GivenPlan, Givens, GivenUsage, Plan, Scalar, Terms
from engine.questions.errors import BadQuestion, NotOneVariable
from engine.questions.form import Form
from engine.rating import Quote, quote
from engine.rating.cycles import cycles_from
from engine.rating.shares import Interval

COUNTED = ("count", "unique")


@dataclass(frozen=True)
class Asked:
    """One plan (or contract) of a book, with one open quantity: of a meter's usage, or of a licensed unit.

    `slice_` is the combination of property values that the open usage has. `period` is half-open local time and one
    billing period. Quantities are in base units (major units for a money meter).
    """

    book: Book
    variable: str
    period: Interval
    plan: str | None = None
    contract: str | None = None
    slice_: tuple[tuple[str, Scalar], ...] = ()
    usage: tuple[GivenUsage, ...] = ()
    licensed: tuple[GivenLicensed, ...] = ()
    coupons: tuple[GivenCoupon, ...] = ()

    @property
    def name(self) -> str:
        """What the answer calls it."""
        return f"contract {self.contract}" if self.contract is not None else f"plan {self.plan}"

    @property
    def is_licensed(self) -> bool:
        """Whether the open quantity is a licence."""
        return all(m.name != self.variable for m in self.book.meters)

    @property
    def whole(self) -> bool:
        """Whether the open quantity is a number of things counted one by one."""
        return not self.is_licensed and self.book.meter(self.variable).measure.aggregation in COUNTED

    @property
    def unit(self) -> tuple[str, Fraction]:
        """The unit that quantities are shown in, and its worth in base units."""
        if self.is_licensed:
            return self.variable, self.book.unit(self.variable).factor
        meter = self.book.meter(self.variable)
        if meter.unit is None:
            return meter.currency or self.book.currency.code, Fraction(1)
        return meter.unit, self.book.unit(meter.unit).factor

    def billed(self, quantity: Fraction) -> int:
        """The total before tax and wallets, rounded as the book says, in pico."""
        return self._total(self._rounded, quantity)

    def exact(self, quantity: Fraction) -> Fraction:
        """The total before tax and wallets if nothing were rounded, in pico as a ratio."""
        return Fraction(1) * self._total(self._unrounded, quantity)

    @cached_property
    def _rounded(self) -> Book:
        return _before_tax(self.book)

    @cached_property
    def _unrounded(self) -> Book:
        return _without_rounding(self._rounded)

    def unrounded(self, quantity: Fraction) -> Quote:
        """The quote at a quantity of the book that rounds nothing; the quantity may be open."""
        return quote(self._unrounded, self.givens(quantity))

    def _total(self, book: Book, quantity: Fraction) -> int:
        found = quote(book, self.givens(quantity))
        for one in found.bills:
            measured = one.measured.get(self.variable)
            if isinstance(measured, Form) and (measured.shape.slope != 1 or measured.shape.stairs):
                raise NotOneVariable(
                    f"meter {self.variable} does not measure one given quantity as it is: it folds windows of time",
                    self.book.meter(self.variable).place,
                )
        return cast(int, sum(b.total for b in found.bills))

    def givens(self, quantity: Fraction) -> Givens:
        """Everything given, and the open quantity."""
        licensed, usage = self.licensed, self.usage
        if self.is_licensed:
            licensed = (*licensed, GivenLicensed(self.variable, quantity))
        else:
            usage = (*usage, GivenUsage(self.variable, quantity, attributes=self.slice_))
        return Givens(
            plans=() if self.plan is None else (GivenPlan(self.plan),),
            contract=self.contract,
            period=self.period,
            usage=usage,
            licensed=licensed,
            coupons=self.coupons,
        )


def first_period(book: Book, plan: str, contract: str | None = None) -> Interval:
    """The first whole billing period after the last dated change of a plan: its newest price, for one full period.

    Of a contract: the first whole period of the contract that is also one of the plan's newest version.
    """
    try:
        newest = book.plan_versions(plan)[-1]
    except KeyError:
        raise BadQuestion(f"the book has no plan `{plan}`") from None
    day = max(book.start, newest.start or book.start)
    if contract is not None:
        day = max(day, book.contract(contract).start)
    signed = dt.datetime.combine(day, dt.time())
    found = cycles_from(newest.cycle.anchor, newest.cycle.length, signed, day, book.timezone)
    return next((c.start, c.end) for c in found if c.start >= signed)


def _before_tax(book: Book) -> Book:
    """The book without what stands after the total: taxes, wallets, early bills."""
    return _with_charges(
        replace(book, taxes=(), wallets=(), plans=tuple(replace(p, early=()) for p in book.plans)), _untaxed
    )


def _without_rounding(book: Book) -> Book:
    """The book as it would bill if it rounded nothing."""
    rule = replace(book.currency.rounding, step=0, per="line")
    currency = replace(book.currency, rounding=rule)
    return _with_charges(replace(book, currency=currency), lambda charge: replace(charge, rounding=None))


def _untaxed(charge: Charge) -> Charge:
    return replace(charge, taxed=())


def _with_charges(book: Book, change: Callable[[Charge], Charge]) -> Book:
    """The book with every charge of its plans and contracts changed."""

    def terms(found: Terms) -> Terms:
        return replace(found, early=(), charges=tuple(change(c) for c in found.charges))

    def plan(found: Plan) -> Plan:
        return replace(found, charges=tuple(change(c) for c in found.charges))

    contracts = tuple(
        replace(
            c,
            terms=terms(c.terms),
            phases=tuple(replace(p, terms=terms(p.terms)) for p in c.phases),
            amendments=tuple(
                replace(
                    a,
                    terms=terms(a.terms),
                    phases=tuple(replace(p, terms=terms(p.terms)) for p in a.phases),
                )
                for a in c.amendments
            ),
        )
        for c in book.contracts
    )
    return replace(book, plans=tuple(plan(p) for p in book.plans), contracts=contracts)
