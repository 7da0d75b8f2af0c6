"""How many times a fee is due for a part of a billing period.

Parts of one service sum to the whole of it, wherever a price version, a pause or a change of quantity cuts it: a part
is the difference of two counts from the first day of the service.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from engine.calendar import periods_from
from engine.model import Charge, Plan, Prorate
from engine.rating.shares import DAILY, Cycle, Interval, share, spans_in
from engine.rating.subject import LocalTime, Subject

_APPROXIMATE_DAYS = {"day": 1, "week": 7, "month": 30, "quarter": 91, "half_year": 182, "year": 365}


def timing_of(charge: Charge, plan: Plan) -> str:
    """`advance` or `arrears`: the charge's own word, else the plan's; usage is always in arrears unless it says so."""
    if charge.timing is not None:
        return charge.timing
    return "arrears" if charge.meter else plan.cycle.timing


def rule_of(charge: Charge, plan: Plan) -> Prorate:
    """How a part of a period is counted: the charge's own word, else the plan's, else by days."""
    return charge.prorate or plan.prorate or DAILY


def own_cadence(charge: Charge, cycle: Cycle) -> bool:
    """Whether a charge is due in other spans than its plan is billed in."""
    return charge.every is not None and (charge.every.count, charge.every.unit) != (
        cycle.length.count,
        cycle.length.unit,
    )


def is_indivisible(charge: Charge, plan: Plan, cycle: Cycle) -> bool:
    """Whether a part of the period costs a whole one or nothing: once, `prorate full`, `prorate none`."""
    return charge.once or (not own_cadence(charge, cycle) and rule_of(charge, plan).basis in ("full", "none"))


@dataclass(frozen=True, slots=True)
class Service:
    """A service inside a billing period, for counting its parts.

    `begins`: when service began, in this period or before. `origin`: the moment of the period from which parts are
    counted: the first day of service, of this plan or of the one that it followed. `starts`: moments at which service
    begins, goes on, or has another price or quantity: the day of such a moment belongs to what begins.
    """

    cycle: Cycle
    subject: Subject
    begins: LocalTime
    origin: LocalTime
    starts: frozenset[LocalTime]

    @property
    def is_first(self) -> bool:
        """Whether this is the period in which service begins."""
        return self.cycle.start <= self.begins < self.cycle.end

    def times(self, charge: Charge, plan: Plan, part: Interval) -> Fraction:
        """How many times a divisible price is due for a part `[from, to)`."""
        if own_cadence(charge, self.cycle) and not _shorter(charge, self.cycle):
            return self._long_cadence(charge, plan, part)
        return self._until(charge, plan, part[1]) - self._until(charge, plan, part[0])

    def _until(self, charge: Charge, plan: Plan, moment: LocalTime) -> Fraction:
        rule = rule_of(charge, plan)
        so_far = self.origin, moment if rule.basis == "secondly" else self._edge(moment)
        if so_far[0] >= so_far[1]:
            return Fraction(0)
        if own_cadence(charge, self.cycle):
            assert charge.every is not None
            return spans_in(so_far, charge.every, rule)
        return share(so_far, self.cycle, rule)

    def _edge(self, moment: LocalTime) -> LocalTime:
        """A moment inside a day as the midnight that parts the days of one piece from those of the next."""
        if moment.time() == dt.time() or moment in (self.origin, self.cycle.start, self.cycle.end):
            return moment
        midnight = dt.datetime.combine(moment.date(), dt.time())
        return midnight if moment in self.starts else midnight + dt.timedelta(days=1)

    def _long_cadence(self, charge: Charge, plan: Plan, part: Interval) -> Fraction:
        """A cadence longer than the cycle: due in the part in which it starts (advance) or ends (arrears)."""
        assert charge.every is not None
        anchor = (signed_of(self.subject) or self.cycle.start).date()
        spans = periods_from(anchor, charge.every.count, charge.every.unit, part[0].date())
        first, second = next(spans), next(spans)
        days = [first[0], second[0]] if timing_of(charge, plan) == "advance" else [first[1], second[1]]
        moments = [dt.datetime.combine(day, dt.time()) for day in days]
        if timing_of(charge, plan) == "advance":
            return Fraction(sum(part[0].date() <= m.date() and m < part[1] for m in moments))
        return Fraction(sum(part[0] < m <= self.cycle.end and not self._goes_on(part[0], m) for m in moments))

    def _goes_on(self, start: LocalTime, moment: LocalTime) -> bool:
        return any(start < other < moment for other in self.starts)


def signed_of(subject: Subject) -> LocalTime | None:
    """When the customer came; else the first moment of a question over several periods."""
    said = next((u.signed or u.start for u in subject.plans if u.signed or u.start), None)
    return said or subject.since


def _shorter(charge: Charge, cycle: Cycle) -> bool:
    assert charge.every is not None
    own = charge.every.count * _APPROXIMATE_DAYS.get(charge.every.unit, 0)
    return own < cycle.length.count * _APPROXIMATE_DAYS.get(cycle.length.unit, 0)
