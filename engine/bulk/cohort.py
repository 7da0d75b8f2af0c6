"""A cohort: subscriptions with the same book, terms and billing period, rated together."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from engine.bulk.sheets import Sheet, sheet_of
from engine.calendar import to_instant
from engine.metering import not_relational
from engine.model import Book, Charge, Meter, PercentOf, Plan, Rounding
from engine.rating import Cycle, Subject
from engine.rating.compile import compile_charge
from engine.rating.compiled import CompiledCharge
from engine.rating.evaluate import Context
from engine.rating.recurring import local_segments
from engine.rating.shares import Interval, share
from engine.rating.terms import Segment
from engine.rating.times import timing_of
from engine.rating.usage import spans_held


@dataclass(frozen=True, slots=True)
class Version:
    """One price version of a charge inside the billing period: its interval, the plan it stands in, its curves, and
    these as whole numbers."""

    interval: Interval
    plan: Plan
    charge: Charge
    compiled: CompiledCharge
    sheet: Sheet


@dataclass(frozen=True, slots=True)
class Metered:
    """A metered charge with its versions, ascending; `cuts` are the instants between them."""

    name: str
    meter: str
    versions: tuple[Version, ...]
    cuts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cohort:
    """What decides the bills of its subscriptions besides their events; `number` is its key in table `subs`."""

    number: int
    book: Book
    cycle: Cycle
    service: Interval
    subject: Subject
    segments: tuple[Segment, ...]

    @property
    def plan(self) -> Plan:
        """The plan at the end of the period."""
        return self.segments[-1].plan

    @property
    def charge_names(self) -> list[str]:
        """Charges of all versions, in their order."""
        return list(dict.fromkeys(c.name for s in self.segments for c in s.plan.charges))

    def charge(self, name: str) -> Charge:
        """The first version of a charge."""
        return next(c for s in self.segments if (c := s.plan.charge(name)) is not None)


Known = dict[tuple[object, ...], tuple[Charge, Meter, CompiledCharge, Sheet]]
"""What is compiled already, by all that a compilation looks at. The charge and the meter are kept alive: they stand in
the key by their identity, since hashing them costs as much as compiling."""


def metered_charges(cohort: Cohort, known: Known | None = None) -> list[Metered]:
    """The metered charges that this billing period puts on the invoice, compiled; cohorts share what is in `known`."""
    known = {} if known is None else known
    found = []
    for name in cohort.charge_names:
        first = cohort.charge(name)
        if first.meter is None:
            continue
        if cohort.cycle.timing == "advance" and timing_of(first, cohort.segments[0].plan) != "advance":
            continue
        found.append(_metered(cohort, name, first.meter, known))
    return found


def _metered(cohort: Cohort, name: str, meter_name: str, known: Known) -> Metered:
    zone, service = cohort.subject.timezone, cohort.service
    meter = cohort.book.meter(meter_name)
    versions = []
    for interval, segment in local_segments(cohort.segments, cohort.cycle):
        charge = segment.plan.charge(name)
        if charge is not None and interval[0] < service[1] and interval[1] > service[0]:
            compiled, sheet = _compiled(cohort, charge, meter, known)
            versions.append(Version(interval, segment.plan, charge, compiled, sheet))
    cuts = tuple(to_instant(v.interval[0], zone) for v in versions[1:])
    return Metered(name, meter_name, tuple(versions), cuts)


def _compiled(cohort: Cohort, charge: Charge, meter: Meter, known: Known) -> tuple[CompiledCharge, Sheet]:
    rule = charge.prorate
    shared = cohort.cycle if rule is not None and rule.tiers else None
    zone = cohort.subject.timezone
    key = (id(charge), id(meter), cohort.service, zone, shared, rounding_of(cohort, charge).per)
    if key not in known:
        compiled = compile_charge(charge, meter, context_of(cohort, charge))
        known[key] = (charge, meter, compiled, sheet_of(compiled))
    return known[key][2:]


def context_of(cohort: Cohort, charge: Charge) -> Context:
    """The reference's context of a charge, as far as it does not depend on an account's usage."""
    rule = charge.prorate
    shrink = share(cohort.service, cohort.cycle, rule) if rule is not None and rule.tiers else Fraction(1)
    rounding = charge.rounding or cohort.book.currency.rounding
    return Context(
        spans=spans_held(cohort.service, cohort.subject.timezone),
        meters={},
        bill_zero=charge.when_zero == "flat",
        itemised=rounding.per == "event",
        subject=charge.meter or charge.name,
        tier_share=shrink,
    )


def rounding_of(cohort: Cohort, charge: Charge) -> Rounding:
    """How a charge's lines are rounded."""
    return charge.rounding or cohort.book.currency.rounding


def irregular(cohort: Cohort, charges: list[Metered]) -> str:
    """Why a cohort goes through the scalar reference, account by account; empty where the set-based engine does it."""
    subject, plan = cohort.subject, cohort.plan
    if subject.coupons or subject.wallets or subject.credits or subject.billed or subject.paused:
        return "coupons, wallets, credits or pauses"
    if subject.contract is not None or any(s.commits for s in cohort.segments):
        return "a contract"
    if plan.credits or plan.apply:
        return "recurring credits or another order of steps"
    if cohort.book.currency.rounding.per != "line":
        return "rounding each event or invoice"
    if any(t.each_invoice for t in cohort.book.taxes):
        return "a tax on the sum of its category"
    for segment in cohort.segments:
        for charge in segment.plan.charges:
            if isinstance(charge.price, PercentOf) or charge.apply:
                return f"charge {charge.name} depends on others or has another order of steps"
    for metered in charges:
        reason = not_relational(cohort.book.meter(metered.meter))
        if reason:
            return f"meter {metered.meter}: {reason}"
        for version in metered.versions:
            if version.compiled.kind == "scalar":
                return f"charge {metered.name}: {version.compiled.reason}"
            if (
                version.charge.meter != metered.meter
                or (version.charge.rounding or cohort.book.currency.rounding).per != "line"
            ):
                return f"charge {metered.name} changes its meter or rounding"
    return ""
