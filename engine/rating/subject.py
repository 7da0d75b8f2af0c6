"""Who is billed: the facts about one customer that a bill is computed from, besides events and the book."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from engine.model import Commit, GivenCoupon, GivenWallet
from engine.rating.shares import Interval, intersect, subtract
from engine.rating.spells import Held

LocalTime = dt.datetime


@dataclass(frozen=True, slots=True)
class PlanUse:
    """A plan from one local moment to another (None: open). `changed`: it replaced an earlier plan at `start`.

    `keeps_fees`: the fees of the period in which it ends stay whole. `fees_next`: no fees in the period of its start.
    """

    plan: str
    start: LocalTime | None = None
    end: LocalTime | None = None
    signed: LocalTime | None = None
    changed: bool = False
    keeps_fees: bool = False
    fees_next: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """One customer's facts. Money in pico, quantities in base units, local times of `timezone`.

    `licensed`: by unit, (from, quantity) steps, ascending; None is "from the start". `billed`: what earlier invoices
    of the period billed, by charge (None: not said which). `credits`: open credit notes, oldest first.
    `earlier`: highest quantities of earlier months by meter, for ratchets. `committed`: drawn from commitments before
    this period, where nothing more is known; `held`: what the period before left of each commitment. `since`: the first
    moment of a question over several periods: who was not said to come later is taken to be there from then.
    """

    plans: tuple[PlanUse, ...]
    timezone: str
    contract: str | None = None
    licensed: Mapping[str, tuple[tuple[LocalTime | None, Fraction], ...]] = field(default_factory=dict)
    coupons: tuple[GivenCoupon, ...] = ()
    wallets: tuple[GivenWallet, ...] = ()
    credits: tuple[int, ...] = ()
    billed: tuple[tuple[str | None, int], ...] = ()
    paused: tuple[Interval, ...] = ()
    earlier: tuple[tuple[str, Fraction, dt.date], ...] = ()
    committed: tuple[tuple[str | None, int], ...] = ()
    held: Mapping[Commit, Held] = field(default_factory=dict)
    since: LocalTime | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """When a plan serves inside a period.

    `known`: the intervals as they stood when an advance charge was billed at their start; `active`: as it came out.
    What is in `known` and not in `active` is credited. `begins`: when service begins, if that was said.
    """

    known: tuple[Interval, ...]
    active: tuple[Interval, ...]
    begins: LocalTime | None = None

    @property
    def lost(self) -> list[Interval]:
        """Billed in advance and not served."""
        holes = list(self.known)
        for served in self.active:
            holes = subtract(holes, served)
        return holes


def fees_of(use: PlanUse, service: Activity, period: Interval) -> Activity:
    """The service that fees are billed for: other than the plan's own where a change is not prorated."""
    if use.fees_next and use.start is not None and period[0] < use.start:
        return Activity((), ())
    return replace(service, active=service.known) if use.keeps_fees else service


def activity(
    use: PlanUse,
    period: Interval,
    trial_end: LocalTime | None,
    paused: tuple[Interval, ...],
    term: tuple[LocalTime | None, LocalTime | None],
) -> Activity:
    """Service of a plan inside `period`; `term` are a contract's first moment and the moment after its last."""
    if use.end is not None and use.end <= period[0]:
        return Activity((), ())
    starts = [m for m in (use.start, use.signed, trial_end, term[0]) if m is not None]
    first = max([period[0], *starts])
    known = intersect([(first, period[1])], period) if first < period[1] else []
    last = min([m for m in (use.end, term[1]) if m is not None] or [period[1]])
    active = intersect(known, (period[0], max(last, period[0])))
    for hole in paused:
        active = subtract(active, hole)
    if term[1] is not None and term[1] < period[1]:
        known = intersect(known, (period[0], max(term[1], period[0])))
    return Activity(tuple(known), tuple(active), max(starts, default=None))
