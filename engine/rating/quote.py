"""`quote`: what a customer would be billed, from givens alone. Examples, previews and what-if all call this."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from engine.model import Book, Contract, EarlyBill, GivenLicensed, GivenPlan, Givens, GivenUsage, Plan
from engine.money import parse_decimal
from engine.rating.bill import Bill, bill, trial_end
from engine.rating.carry import after_bill
from engine.rating.coupons import redeemed
from engine.rating.cycles import cycles_of
from engine.rating.early import early_invoices, early_lines, used
from engine.rating.errors import BadRequest
from engine.rating.given import gather
from engine.rating.grants import Burnt, Granted, burn_grants
from engine.rating.lines import Line
from engine.rating.lots import lots_of_period
from engine.rating.policies import PriceOf, by_policy
from engine.rating.readings import Reading
from engine.rating.shares import Cycle, Interval
from engine.rating.subject import PlanUse, Subject
from engine.rating.terms import effective_plan

DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Quote:
    """Bills of every billing period of the question, what metering saw, and what is left of grants (base units)."""

    book: Book
    bills: tuple[Bill, ...]
    readings: Mapping[str, Sequence[Reading]]
    quarantined: int
    timezone: str
    grants: Burnt

    @property
    def lines(self) -> tuple[Line, ...]:
        """Lines of all bills."""
        return tuple(line for b in self.bills for line in b.lines)

    @property
    def included(self) -> frozenset[str]:
        """Taxes already inside the prices."""
        return frozenset(t.name for t in self.book.taxes if t.included)

    @property
    def total(self) -> int:
        """Sum of the bills before early bills, tax and wallets, in pico."""
        return sum(b.total for b in self.bills)

    @property
    def due(self) -> int:
        """What is left to pay, in pico."""
        return sum(b.due(self.included) for b in self.bills)


def quote(
    book: Book,
    givens: Givens | None = None,
    *,
    plan: str | None = None,
    period: tuple[dt.date, dt.date] | None = None,
    usage: Mapping[str, Fraction | int | str] | None = None,
    licensed: Mapping[str, Fraction | int] | None = None,
    timezone: str | None = None,
) -> Quote:
    """The bills for `givens`, or for a plan, a period (first and last day) and usage by meter.

    Quantities are in base units (major units for a money meter), exact; money in the answer is in pico. Raises
    `BadRequest` for names the book does not have, `NoPrice` for usage without a price.
    """
    asked = givens or Givens()
    if plan is not None:
        asked = replace(asked, plans=(GivenPlan(plan),))
    if period is not None:
        asked = replace(asked, period=(midnight_of(period[0]), midnight_of(period[1]) + DAY))
    if usage:
        found = tuple(GivenUsage(m, parse_decimal(q) if isinstance(q, str) else Fraction(q)) for m, q in usage.items())
        asked = replace(asked, usage=asked.usage + found)
    if licensed:
        extra = tuple(GivenLicensed(unit, Fraction(q)) for unit, q in licensed.items())
        asked = replace(asked, licensed=asked.licensed + extra)
    return _quote(book, asked, timezone or book.timezone)


def _quote(book: Book, givens: Givens, zone: str) -> Quote:
    if givens.period is None:
        raise BadRequest("a quote needs a period", hint="add `given period FROM through DATE`")
    subject = subject_of(book, givens, zone)
    contract = book.contract(subject.contract) if subject.contract is not None else None
    plan = effective_plan(book, subject.plans[0].plan, contract, _first_day(book, subject, givens.period))
    cycles = cycles_of(plan, subject, givens.period, zone)
    plans = by_policy(book, subject.plans, cycles, _fees(book, subject, cycles[0]))
    coupons = redeemed(book, subject.coupons, cycles[0].start.date())
    since = cycles[0].start if len(cycles) > 1 else None
    subject = replace(subject, plans=plans, coupons=coupons, since=since)
    found = gather(book, givens, _first_service(subject, plan, givens.period), zone)
    bills: list[Bill] = []
    spent: set[EarlyBill] = set()
    for number, cycle in enumerate(cycles):
        subject = subject if number == 0 else after_bill(book, subject, bills[-1])
        own = subject
        lots = lots_of_period(book.wallets, own.wallets, cycle, _served(own.plans[0], cycle))
        own = replace(own, wallets=lots)
        whole = bill(book, own, cycle, found.readings)
        bills.append(_with_early(book, plan, own, whole, found.readings, spent))
    held = _granted(book, subject, contract, givens.period)
    burnt = burn_grants(book, held, givens.grants, found.readings, givens.period, cycles[-1].start.date(), zone)
    return Quote(book, tuple(bills), found.readings, found.quarantined, zone, burnt)


def _with_early(
    book: Book, plan: Plan, subject: Subject, whole: Bill, readings: Mapping[str, Sequence[Reading]],
    spent: set[EarlyBill],
) -> Bill:  # fmt: skip
    """A bill with the early invoices of its period."""
    if not plan.early:
        return whole
    metered = _metered(book, plan, subject)
    cycle = whole.cycle

    def cost_until(moment: int) -> int:
        known = {name: [r for r in found if r.time <= moment] for name, found in readings.items()}
        return used(bill(book, subject, cycle, known).lines, metered)

    before = sum(amount for charge, amount in subject.billed if charge is None or charge in metered)
    found = early_invoices(plan.early, cycle, readings, cost_until, before, spent)
    return replace(whole, lines=(*whole.lines, *early_lines(found, cycle.end.date())))


def _metered(book: Book, plan: Plan, subject: Subject) -> frozenset[str]:
    """Names of the usage charges of a plan, of its other versions, and of the plans that it is changed to."""
    add_ons = {p.name for p in book.plans if p.add_on}
    names = {use.plan for use in subject.plans} - add_ons
    charges = [*plan.charges, *(c for p in book.plans if p.name in names for c in p.charges)]
    return frozenset(charge.name for charge in charges if charge.meter is not None)


def _granted(book: Book, subject: Subject, contract: Contract | None, period: Interval) -> list[Granted]:
    """Every plan and add-on of the customer with the part of the period in which it is held."""
    found = []
    for use in subject.plans:
        start = max([period[0], *(m for m in (use.start, use.signed) if m is not None)])
        end = min(period[1], use.end or period[1])
        if start < end:
            first = start if contract is None else max(start, dt.datetime.combine(contract.start, dt.time()))
            plan = effective_plan(book, use.plan, contract, min(first, end).date())
            found.append(Granted(plan, (start, end)))
    return found


def _fees(book: Book, subject: Subject, cycle: Cycle) -> PriceOf:
    """What a plan alone costs in a whole period with the licences held last, in pico."""
    whole = replace(cycle, start=cycle.whole[0], end=cycle.whole[1])

    def price_of(use: PlanUse) -> int:
        held = {unit: ((None, steps[-1][1]),) for unit, steps in subject.licensed.items()}
        alone = Subject((PlanUse(use.plan),), subject.timezone, licensed=held)
        return bill(book, alone, whole, {}).total

    return price_of


def _served(use: PlanUse, cycle: Cycle) -> Interval:
    """The part of a period in which a plan is held, for what comes with it."""
    starts = [m for m in (cycle.start, use.start, use.signed) if m is not None]
    return max(starts), min(cycle.end, use.end or cycle.end)


def _first_day(book: Book, subject: Subject, period: Interval) -> dt.date:
    """The first day that a version of the first plan must be in force on."""
    use = subject.plans[0]
    days = [period[0].date(), *(m.date() for m in (use.start, use.signed) if m is not None)]
    if subject.contract is not None:
        days.append(book.contract(subject.contract).start)
    return min(max(days), period[1].date())


def _first_service(subject: Subject, plan: Plan, period: Interval) -> dt.datetime:
    """When usage without a time happens: at the first served moment of the period."""
    use = subject.plans[0]
    moments = [m for m in (period[0], use.start, use.signed, trial_end(plan, use)) if m is not None]
    return min(max(moments), period[1])


def subject_of(book: Book, givens: Givens, zone: str) -> Subject:
    """The customer that the givens describe."""
    return Subject(
        plans=_uses(book, givens),
        timezone=zone,
        contract=givens.contract,
        licensed=_licensed(givens),
        coupons=givens.coupons,
        wallets=givens.wallets,
        credits=givens.credits,
        billed=givens.billed,
        paused=givens.paused,
        earlier=givens.earlier,
        committed=givens.committed,
    )


def _uses(book: Book, givens: Givens) -> tuple[PlanUse, ...]:
    """Plans in order; one with a start replaces the one before it, unless it is an add-on."""
    uses: list[PlanUse] = []
    for given in givens.plans:
        versions = [p for p in book.plans if p.name == given.plan]
        if not versions:
            raise BadRequest(f"the book has no plan `{given.plan}`", given.place)
        if given.start is not None and uses and not versions[0].add_on:
            uses[-1] = replace(uses[-1], end=uses[-1].end or given.start)
        signed = given.signed or (givens.signed if not uses else None)
        uses.append(PlanUse(given.plan, given.start, given.end, signed, bool(uses and given.start)))
    if not uses and givens.contract is not None:
        uses.append(PlanUse(book.contract(givens.contract).plan, signed=givens.signed))
    if not uses:
        raise BadRequest("a quote needs a plan", hint="add `given plan NAME`")
    return tuple(uses)


def _licensed(givens: Givens) -> dict[str, tuple[tuple[dt.datetime | None, Fraction], ...]]:
    steps: dict[str, list[tuple[dt.datetime | None, Fraction]]] = {}
    for given in givens.licensed:
        own = steps.setdefault(given.unit, [])
        own.append((given.start, given.quantity))
        if given.end is not None:
            own.append((given.end, Fraction(0)))
    return {u: tuple(sorted(s, key=lambda x: (x[0] is not None, x[0]))) for u, s in steps.items()}


def midnight_of(day: dt.date) -> dt.datetime:
    """The first local moment of a day."""
    return dt.datetime(day.year, day.month, day.day)
