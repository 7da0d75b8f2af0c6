"""Compiling a charge: which relational plan rates it, and its curves; everything else is left to the reference."""

from __future__ import annotations

from fractions import Fraction

from engine.model import Charge, Matrix, Meter, PercentOf, Price, Rate, Series, Tiered
from engine.rating.compiled import (
    CompiledCharge,
    Unsuited,
    bounded,
    free_shift,
    price_curve,
    rows_of,
)
from engine.rating.curves import ZERO, Curve, raise_by
from engine.rating.evaluate import Context


def compile_charge(charge: Charge, meter: Meter, context: Context) -> CompiledCharge:
    """One version of a metered charge. `kind` is total, sliced or scalar (with the reason)."""
    try:
        reason = _unsuited(charge, context)
        if reason:
            raise Unsuited(reason)
        if isinstance(charge.price, Matrix):
            return _sliced(charge, charge.price, context)
        return _total(charge, context)
    except Unsuited as problem:
        return CompiledCharge(charge, "scalar", str(problem), subject=meter.name)


def _unsuited(charge: Charge, context: Context) -> str:
    """Why sums of quantities are not enough for this charge; empty where they are."""
    if isinstance(charge.price, (PercentOf, Series)):
        return "priced by other charges or by the moment"
    if context.itemised:
        return "rounded each event"
    if isinstance(charge.price, Matrix) and charge.price.plus_flat:
        return "a flat amount beside a matrix"
    if charge.ratchet is not None or charge.pool_by is not None or charge.on_new_highs:
        return "looks at other periods or accounts"
    if charge.round_to is not None:
        return "quantities are rounded"
    if charge.free is not None and charge.free.events is not None:
        return "the allowance counts events"
    if charge.free is not None and (counts_events(charge.price) or isinstance(charge.price, Matrix)):
        return "the allowance is used up in the order of events"
    if bounded(charge.price) or fills_each_event(charge.price):
        return "single events are priced"
    return ""


def counts_events(price: Price) -> bool:
    """Whether an amount is added for every event somewhere."""
    match price:
        case Rate():
            return bool(price.plus_each)
        case Tiered():
            return bool(price.plus_each) or any(counts_events(t.price) for t in price.tiers)
        case Matrix():
            return bool(price.plus_each) or any(counts_events(p) for p in rows_of(price))
    return False


def fills_each_event(price: Price) -> bool:
    """Whether tiers start anew inside every event somewhere."""
    match price:
        case Tiered():
            return price.each_event or any(fills_each_event(t.price) for t in price.tiers)
        case Matrix():
            return any(fills_each_event(p) for p in rows_of(price))
    return False


def _total(charge: Charge, context: Context) -> CompiledCharge:
    curve = free_shift(price_curve(charge.price, context, top=True), charge)
    return CompiledCharge(charge, "total", curves={0: curve}, subject=context.subject)


def _sliced(charge: Charge, price: Matrix, context: Context) -> CompiledCharge:
    curves: dict[int, Curve] = {}
    for number, inner in enumerate(rows_of(price)):
        curve = price_curve(inner, context, top=False)
        curves[number] = raise_by(curve, ZERO, Fraction(price.plus_each))
    return CompiledCharge(
        charge,
        "sliced",
        curves=curves,
        rows=price,
        subject=context.subject,
    )
