"""Compiling a charge: which relational plan rates it, and its curves; everything else is left to the reference."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from engine.model import Charge, Committed, Matrix, Meter, PercentOf, Price, Rate, Series, Tiered
from engine.rating.compiled import (
    CompiledCharge,
    Kind,
    Ordered,
    Unsuited,
    bounded,
    free_shift,
    is_additive,
    price_curve,
    rows_of,
    uppers_of,
)
from engine.rating.curves import ZERO, Curve, raise_by
from engine.rating.evaluate import Context


def compile_charge(charge: Charge, meter: Meter, context: Context) -> CompiledCharge:
    """One version of a metered charge: how it is rated, its curves; what no plan rates is `scalar` with a reason."""
    try:
        reason = _unsuited(charge, context)
        if reason:
            raise Unsuited(reason)
        if _needs_order(charge):
            return _ordered(charge, meter, context)
        kind: Kind
        if isinstance(charge.price, Matrix):
            curves, kind = _sliced(charge.price, context), "sliced"
        else:
            curves, kind = {0: free_shift(price_curve(charge.price, context, top=True), charge)}, "total"
        return CompiledCharge(
            charge, kind, curves=curves, blocks=(charge.price,), rounding=charge.round_to, subject=context.subject
        )
    except Unsuited as problem:
        return CompiledCharge(charge, "scalar", str(problem), subject=meter.name)


def _unsuited(charge: Charge, context: Context) -> str:
    """Why no relational plan rates this charge; empty where one does."""
    if isinstance(charge.price, (PercentOf, Series)):
        return "priced by other charges or by the moment"
    if context.itemised:
        return "rounded each event"
    if isinstance(charge.price, Matrix) and charge.price.plus_flat:
        return "a flat amount beside a matrix"
    if charge.ratchet is not None or charge.pool_by is not None or charge.on_new_highs:
        return "looks at other periods or accounts"
    total_rounded = charge.round_to is not None and not charge.round_to.each_event
    if total_rounded and _needs_order(replace(charge, round_to=None)):
        return "a rounded total is shared out over events in their order"
    if charge.free is not None and charge.free.events is not None:
        return "the allowance counts events"
    if bounded(charge.price) or fills_each_event(charge.price):
        return "single events are priced"
    return ""


def _needs_order(charge: Charge) -> bool:
    """Whether sums of quantities are not enough: events must be looked at one by one."""
    free = charge.free is not None and (isinstance(charge.price, Matrix) or counts_events(charge.price))
    rounded = charge.round_to is not None and charge.round_to.each_event
    return free or rounded or _splits(charge.price)


def _splits(price: Price) -> bool:
    """Whether tiers fill across the rows of matrices inside them."""
    return isinstance(price, Tiered) and any(isinstance(t.price, Matrix) for t in price.tiers)


def _ordered(charge: Charge, meter: Meter, context: Context) -> CompiledCharge:
    if not is_additive(meter):
        raise Unsuited("events of this meter do not add up one by one")
    if context.bill_zero:
        raise Unsuited("zero usage is billed where events are looked at one by one")
    uppers: list[Fraction | None] = [None]
    blocks: tuple[Price, ...] = (charge.price,)
    if isinstance(charge.price, Tiered) and _splits(charge.price):
        uppers, blocks = _split(charge.price, context)
    curves: dict[int, Curve] = {}
    for block in blocks:
        if isinstance(block, Matrix):
            own = _sliced(block, context)
        else:
            own = {0: price_curve(block, context, top=len(blocks) == 1)}
        first = len(curves)
        curves.update({first + number: curve for number, curve in own.items()})
    free = None if charge.free is None else charge.free.quantity
    plan = Ordered(tuple(uppers), charge.round_to, free)
    return CompiledCharge(charge, "ordered", curves=curves, blocks=blocks, ordered=plan, subject=context.subject)


def _split(price: Tiered, context: Context) -> tuple[list[Fraction | None], tuple[Price, ...]]:
    """Bounds and prices of tiers around matrices."""
    if price.mode != "graduated" or price.tiers[-1].upper is not None:
        raise Unsuited("only open, graduated tiers are filled across rows")
    if price.plus_flat or counts_events(price):
        raise Unsuited("amounts that are due once or for each event beside tiers across rows")
    blocks = tuple(t.price for t in price.tiers)
    inner = [p for b in blocks for p in (rows_of(b) if isinstance(b, Matrix) else [b])]
    if any(not isinstance(p, Rate) for p in inner) or any(isinstance(b, Matrix) and b.plus_flat for b in blocks):
        raise Unsuited("a tier holds more than rates in rows")
    return uppers_of(price, context), blocks


def counts_events(price: Price) -> bool:
    """Whether an amount is added for every event somewhere."""
    match price:
        case Rate():
            return bool(price.plus_each)
        case Tiered():
            return bool(price.plus_each) or any(counts_events(t.price) for t in price.tiers)
        case Matrix():
            return bool(price.plus_each) or any(counts_events(p) for p in rows_of(price))
        case Committed():
            return bool(price.plus_each) or counts_events(price.then)
    return False


def fills_each_event(price: Price) -> bool:
    """Whether tiers start anew inside every event somewhere."""
    match price:
        case Tiered():
            return price.each_event or any(fills_each_event(t.price) for t in price.tiers)
        case Matrix():
            return any(fills_each_event(p) for p in rows_of(price))
        case Committed():
            return fills_each_event(price.then)
    return False


def _sliced(price: Matrix, context: Context) -> dict[int, Curve]:
    """The curve of each row; `otherwise` last."""
    curves = (price_curve(inner, context, top=False) for inner in rows_of(price))
    return {number: raise_by(curve, ZERO, Fraction(price.plus_each)) for number, curve in enumerate(curves)}
