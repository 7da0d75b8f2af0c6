"""All commitments of a contract in one billing period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from engine.model import Book, Commit, Contract, Terms
from engine.rating.commit_rates import Priced
from engine.rating.commit_units import UnitsSettled, unit_lines
from engine.rating.commits import Period, Settled, settle_commit
from engine.rating.lines import Line
from engine.rating.readings import Reading
from engine.rating.shares import Cycle, Interval
from engine.rating.spells import Held
from engine.rating.subject import Subject
from engine.rating.terms import Segment, layers_on, segments

DAY = dt.timedelta(days=1)
DEFAULT_PRIORITY = 50


@dataclass(frozen=True, slots=True)
class Commitments:
    """Lines of the total, draw-downs after it, and what is held of each commitment from then on."""

    total: tuple[Line, ...] = ()
    drawn: tuple[Line, ...] = ()
    held: Mapping[Commit, Held] = field(default_factory=dict)


def commits_on(contract: Contract, day: dt.date) -> tuple[Commit, ...]:
    """The commitments in force on a day, the lowest priority number first; a stronger layer replaces a weaker one's."""
    found: tuple[Commit, ...] = ()
    for layer in layers_on(contract, day):
        found = layer.commits or found
    return tuple(sorted(found, key=lambda c: DEFAULT_PRIORITY if c.priority is None else c.priority))


def at_list(contract: Contract) -> Contract:
    """The contract without anything it agreed: its customer at list prices."""
    return replace(contract, terms=Terms(), phases=(), amendments=())


def only_discounts(contract: Contract, plan: str) -> Contract:
    """The contract without anything but its discounts on a plan that they name."""

    def kept(terms: Terms) -> Terms:
        return Terms(discounts=tuple(d for d in terms.discounts if plan in d.plans))

    amendments = tuple(
        replace(a, terms=kept(a.terms), phases=tuple(replace(p, terms=kept(p.terms)) for p in a.phases))
        for a in contract.amendments
    )
    phases = tuple(replace(p, terms=kept(p.terms)) for p in contract.phases)
    return replace(contract, terms=kept(contract.terms), phases=phases, amendments=amendments)


def commitments(
    book: Book, contract: Contract | None, subject: Subject, cycle: Cycle, lines: Sequence[Line],
    readings: Mapping[str, Sequence[Reading]], list_lines: Callable[[Contract], Sequence[Line]],
) -> Commitments:  # fmt: skip
    """Every commitment of the contract against the lines of a period.

    list_lines: the lines of the same period under a contract that agreed nothing.
    """
    service = _service(contract, cycle)
    if contract is None or service is None:
        return Commitments()
    period = Period(service[0].date(), cycle.end.date(), book.currency.rounding, cycle.timing)
    before = sum(amount for _, amount in subject.committed)
    total: list[Line] = []
    drawn: list[Line] = []
    held: dict[Commit, Held] = {}

    def list_price(charges: tuple[str, ...]) -> Fraction:
        found = list_lines(at_list(contract))
        return sum((x.exact for x in found if x.charge and (not charges or x.charge in charges)), Fraction(0))

    settled: Settled | UnitsSettled
    for commit in commits_on(contract, (service[1] - DAY).date()):
        own = subject.held.get(commit)
        if commit.quantity is not None:
            covered = _covered(book, commit, contract, service)
            settled = unit_lines(book, commit, contract, covered, readings, cycle, service, own)
        else:
            settled = settle_commit(commit, contract, period, [*lines, *drawn], own, before, list_price)
        total += settled.total
        drawn += settled.drawn
        held[commit] = settled.held
    return Commitments(tuple(total), tuple(drawn), held)


def _service(contract: Contract | None, cycle: Cycle) -> Interval | None:
    """The part of the period in which the contract holds."""
    if contract is None:
        return None
    start = max(cycle.start, dt.datetime.combine(contract.start, dt.time()))
    end = cycle.end
    if contract.through is not None:
        end = min(end, dt.datetime.combine(contract.through, dt.time()) + DAY)
    return (start, end) if start < end else None


def _covered(book: Book, commit: Commit, contract: Contract, service: Interval) -> list[Priced]:
    """The metered charges that a commitment draws on, as the contract prices them at the end of the period."""
    days = service[0].date(), service[1].date() + (DAY if service[1].time() != dt.time() else dt.timedelta())
    agreed: Segment = segments(book, contract.plan, contract, *days)[-1]
    listed = segments(book, contract.plan, at_list(contract), *days)[-1]
    found: list[Priced] = []
    for charge in agreed.plan.charges:
        if charge.meter is not None and (not commit.draws or charge.name in commit.draws):
            found.append(Priced(charge, listed.plan.charge(charge.name) or charge))
    return found
