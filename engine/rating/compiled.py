"""Charges compiled to curves, and by which relational plan each is rated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from engine.model import Charge, Committed, Matrix, Meter, Price, QuantityRounding, Rate, Tiered
from engine.rating.allowance import rounded_quantity
from engine.rating.curves import ZERO, Curve, committed, graduated, line, raise_by, shift, unsold, volume
from engine.rating.evaluate import Context, resolve, row_of
from engine.rating.rates import each_amount, slope
from engine.rating.readings import Portion

Kind = Literal["total", "sliced", "ordered", "scalar"]


class Unsuited(Exception):
    """A price that no relational plan rates; the message is the reason. Caught by `compile_charge`."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """What is done to single events, in their order, before their quantities are summed by scope.

    `rounding`: each event's quantity. `free`: the first of the running total (base units). `uppers`: the bounds of the
    tiers that split what is left; the last one is open.
    """

    uppers: tuple[Fraction | None, ...] = (None,)
    rounding: QuantityRounding | None = None
    free: Fraction | None = None


@dataclass(frozen=True, slots=True)
class CompiledCharge:
    """One version of a charge as curves.

    `kind` says which plan rates it. total: one curve over the whole quantity. sliced: every matrix row has its own
    curve and total. ordered: events are rounded, freed and split over tiers one by one (`ordered`), then summed as in
    the other two. scalar: only the scalar reference, for `reason`.
    Scopes are curve numbers: the rows of the first block's matrix, then those of the next one's, one where a block has
    no matrix. `blocks`: the prices to look rows up in, one a tier of `ordered`, else one. `rounding`: of each scope's
    whole quantity.
    """

    charge: Charge
    kind: Kind
    reason: str = ""
    curves: Mapping[int, Curve] | None = None
    blocks: tuple[Price, ...] = ()
    ordered: Ordered | None = None
    rounding: QuantityRounding | None = None
    subject: str = "usage"

    @property
    def resting(self) -> bool:
        """Whether there is an amount without any usage: the one curve's at zero."""
        return len(self.blocks) == 1 and not isinstance(self.blocks[0], Matrix)

    def scopes_of(self, values: Mapping[str, str]) -> list[int]:
        """The curve number of a slice in each block; raises `NoPrice` for a slice that some block's rows lack."""
        portion = Portion(ZERO, 0, tuple(sorted(values.items())))
        found: list[int] = []
        first = 0
        for block in self.blocks:
            if isinstance(block, Matrix):
                found.append(first + row_of(block, portion, self.subject))
                first += len(rows_of(block))
            else:
                found.append(first)
                first += 1
        return found

    def weight_of(self, values: Mapping[str, str]) -> Fraction:
        """What one unit of a slice counts as."""
        if self.charge.weigh is None:
            return Fraction(1)
        name, weights = self.charge.weigh
        return dict(weights).get(values.get(name, ""), Fraction(1))

    def amount(self, scopes: Iterable[tuple[int, Fraction, int]]) -> Fraction:
        """The amount (pico) of (scope, quantity, events) that exist."""
        curves, rule = self.curves or {}, self.rounding
        found = ((s, q if rule is None else rounded_quantity(rule, q), n) for s, q, n in scopes)
        return sum((curves[s].amount(q, n) for s, q, n in found), ZERO)


def flat_of(rate: Rate) -> Fraction:
    """What is due once when a rate is reached."""
    return Fraction((rate.amount if rate.kind == "flat" else 0) + rate.plus_flat)


def rate_curve(rate: Rate, *, flat_at_zero: bool) -> Curve:
    """The curve of a rate without its per-event bounds."""
    if rate.kind == "not_sold":
        return unsold(rate.place)
    each = each_amount(rate)
    flat = flat_of(rate)
    if rate.kind == "package":
        return line(Fraction(rate.amount) / rate.per, rate.per, flat, each, flat_at_zero=flat_at_zero)
    return line(ZERO if rate.kind == "flat" else slope(rate), None, flat, each, flat_at_zero=flat_at_zero)


def bounded(price: Price) -> bool:
    """Whether a price bounds single events somewhere."""
    match price:
        case Rate():
            return price.at_least is not None or price.at_most is not None
        case Tiered():
            own = price.at_least is not None or price.at_most is not None
            return own or any(bounded(t.price) for t in price.tiers)
        case Matrix():
            own = price.at_least is not None or price.at_most is not None
            return own or any(bounded(p) for p in rows_of(price))
        case Committed():
            own = price.at_least is not None or price.at_most is not None
            return own or bounded(price.then)
    return False


def rows_of(price: Matrix) -> list[Price]:
    """The prices of all rows; `otherwise` last."""
    rest = [] if price.otherwise is None else [price.otherwise]
    return [*(c.price for c in price.cells), *rest]


def uppers_of(price: Tiered, context: Context) -> list[Fraction | None]:
    """The bounds of the tiers in this period; raises `Unsuited` where a curve cannot hold them."""
    if any(t.upper is not None and t.upper.per_meter is not None for t in price.tiers):
        raise Unsuited("borders move with another meter")
    uppers = [resolve(t.upper, context) for t in price.tiers]
    known = [ZERO, *(u for u in uppers if u is not None)]
    if any(a >= b for a, b in pairwise(known)):
        raise Unsuited("borders of tiers do not ascend from zero")
    return uppers


def tiered_curve(price: Tiered, context: Context) -> Curve:
    """The curve of tiers of plain rates, without the block's own modifiers."""
    uppers = uppers_of(price, context)
    rates = [t.price for t in price.tiers]
    curves = []
    for rate in rates:
        if not isinstance(rate, Rate):
            raise Unsuited("a tier holds more than a rate")
        curves.append(rate_curve(rate, flat_at_zero=False))
    if context.bill_zero and isinstance(rates[0], Rate) and rates[0].kind != "not_sold":
        flat = flat_of(rates[0])
        curves[0] = replace(curves[0], zero=replace(curves[0].zero, base=flat))
        if price.mode == "volume":
            curves[0] = replace(curves[0], below=replace(curves[0].below, base=flat))
    tiers = list(zip(uppers, curves, strict=True))
    if price.mode == "volume":
        return volume(tiers, price.place)
    each = [c.above[0].each for c in curves if c.above[0].fault is None]
    if any(one != each[0] for one in each):
        raise Unsuited("what an event adds differs between tiers")
    return graduated(tiers, price.place)


def price_curve(price: Price, context: Context, *, top: bool) -> Curve:
    """The curve of one scope; `top`: the price stands alone, so a rate's flat amount is due without any usage."""
    match price:
        case Rate():
            return rate_curve(price, flat_at_zero=top or context.bill_zero)
        case Tiered():
            return raise_by(tiered_curve(price, context), Fraction(price.plus_flat), Fraction(price.plus_each))
        case Committed():
            if context.bill_zero and not isinstance(price.then, Rate):
                raise Unsuited("zero usage is billed inside a commitment")
            if context.bill_zero and isinstance(price.then, Rate) and flat_of(price.then):
                raise Unsuited("zero usage is billed inside a commitment")
            then = price.then
            inner = rate_curve(then, flat_at_zero=False) if isinstance(then, Rate) else _beyond(then, context)
            if any(s.each for s in inner.segments):
                raise Unsuited("events beyond a commitment pay an amount each")
            curve = committed(price.quantity, Fraction(price.amount + price.plus_flat), inner)
            return raise_by(curve, ZERO, Fraction(price.plus_each))
    raise Unsuited(f"a {type(price).__name__} inside another price")


def _beyond(price: Price, context: Context) -> Curve:
    if not isinstance(price, Tiered) or price.plus_flat or price.each_event:
        raise Unsuited("a commitment is followed by more than rates in tiers")
    return price_curve(price, context, top=False)


def free_shift(curve: Curve, charge: Charge) -> Curve:
    """The curve after the charge's free quantity."""
    return curve if charge.free is None or charge.free.quantity is None else shift(curve, charge.free.quantity)


def is_additive(meter: Meter) -> bool:
    """Whether every event adds its own quantity at its own time: then events can be looked at one by one."""
    measure = meter.measure
    plain = measure.window is None and not measure.running and not measure.carried and meter.lasts is None
    return measure.aggregation in ("sum", "count") and plain
