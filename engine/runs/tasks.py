"""What a run has to bill: subscriptions with the same terms and the same billing period form one task."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from engine.calendar import to_instant
from engine.model import Anchor, Book, GivenCoupon, Plan
from engine.money import parse_decimal
from engine.rating import BadRequest, Cycle, PlanUse, Subject
from engine.rating.bill import trial_end
from engine.rating.coupons import redeemed
from engine.rating.cycles import cycles_from
from engine.rating.shares import Interval
from engine.rating.terms import effective_plan
from engine.runs.books import Shelf, in_force
from engine.runs.period import RunPeriod

Timing = Literal["all", "advance", "arrears"]
DAY = dt.timedelta(days=1)
TICK = dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Terms:
    """The fields of a subscription that decide its bill, besides its events."""

    book: str
    plan: str
    start: str
    end: str
    anchor_day: str
    timezone: str
    contract: str
    licensed: str
    coupons: str


@dataclass(frozen=True, slots=True)
class Task:
    """One billing period of every subscription with these terms.

    `timing`: which charges this period puts on the run's invoices: those in advance when the cycle starts in the
    run's period, those in arrears when it ends in it. `window` is the instants of usage.
    """

    terms: Terms
    book: Book
    plan: Plan
    cycle: Cycle
    timing: Timing
    subject: Subject
    service: Interval

    @property
    def window(self) -> tuple[int, int]:
        """The service as instants."""
        return to_instant(self.service[0], self.cycle.timezone), to_instant(self.service[1], self.cycle.timezone)

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        """The local days `[first, after)` whose terms and book versions this period is billed under."""
        return _days(self.cycle, dt.datetime.fromisoformat(self.terms.start))

    def versions(self, shelf: Shelf) -> list[tuple[int, Book]]:
        """The book versions in force in the period, each with its first instant (UTC microseconds)."""
        held = in_force(shelf.versions[self.terms.book], *self.days)
        return [(to_instant(dt.datetime.combine(d, dt.time()), self.cycle.timezone), v) for v, d, _ in held]


def tasks_of(terms: Terms, book_for: Callable[[str, dt.date, dt.date], Book], period: RunPeriod) -> Iterator[Task]:
    """The billing periods of a subscription that this run bills, in order."""
    start = dt.datetime.fromisoformat(terms.start)
    stop = dt.datetime.fromisoformat(terms.end) + DAY if terms.end else None
    if start.date() >= period.end:
        return
    first_day = max(start.date(), period.start)
    plan = _plan(book_for(terms.book, first_day, first_day + DAY), terms, first_day)
    anchor = Anchor(day=int(terms.anchor_day)) if terms.anchor_day else plan.cycle.anchor
    before = max(start.date(), period.start - DAY)
    for cycle in cycles_from(anchor, plan.cycle.length, start, before, _zone(terms, book_for, first_day)):
        if cycle.start.date() >= period.end or (stop is not None and cycle.start >= stop):
            return
        timing = _timing(max(cycle.start, start), min(cycle.end, stop or cycle.end), period)
        if timing is not None:
            yield _task(terms, book_for, cycle, timing, start, stop)


def _zone(terms: Terms, book_for: Callable[[str, dt.date, dt.date], Book], day: dt.date) -> str:
    return terms.timezone or book_for(terms.book, day, day + DAY).timezone


def _timing(start: dt.datetime, end: dt.datetime, period: RunPeriod) -> Timing | None:
    """`start` and `end` are the cycle's ends, clipped to the life of the subscription."""
    advance = period.start <= start.date() < period.end
    arrears = period.start < (end + DAY - TICK).date() <= period.end
    if advance and arrears:
        return "all"
    return "advance" if advance else "arrears" if arrears else None


def _plan(book: Book, terms: Terms, day: dt.date) -> Plan:
    """The plan in force on a day, or its first version before that one starts; with what its contract says."""
    try:
        versions = book.plan_versions(terms.plan)
    except KeyError:
        raise BadRequest(f"book {book.name} has no plan `{terms.plan}` in force on {day}") from None
    if terms.contract:
        return effective_plan(book, terms.plan, book.contract(terms.contract), day)
    started = [v for v in versions if (v.start or dt.date.min) <= day]
    return started[-1] if started else versions[0]


def _task(
    terms: Terms, book_for: Callable[[str, dt.date, dt.date], Book], cycle: Cycle, timing: Timing,
    start: dt.datetime, stop: dt.datetime | None,
) -> Task:  # fmt: skip
    first = max(cycle.start, start)
    book = book_for(terms.book, *_days(cycle, start))
    plan = _plan(book, terms, first.date())
    use = PlanUse(terms.plan, end=stop, signed=start)
    begin = max([first, *(m for m in (trial_end(plan, use),) if m is not None)])
    service = (min(begin, cycle.end), min(cycle.end, stop or cycle.end))
    subject = Subject(
        plans=(use,),
        timezone=cycle.timezone,
        contract=terms.contract or None,
        licensed=licensed_steps(terms.licensed, book),
        coupons=redeemed(book, tuple(_coupons(terms.coupons)), start.date()),
    )
    return Task(terms, book, plan, replace(cycle, timing=timing), timing, subject, (service[0], max(service)))


def _days(cycle: Cycle, start: dt.datetime) -> tuple[dt.date, dt.date]:
    first = max(cycle.start, start).date()
    return first, max((cycle.end + DAY - TICK).date(), first + DAY)


def licensed_steps(text: str, book: Book) -> dict[str, tuple[tuple[dt.datetime | None, Fraction], ...]]:
    """`5 seat; 10 seat from 2026-10-11` as steps by unit, in base units; a unit the book lacks is a `BadRequest`."""
    steps: dict[str, list[tuple[dt.datetime | None, Fraction]]] = {}
    for part in (p.strip() for p in text.split(";")):
        if not part:
            continue
        words = part.split()
        try:
            unit = book.unit(words[1])
        except (KeyError, IndexError):
            raise BadRequest(f"book {book.name} has no licensed unit in `{part}`") from None
        start = dt.datetime.fromisoformat(words[3]) if len(words) == 4 and words[2] == "from" else None
        steps.setdefault(unit.name, []).append((start, parse_decimal(words[0]) * unit.factor))
    return {u: tuple(sorted(s, key=lambda x: (x[0] is not None, x[0]))) for u, s in steps.items()}


def _coupons(text: str) -> Iterator[GivenCoupon]:
    for part in (p.strip() for p in text.split(";")):
        if part:
            name, _, day = part.partition("@")
            yield GivenCoupon(name.strip(), dt.date.fromisoformat(day) if day else None)
