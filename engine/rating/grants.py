"""Grants of an entitlement: what metered usage burns, in event-time order, and what no grant covers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from engine.calendar import add_span, to_instant, to_local, tumbling
from engine.model import Book, Feature, GivenGrant, Grant, Plan
from engine.rating.measure import portions
from engine.rating.readings import Portion, Reading
from engine.rating.shares import Interval
from engine.rating.slicing import Slicer

DEFAULT_PRIORITY = 50
DAY = dt.timedelta(days=1)
OVERAGE = "overage"


@dataclass(slots=True)
class _Lot:
    """A quantity while it burns: a given grant, what a plan grants for one of its spans, or what rolled over."""

    name: str
    left: Fraction
    priority: int = DEFAULT_PRIORITY
    start: dt.date = dt.date.min
    through: dt.date = dt.date.max
    rolled: bool = False

    def holds(self, day: dt.date) -> bool:
        """Whether the lot may be used on a local day; both ends are included."""
        return self.start <= day <= self.through


@dataclass(slots=True)
class _Source:
    """A plan's grant while its spans go by: the lots it made, and the spans that are still to come."""

    grant: Grant
    spans: list[tuple[dt.date, dt.date]]
    lots: list[_Lot] = field(default_factory=list)

    def reach(self, day: dt.date) -> None:
        """Begin every span that starts up to and on a day; the one before leaves what its grant lets roll over."""
        while self.spans and self.spans[0][0] <= day:
            start, last = self.spans.pop(0)
            self._roll(start)
            self.lots.append(_Lot(self.grant.feature, self.grant.quantity or Fraction(0), self.priority, start, last))

    @property
    def priority(self) -> int:
        """The number of the grant, 50 unless said."""
        return DEFAULT_PRIORITY if self.grant.priority is None else self.grant.priority

    def _roll(self, start: dt.date) -> None:
        if self.grant.rollover is None or not self.lots:
            return
        part, least, most, lasting = self.grant.rollover
        # without an end of its own, what rolled over before is part of what the reset sees
        seen = [x for x in self.lots if not x.rolled or lasting is None]
        kept = sum((x.left for x in seen), Fraction(0)) * (Fraction(1) if part is None else part)
        kept = kept if least is None else max(kept, least)
        kept = kept if most is None else min(kept, most)
        until = dt.date.max if lasting is None else add_span(start, lasting.count, lasting.unit) - DAY
        others = [x for x in self.lots if x not in seen and x.through >= start]
        self.lots = [*others, _Lot(self.grant.feature, kept, self.priority, start, until, rolled=True)]

    def left(self, since: dt.date) -> Fraction:
        """What is left of the spans that begin on a day or later, and of what rolled over."""
        return sum((x.left for x in self.lots if x.rolled or x.start >= since), Fraction(0))


@dataclass(frozen=True, slots=True)
class Burnt:
    """What is left of each grant, and usage that none covered, in base units; `left` is empty without grants.

    A plan's own grant goes by the name of its feature: what is left of all its spans in the last billing period, and of
    what rolled over.
    """

    left: Mapping[str, Fraction] = field(default_factory=dict)
    overage: Fraction = Fraction(0)

    def quantity(self, name: str) -> Fraction | None:
        """What is left of a grant, or the `overage`; None for a name that is no grant."""
        return self.overage if name == OVERAGE and self.left else self.left.get(name)


@dataclass(frozen=True, slots=True)
class Granted:
    """A plan's terms and the local interval in which a customer has it."""

    plan: Plan
    held: Interval


def burn_grants(
    book: Book, plans: Sequence[Granted], grants: Sequence[GivenGrant], readings: Mapping[str, Sequence[Reading]],
    period: Interval, since: dt.date, zone: str,
) -> Burnt:  # fmt: skip
    """Burn the given grants and the plans' own by the usage of a period; `since`: when its last billing period began.

    The lower priority number burns first (50 unless said), then what rolled over, then the earliest end, then given
    grants before the plans', in the order given.
    """
    left: dict[str, Fraction] = {}
    overage = Fraction(0)
    window = to_instant(period[0], zone), to_instant(period[1], zone)
    for feature in book.features:
        given = _given(grants, feature)
        sources = [s for one in plans for s in _own(one, feature, period, zone)]
        if (given or sources) and feature.target is not None and feature.kind == "metered":
            meter = book.meter(feature.target)
            for portion in portions(meter, readings.get(meter.name, ()), Slicer(), *window, zone):
                overage += _use([*given, *_at(sources, to_local(portion.time, zone).date())], portion, zone)
        _at(sources, (period[1] - dt.timedelta(microseconds=1)).date())
        for lot in given:
            left[lot.name] = left.get(lot.name, Fraction(0)) + lot.left
        for source in sources:
            left[feature.name] = left.get(feature.name, Fraction(0)) + source.left(since)
    return Burnt(left, overage)


def _at(sources: Sequence[_Source], day: dt.date) -> list[_Lot]:
    """The lots of plans' grants as they are on a day."""
    for source in sources:
        source.reach(day)
    return [lot for source in sources for lot in source.lots]


def _given(grants: Sequence[GivenGrant], feature: Feature) -> list[_Lot]:
    return [
        _Lot(
            grant.name, grant.quantity, DEFAULT_PRIORITY if grant.priority is None else grant.priority,
            grant.start or dt.date.min, grant.through or dt.date.max,
        )
        for grant in grants
        if grant.feature == feature.name
    ]  # fmt: skip


def _own(granted: Granted, feature: Feature, period: Interval, zone: str) -> list[_Source]:
    """A plan's grants are filled anew in every span of the calendar; without a span one is a lot for the period."""
    inside = max(period[0], granted.held[0]), min(period[1], granted.held[1])
    if inside[0] >= inside[1]:
        return []
    window = to_instant(inside[0], zone), to_instant(inside[1], zone)
    found: list[_Source] = []
    for grant in granted.plan.grants:
        if grant.feature == feature.name and grant.quantity is not None:
            spans = tumbling(*window, grant.per, zone) if grant.per is not None else [window]
            days = [(to_local(start, zone).date(), to_local(end - 1, zone).date()) for start, end in spans]
            found.append(_Source(grant, days))
    return found


def _use(lots: Sequence[_Lot], portion: Portion, zone: str) -> Fraction:
    """Burn a quantity; what is left of it. A negative quantity (a correction) gives nothing back."""
    day, quantity = to_local(portion.time, zone).date(), portion.quantity
    for lot in sorted(lots, key=lambda x: (x.priority, not x.rolled, x.through)):
        if lot.holds(day):
            taken = max(min(quantity, lot.left), Fraction(0))
            lot.left -= taken
            quantity -= taken
    return max(quantity, Fraction(0))
