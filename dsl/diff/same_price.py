"""Whether two prices are one function of the quantity, however they are written."""

from __future__ import annotations

from fractions import Fraction

from engine.model import Price
from engine.rating.axes import bounds_of
from engine.rating.compile import counts_events, fills_each_event
from engine.rating.compiled import Unsuited, bounded, price_curve
from engine.rating.curves import Curve, Segment
from engine.rating.evaluate import Context

Line = tuple[Fraction, Fraction | None, Fraction, Fraction, Fraction | None, Fraction, str | None]
"""Lower and upper bound, then what holds between: base, origin, size, slope, fault."""


def same_price(one: Price, other: Price) -> bool:
    """Whether both come to the same amount for every quantity; prices that are no curve are never the same here."""
    curves = _curve(one), _curve(other)
    return curves[0] is not None and curves[0] == curves[1]


def _curve(price: Price) -> list[Line] | None:
    moving = any(b.per_span is not None or b.per_meter is not None for b in bounds_of(price))
    if moving or bounded(price) or fills_each_event(price) or counts_events(price):
        return None
    try:
        return _lines(price_curve(price, Context({}, {}), top=True))
    except Unsuited:
        return None


def _lines(curve: Curve) -> list[Line]:
    """The pieces of a curve, neighbours on one straight line as one."""
    found = [_line(curve.below), _line(curve.zero)]
    above: list[Line] = []
    for segment in curve.above:
        line = _line(segment)
        if above and above[-1][2:] == line[2:]:
            above[-1] = (above[-1][0], line[1], *line[2:])
        else:
            above.append(line)
    return found + above


def _line(segment: Segment) -> Line:
    if segment.size is None:
        base, origin = segment.base - segment.origin * segment.slope, Fraction(0)
    else:
        base, origin = segment.base, segment.origin
    return segment.lower, segment.upper, base, origin, segment.size, segment.slope, segment.fault
