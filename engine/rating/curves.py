"""Price curves: exact piecewise-linear functions from a quantity to an amount (semantics.md §5).

`amount(q) = base + (q - origin) x slope`, by the one segment that holds q. A segment with a `size` rounds its
`q - origin` up to whole packages first; `each` is added for every event.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from engine.model import NOWHERE, Place
from engine.rating.errors import NoPrice, NotSold

Fault = Literal["not_sold", "no_price"]
ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Segment:
    """One linear piece. `lower` is exclusive, `upper` inclusive (None: without end); money in pico, exact.

    `fault`: a quantity here has no price; it names the error.
    """

    lower: Fraction
    upper: Fraction | None
    base: Fraction = ZERO
    origin: Fraction = ZERO
    slope: Fraction = ZERO
    size: Fraction | None = None
    each: Fraction = ZERO
    fault: Fault | None = None
    place: Place = NOWHERE

    def amount(self, quantity: Fraction, events: int = 0) -> Fraction:
        """The amount at a quantity of this segment; raises `NotSold` or `NoPrice` where there is none."""
        if self.fault == "not_sold":
            raise NotSold("this usage is not sold", self.place, "the book says `not sold` here")
        if self.fault == "no_price":
            raise NoPrice("no price beyond the last tier", self.place, "leave the last row open: `above ...`")
        way = quantity - self.origin
        if self.size is not None:
            way = -(-way // self.size) * self.size
        return self.base + way * self.slope + events * self.each

    @property
    def end(self) -> Fraction:
        """The amount at the upper bound of a segment with a price, without what events add."""
        assert self.upper is not None
        if self.size is not None:
            return self.amount(self.upper)
        return self.base + (self.upper - self.origin) * self.slope


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve: `below` holds every negative quantity, `zero` none at all, `above` the positive ones, ascending."""

    below: Segment
    zero: Segment
    above: tuple[Segment, ...]

    def segment(self, quantity: Fraction) -> Segment:
        """The segment that holds a quantity."""
        if quantity <= 0:
            return self.below if quantity < 0 else self.zero
        return next(s for s in self.above if s.upper is None or quantity <= s.upper)

    def amount(self, quantity: Fraction, events: int = 0) -> Fraction:
        """The exact amount in pico."""
        return self.segment(quantity).amount(quantity, events)

    @property
    def segments(self) -> tuple[Segment, ...]:
        """All of them, ascending."""
        return (self.below, self.zero, *self.above)


def raise_by(curve: Curve, base: Fraction = ZERO, each: Fraction = ZERO) -> Curve:
    """The curve plus a constant amount, plus an amount for every event."""
    if not base and not each:
        return curve

    def raised(segment: Segment) -> Segment:
        return replace(segment, base=segment.base + base, each=segment.each + each)

    return replace(
        curve, below=raised(curve.below), zero=raised(curve.zero), above=tuple(raised(s) for s in curve.above)
    )


def shift(curve: Curve, by: Fraction) -> Curve:
    """The curve of what is beyond the first `by`: a free allowance. Up to it the amount is that of nothing."""
    if not by:
        return replace(curve, below=_flat(curve.zero, ZERO, ZERO))
    moved = tuple(
        replace(s, lower=s.lower + by, upper=None if s.upper is None else s.upper + by, origin=s.origin + by)
        for s in curve.above
    )
    return replace(
        curve, below=_flat(curve.zero, ZERO, ZERO), above=(replace(_flat(curve.zero, ZERO, by), origin=ZERO), *moved)
    )


def _flat(zero: Segment, lower: Fraction, upper: Fraction) -> Segment:
    return replace(zero, lower=lower, upper=upper, slope=ZERO, size=None)


def line(slope: Fraction, size: Fraction | None, flat: Fraction, each: Fraction, *, flat_at_zero: bool) -> Curve:
    """One rate for every quantity; `flat` once something is used (or always: `flat_at_zero`)."""
    resting = flat if flat_at_zero else ZERO
    return Curve(
        Segment(ZERO, ZERO, resting, ZERO, slope, size, each),
        Segment(ZERO, ZERO, resting, each=each),
        (Segment(ZERO, None, flat, ZERO, slope, size, each),),
    )


def unsold(place: Place) -> Curve:
    """A curve on which any quantity but none is an error."""
    fault = Segment(ZERO, None, fault="not_sold", place=place)
    return Curve(replace(fault, upper=ZERO), Segment(ZERO, ZERO), (fault,))


def graduated(tiers: Sequence[tuple[Fraction | None, Curve]], place: Place) -> Curve:
    """Each (upper bound, one-rate curve) prices what falls in its tier."""
    above: list[Segment] = []
    lower, base, fault = ZERO, ZERO, None
    for upper, curve in tiers:
        own = curve.above[0]
        fault = fault or (own.fault and own)
        if fault:
            above.append(replace(fault, lower=lower, upper=upper))
        else:
            start = base + own.base if own.base else base
            above.append(Segment(lower, upper, start, lower, own.slope, own.size, own.each, place=own.place))
        if upper is None:
            break
        if not fault:
            base = above[-1].end
        lower = upper
    return Curve(tiers[0][1].below, tiers[0][1].zero, (*above, *_beyond(above, place)))


def volume(tiers: Sequence[tuple[Fraction | None, Curve]], place: Place) -> Curve:
    """The tier that holds the whole quantity prices all of it."""
    above: list[Segment] = []
    lower = ZERO
    for upper, curve in tiers:
        above.append(replace(curve.above[0], lower=lower, upper=upper))
        if upper is None:
            break
        lower = upper
    return Curve(tiers[0][1].below, tiers[0][1].zero, (*above, *_beyond(above, place)))


def _beyond(above: Sequence[Segment], place: Place) -> tuple[Segment, ...]:
    last = above[-1].upper
    return () if last is None else (Segment(last, None, fault="no_price", place=place),)


def committed(quantity: Fraction, amount: Fraction, then: Curve) -> Curve:
    """`amount` whatever is used of the first `quantity`; `then` for what is beyond."""
    inside = Segment(ZERO, quantity, amount)
    beyond = raise_by(replace(shift(then, quantity), zero=replace(inside, upper=ZERO)), amount)
    return Curve(replace(inside, upper=ZERO), replace(inside, upper=ZERO), (inside, *beyond.above[1:]))
