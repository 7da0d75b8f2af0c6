"""Charges."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from dsl import syntax
from dsl.calendars import months_of
from dsl.lowering.context import Context, Unlowerable, label, span_of, texts, word
from dsl.lowering.prices import price_of
from dsl.lowering.shared import decimals_of, rounding_of
from dsl.passes.references import CLOSING_STEPS
from dsl.syntax.base import Node
from engine.model import Charge, Discount, Free, Limit, Prorate, QuantityRounding, Ratchet


def charge_of(node: syntax.Charge, context: Context) -> Charge:
    """A charge with all its clauses."""
    found: dict[str, Any] = {"discounts": ()}
    for clause in node.clauses:
        _take(clause, found, context)
    if "price" not in found:
        raise Unlowerable(node, f"charge {node.name.text} has no price")
    return Charge(name=node.name.text, label=label(node.label), place=context.place(node), **found)


def _take(clause: Node, found: dict[str, Any], context: Context) -> None:
    match clause:
        case syntax.ForMeter():
            found["meter"] = clause.meter.text
        case syntax.ForLicensed():
            found["licensed"] = clause.unit.text
        case syntax.PriceClause():
            found["price"] = price_of(clause.price, context)
            _cadence(clause.price.form, found)
        case syntax.RoundUsage():
            least = None if clause.at_least is None else context.quantity(clause.at_least)
            mode: Any = clause.mode
            found["round_to"] = QuantityRounding(context.quantity(clause.step), mode, clause.each_event, least)
        case syntax.Free():
            found["free"] = _free(clause, context)
        case syntax.Discount():
            found["discounts"] += (discount_of(clause, context),)
        case syntax.Minimum() | syntax.Cap():
            limit, which = limit_of(clause, context), "minimum" if isinstance(clause, syntax.Minimum) else "cap"
            found[which] = max(limit, found.get(which, limit), key=lambda one: one.amount)
        case syntax.Floor():
            floor = Limit(context.money(clause.amount), place=context.place(clause))
            found["minimum"] = max(floor, found.get("minimum", floor), key=lambda limit: limit.amount)
        case syntax.Timing():
            found["timing"] = clause.timing
            found["on_new_highs"] = clause.on_new_highs
        case syntax.WhenZero():
            found["when_zero"] = clause.bill
        case syntax.Prorate():
            found["prorate"] = prorate_of(clause)
        case syntax.Taxed():
            found["taxed"] = texts(clause.names)
        case syntax.Weigh():
            weights = tuple((word(w.value), Fraction(w.factor.value)) for w in clause.clauses)
            found["weigh"] = (clause.property.text, weights)
        case syntax.Ratchet():
            found["ratchet"] = _ratchet(clause, context)
        case syntax.Rounding():
            found["rounding"] = rounding_of(clause, decimals_of(context.currency))
        case syntax.Pool():
            found["pool_by"] = clause.by.text
        case syntax.Apply():
            found["apply"] = steps_of(clause)
        case syntax.Stack():
            found["stack"] = clause.mode
        case syntax.Source():
            found["source"] = clause.document.value
        case _:
            raise Unlowerable(clause, "this clause does not belong in a charge")


def _cadence(form: object, found: dict[str, Any]) -> None:
    if isinstance(form, syntax.Flat) and form.cadence is not None:
        if isinstance(form.cadence, syntax.Once):
            found["once"] = True
        else:
            found["every"] = span_of(form.cadence)


def _free(node: syntax.Free, context: Context) -> Free:
    """`3 events` counts events unless the book has such a unit; the other part is a quantity."""
    quantity, events = None, None
    for amount in (node.amount, node.other):
        counted = isinstance(amount, syntax.Quantity) and amount.unit.text in ("event", "events")
        if isinstance(amount, syntax.Quantity) and counted and amount.unit.text not in context.units:
            events = int(amount.value)
            continue
        if amount is not None:
            quantity = context.quantity(amount)
    return Free(quantity, events, context.place(node))


def _ratchet(node: syntax.Ratchet, context: Context) -> Ratchet:
    months: tuple[tuple[int, Fraction], ...] = ()
    if node.season is not None:
        months = tuple((m, node.season.share.ratio) for m in sorted(months_of(node.season.months)))
    least = None if node.at_least is None else context.quantity(node.at_least)
    return Ratchet(node.share.ratio, span_of(node.lookback), months, least, context.place(node))


def discount_of(node: syntax.Discount, context: Context) -> Discount:
    """A share or an amount off, on everything, plans or charges."""
    place = context.place(node)
    plans = texts(node.targets.names) if isinstance(node.targets, syntax.Plans) else ()
    on = () if plans else targets_of(node.targets, context)
    if isinstance(node.amount, syntax.Money):
        return Discount(None, context.money(node.amount), on, plans, place.text, place)
    return Discount(node.amount.ratio, None, on, plans, place.text, place)


def targets_of(node: syntax.Targets | None, context: Context) -> tuple[str, ...]:
    """The charges of a target, by name; empty is everything. A plan stands for all its charges."""
    match node:
        case syntax.Charges():
            return texts(node.names)
        case syntax.Plans():
            versions = [version for name in node.names for version in context.scope.plans(name.text)]
            names = [c.name.text for version in versions for c in version.clauses if isinstance(c, syntax.Charge)]
            if not names:
                raise Unlowerable(node, "these plans have no charges")
            return tuple(dict.fromkeys(names))
    return ()


def limit_of(node: syntax.Minimum | syntax.Cap, context: Context) -> Limit:
    """A minimum or cap."""
    taxed = texts(node.taxed.names) if node.taxed is not None else ()
    return Limit(context.money(node.amount), node.prorated, taxed, context.place(node))


def prorate_of(node: syntax.Prorate) -> Prorate:
    """A day count."""
    if node.fixed_days is not None:
        return Prorate("fixed", node.fixed_days.count, node.with_tiers)
    mode: Any = node.mode
    return Prorate(mode, None, node.with_tiers)


def steps_of(node: syntax.Apply) -> tuple[str, ...]:
    """An order of steps; what closes an invoice cannot come before what its charges are made of."""
    closing: syntax.Name | None = None
    for name in node.steps:
        if name.text in CLOSING_STEPS:
            closing = name
        elif closing is not None:
            message = f"`{closing.text}` comes after `{name.text}`"
            raise Unlowerable(name, message, "discount, minimum and cap change places, and tax, credit and wallet")
    return texts(node.steps)


def charges_of(clauses: Sequence[Node], context: Context) -> tuple[Charge, ...]:
    """The charges among clauses."""
    return tuple(charge_of(c, context) for c in clauses if isinstance(c, syntax.Charge))
