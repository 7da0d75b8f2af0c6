"""Grants of an entitlement: what metered usage burns, in event-time order, and what no grant covers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from engine.calendar import to_instant, to_local, tumbling
from engine.model import Book, Feature, GivenGrant, Plan
from engine.rating.measure import portions
from engine.rating.readings import Reading
from engine.rating.shares import Interval
from engine.rating.slicing import Slicer

DEFAULT_PRIORITY = 50
OVERAGE = "overage"


@dataclass(slots=True)
class _Lot:
    """A quantity while it burns: a given grant, or what a plan grants for one of its spans."""

    name: str
    left: Fraction
    priority: int = DEFAULT_PRIORITY
    start: dt.date = dt.date.min
    through: dt.date = dt.date.max

    def holds(self, day: dt.date) -> bool:
        """Whether the lot may be used on a local day; both ends are included."""
        return self.start <= day <= self.through


@dataclass(frozen=True, slots=True)
class Burnt:
    """What is left of each grant, and usage that none covered, in base units; `left` is empty without grants.

    A plan's own grant goes by the name of its feature; what is left of all its spans in the period is added up.
    """

    left: Mapping[str, Fraction] = field(default_factory=dict)
    overage: Fraction = Fraction(0)

    def quantity(self, name: str) -> Fraction | None:
        """What is left of a grant, or the `overage`; None for a name that is no grant."""
        return self.overage if name == OVERAGE and self.left else self.left.get(name)


def burn_grants(
    book: Book, plan: Plan, grants: Sequence[GivenGrant], readings: Mapping[str, Sequence[Reading]], period: Interval,
    zone: str,
) -> Burnt:  # fmt: skip
    """Burn the given grants and the plan's own by the usage of a period.

    The lower priority number burns first (50 unless said), then the earliest end, then given grants before the
    plan's, in the order given.
    """
    left: dict[str, Fraction] = {}
    overage = Fraction(0)
    window = to_instant(period[0], zone), to_instant(period[1], zone)
    for feature in book.features:
        lots = [*_given(grants, feature), *_own(plan, feature, window, zone)]
        if lots and feature.target is not None and feature.kind == "metered":
            lots.sort(key=lambda lot: (lot.priority, lot.through))
            meter = book.meter(feature.target)
            for portion in portions(meter, readings.get(meter.name, ()), Slicer(), *window, zone):
                overage += _use(lots, portion.quantity, to_local(portion.time, zone).date())
        for lot in lots:
            left[lot.name] = left.get(lot.name, Fraction(0)) + lot.left
    return Burnt(left, overage)


def _given(grants: Sequence[GivenGrant], feature: Feature) -> list[_Lot]:
    return [
        _Lot(
            grant.name, grant.quantity, DEFAULT_PRIORITY if grant.priority is None else grant.priority,
            grant.start or dt.date.min, grant.through or dt.date.max,
        )
        for grant in grants
        if grant.feature == feature.name
    ]  # fmt: skip


def _own(plan: Plan, feature: Feature, window: tuple[int, int], zone: str) -> list[_Lot]:
    """A plan's grant is filled anew in every span of the calendar; without a span it is one lot for the period."""
    found: list[_Lot] = []
    for grant in plan.grants:
        if grant.feature != feature.name or grant.quantity is None:
            continue
        for start, end in tumbling(*window, grant.per, zone) if grant.per is not None else [window]:
            last = to_local(end - 1, zone).date()
            priority = DEFAULT_PRIORITY if grant.priority is None else grant.priority
            found.append(_Lot(feature.name, grant.quantity, priority, to_local(start, zone).date(), last))
    return found


def _use(lots: Sequence[_Lot], quantity: Fraction, day: dt.date) -> Fraction:
    """Burn a quantity; what is left of it. A negative quantity (a correction) gives nothing back."""
    for lot in lots:
        if lot.holds(day):
            taken = max(min(quantity, lot.left), Fraction(0))
            lot.left -= taken
            quantity -= taken
    return max(quantity, Fraction(0))
