"""One billing period of one customer: the steps of an invoice in their order (semantics.md §7)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from engine.calendar import add_span, to_instant
from engine.model import Book, Commit, Contract, GivenWallet, PercentOf, Plan, Rounding
from engine.rating.adjustments import adjustments
from engine.rating.closing import closed, last_day
from engine.rating.commitments import commitments, only_discounts
from engine.rating.coupons import coupon_lines
from engine.rating.lines import AFTER_TOTAL, Line, amount_of, rounded, to_step
from engine.rating.parts import Part
from engine.rating.readings import Reading
from engine.rating.recurring import recurring_lines
from engine.rating.shares import Cycle
from engine.rating.spells import Held
from engine.rating.subject import Activity, PlanUse, Subject, activity, fees_of
from engine.rating.terms import Segment, effective_plan, segments
from engine.rating.times import timing_of
from engine.rating.usage import usage_lines

Readings = Mapping[str, Sequence[Reading]]


@dataclass(frozen=True, slots=True)
class Bill:
    """Lines in invoice order, and the quantities behind them: measured and billable by charge, wallets left.

    `lots` and `credits`: what the invoice left of wallet lots and of credit notes, for the next one;
    `held`: of commitments.
    """

    cycle: Cycle
    lines: tuple[Line, ...]
    measured: Mapping[str, Fraction] = field(default_factory=dict)
    billable: Mapping[str, Fraction] = field(default_factory=dict)
    left: Mapping[str, Fraction] = field(default_factory=dict)
    lots: tuple[GivenWallet, ...] = ()
    credits: tuple[int, ...] = ()
    held: Mapping[Commit, Held] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Before early bills, tax and wallets, in pico."""
        return amount_of(line for line in self.lines if line.kind not in AFTER_TOTAL)

    def due(self, included: frozenset[str]) -> int:
        """What is left to pay, in pico; `included` are the taxes already inside the prices."""
        return amount_of(line for line in self.lines if not (line.kind == "tax" and line.name in included))


def bill(book: Book, subject: Subject, cycle: Cycle, readings: Readings) -> Bill:
    """The bill of one period. Pure: the same arguments give the same lines for ever."""
    rounding = book.currency.rounding
    contract = book.contract(subject.contract) if subject.contract else None
    lines: list[Line] = []
    measured: dict[str, Fraction] = {}
    used: dict[str, Fraction] = {}
    for use in subject.plans:
        own = _plan_lines(book, use, _own_terms(contract, use), subject, cycle, readings, measured, used)
        lines += own
    plan = _main_plan(book, subject, contract, cycle)
    lines += coupon_lines(book, lines, subject, cycle, plan.stack if plan is not None else "multiply")
    if rounding.per == "invoice":
        lines += _invoice_rounding(lines, rounding)

    def listed(bare: Contract) -> list[Line]:
        return [x for use in subject.plans for x in _plan_lines(book, use, bare, subject, cycle, readings, {}, {})]

    agreed = commitments(book, contract, subject, cycle, lines, readings, listed)
    lines += (*agreed.total, *agreed.drawn)
    after = closed(book, lines, subject, cycle, plan.apply if plan is not None else ())
    left = after.left((w.name for w in book.wallets), last_day(cycle))
    return Bill(cycle, (*lines, *after.lines), measured, used, left, after.lots, after.credits, agreed.held)


def _own_terms(contract: Contract | None, use: PlanUse) -> Contract | None:
    """What a contract means for a plan: all of it for the plan it is on; for an add-on beside it its dates, and the
    discounts that name it."""
    return contract if contract is None or use.plan == contract.plan else only_discounts(contract, use.plan)


def _main_plan(book: Book, subject: Subject, contract: Contract | None, cycle: Cycle) -> Plan | None:
    """The plan that says how coupons meet and in which order an invoice is closed: the last one of the period that is
    no add-on, with what a contract says of it."""
    add_ons = {p.name for p in book.plans if p.add_on}
    for use in reversed(subject.plans):
        first = max([cycle.start, *(m for m in (use.start, use.signed) if m is not None)])
        if use.plan not in add_ons and first < cycle.end:
            return effective_plan(book, use.plan, contract, first.date())
    return None


def _invoice_rounding(lines: Sequence[Line], rounding: Rounding) -> list[Line]:
    total = amount_of(lines)
    residue = to_step(Fraction(total), rounding) - total
    if not residue:
        return []
    first = lines[0]
    return [replace(first, amount=residue, exact=Fraction(residue), name="rounding", label="rounding", parts=())]


def _term(contract: Contract | None) -> tuple[dt.datetime | None, dt.datetime | None]:
    if contract is None:
        return None, None
    first = dt.datetime.combine(contract.start, dt.time())
    if contract.through is None:
        return first, None
    return first, dt.datetime.combine(contract.through, dt.time()) + dt.timedelta(days=1)


def _plan_lines(
    book: Book, use: PlanUse, contract: Contract | None, subject: Subject, cycle: Cycle, readings: Readings,
    measured: dict[str, Fraction], used: dict[str, Fraction],
) -> list[Line]:  # fmt: skip
    """Everything one plan puts on the invoice, up to its own minimum and cap."""
    start, end = cycle.start.date(), cycle.end.date()
    if cycle.end.time() != dt.time():
        end += dt.timedelta(days=1)
    term = _term(contract)
    first_day = max([start, *(m.date() for m in (use.start, use.signed, term[0]) if m is not None)])
    if first_day >= end:
        return []
    cut = segments(book, use.plan, contract, first_day, end)
    plan = cut[-1].plan
    service = activity_of(subject, use, plan, cycle, contract)
    fees = fees_of(use, service, (cycle.start, cycle.end))
    origin = _origin(book, subject, use, cycle, contract)
    rounding = book.currency.rounding
    lines: list[Line] = []
    for name in _charge_names(cut):
        charge = next(c for s in cut if (c := s.plan.charge(name)) is not None)
        if isinstance(charge.price, PercentOf) or (
            cycle.timing == "advance" and timing_of(charge, cut[0].plan) != "advance"
        ):
            continue
        if charge.meter is None:
            lines += recurring_lines(name, cut, fees, cycle, subject, rounding, origin)
        elif service.active:
            span = (service.active[0][0], service.active[-1][1])
            found = usage_lines(book, name, cut, span, cycle, _served(readings, service, cycle), subject, rounding)
            lines += found.lines
            measured[charge.meter] = found.measured
            used[name] = found.billable
    lines += _percent_lines(plan, lines, cycle, rounding) if cycle.timing != "advance" else []
    return lines + adjustments(lines, cut, service, cycle, rounding)


def activity_of(subject: Subject, use: PlanUse, plan: Plan, cycle: Cycle, contract: Contract | None) -> Activity:
    """When a plan serves a customer inside a billing period."""
    return activity(use, (cycle.start, cycle.end), trial_end(plan, use), subject.paused, _term(contract))


def _origin(book: Book, subject: Subject, use: PlanUse, cycle: Cycle, contract: Contract | None) -> dt.datetime | None:
    """The first moment of the period served by a plan that this one, change by change, replaced; None if none did."""
    before = next((u for u in subject.plans if use.changed and u != use and u.end and u.end == use.start), None)
    if before is None or before.start == before.end:
        return None
    day = max([cycle.start, *(m for m in (before.start, before.signed) if m is not None)]).date()
    own = _own_terms(contract, before)
    served = activity_of(subject, before, effective_plan(book, before.plan, own, day), cycle, own).active
    return _origin(book, subject, before, cycle, contract) or (served[0][0] if served else None)


def trial_end(plan: Plan, use: PlanUse) -> dt.datetime | None:
    """The moment after the trial: its days are the first local days from signing."""
    signed = use.signed
    if plan.trial is None or signed is None:
        return None
    day = add_span(signed.date(), plan.trial.count, plan.trial.unit)
    return dt.datetime.combine(day, signed.time() if signed.time() != dt.time() else dt.time())


def _charge_names(cut: Sequence[Segment]) -> list[str]:
    return list(dict.fromkeys(c.name for s in cut for c in s.plan.charges))


def _served(readings: Readings, service: Activity, cycle: Cycle) -> Readings:
    """Readings without those that fall into a pause."""
    if len(service.active) < 2:
        return readings
    holes = [
        (to_instant(a[1], cycle.timezone), to_instant(b[0], cycle.timezone))
        for a, b in zip(service.active, service.active[1:], strict=False)
    ]
    return {name: [r for r in found if not any(a <= r.time < b for a, b in holes)] for name, found in readings.items()}


def _percent_lines(plan: Plan, lines: Sequence[Line], cycle: Cycle, rounding: Rounding) -> list[Line]:
    """Charges that are a percentage of other charges' lines."""
    result = []
    for charge in plan.charges:
        price = charge.price
        if not isinstance(price, PercentOf):
            continue
        base = sum(x.amount for x in lines if not price.charges or x.charge in price.charges)
        exact = base * price.share + price.plus_flat
        exact = exact if price.at_least is None else max(exact, Fraction(price.at_least))
        exact = exact if price.at_most is None else min(exact, Fraction(price.at_most))
        part = Part(("percent",), Fraction(0), exact, f"of {', '.join(price.charges)}", None, price.place)
        result.append(
            Line(
                "percent", charge.name, rounded(exact, rounding), exact, charge.name, charge.label or charge.name,
                start=cycle.start, end=cycle.end, issued=cycle.end.date(), taxed=charge.taxed, parts=(part,),
                plan=plan.name, place=charge.place,
            )
        )  # fmt: skip
    return result
