"""Examples: givens and expectations."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from dsl import syntax
from dsl.lowering.commerce import wallet_size
from dsl.lowering.context import DAY, Context, Unlowerable, day, end_moment, first, moment
from dsl.lowering.predicates import scalar
from dsl.lowering.samples import sample_events
from dsl.syntax.base import Node
from engine.calendar import add_span
from engine.model import (
    Example,
    Expect,
    GivenCoupon,
    GivenEvent,
    GivenGrant,
    GivenLicensed,
    GivenPlan,
    Givens,
    GivenUsage,
    GivenWallet,
    Scalar,
)


def example_of(node: syntax.Example, context: Context) -> Example:
    """A titled test."""
    found: dict[str, Any] = {}
    expects = []
    for clause in node.clauses:
        if isinstance(clause, syntax.Expect):
            expects.append(_expect(clause, context))
        elif not isinstance(clause, syntax.GivenContract):
            _take(clause, found, context)
    _take_contract(node, found, context)
    return Example(node.title.value, Givens(**found), tuple(expects), context.place(node))


def _add(found: dict[str, Any], key: str, value: object) -> None:
    found[key] = (*found.get(key, ()), value)


def _attributes(nodes: tuple[syntax.Attribute, ...]) -> tuple[tuple[str, Scalar], ...]:
    return tuple((a.property.text, scalar(a.value)) for a in nodes)


def _take(clause: Node, found: dict[str, Any], context: Context) -> None:
    place = context.place(clause)
    match clause:
        case syntax.GivenPlan():
            plan = GivenPlan(
                clause.plan.text, moment(clause.start), moment(clause.signed), end_moment(clause.through), place
            )
            _add(found, "plans", plan)
        case syntax.GivenAddOn():
            plan = GivenPlan(
                clause.add_on.text, moment(clause.start), moment(clause.signed), end_moment(clause.through), place
            )
            _add(found, "plans", plan)
        case syntax.GivenPeriod():
            found["period"] = (moment(clause.first), end_moment(clause.last))
        case syntax.GivenUsage():
            account = None if clause.account is None else clause.account.text
            usage = GivenUsage(
                clause.meter.text, context.quantity(clause.amount), moment(clause.at), _attributes(clause.attributes),
                account, place,
            )  # fmt: skip
            _add(found, "usage", usage)
        case syntax.GivenEvent():
            _add(found, "events", _event(clause, context))
        case syntax.GivenLicensed():
            quantity = context.quantity(clause.quantity)
            unit = clause.quantity.unit.text
            given = GivenLicensed(unit, quantity, moment(clause.start), end_moment(clause.through), place)
            _add(found, "licensed", given)
        case syntax.GivenPaused():
            _add(found, "paused", (moment(clause.first), end_moment(clause.last)))
        case syntax.GivenAsOf():
            found["as_of"] = moment(clause.moment)
        case syntax.GivenEvents():
            for event in sample_events(clause, context):
                _add(found, "events", event)
        case _:
            _take_money(clause, found, context)


def _take_contract(node: syntax.Example, found: dict[str, Any], context: Context) -> None:
    """A contract stands for the plan it is on, before any add-on; a plan that is given too takes its place."""
    given = next((c for c in node.clauses if isinstance(c, syntax.GivenContract)), None)
    if given is None:
        return
    found["contract"] = given.contract.text
    found["signed"] = moment(given.signed) or moment(given.start)
    declared = context.scope.contract(given.contract.text)
    if declared is not None and not any(isinstance(c, syntax.GivenPlan) for c in node.clauses):
        plan = GivenPlan(declared.plan.text, None, found["signed"], end_moment(given.through), context.place(given))
        found["plans"] = (plan, *found.get("plans", ()))


def _take_money(clause: Node, found: dict[str, Any], context: Context) -> None:
    match clause:
        case syntax.GivenCoupon():
            used = 0 if clause.used is None else context.money(clause.used)
            _add(found, "coupons", GivenCoupon(clause.coupon.text, day(clause.start), used))
        case syntax.GivenBilled():
            charge = None if clause.charge is None else clause.charge.text
            _add(found, "billed", (charge, context.money(clause.amount)))
        case syntax.GivenWallet():
            _add(found, "wallets", _lot(clause, context))
        case syntax.GivenGrant():
            priority = None if clause.priority is None else int(clause.priority.value)
            grant = GivenGrant(
                clause.name.text, clause.feature.text, context.quantity(clause.quantity), priority,
                day(clause.start), day(clause.through),
            )  # fmt: skip
            _add(found, "grants", grant)
        case syntax.GivenCredit():
            _add(found, "credits", context.money(clause.amount))
        case syntax.GivenEarlier():
            _add(found, "earlier", (clause.meter.text, context.quantity(clause.amount), clause.month.value))
        case _:
            raise Unlowerable(clause, "this cannot be given")


def _lot(node: syntax.GivenWallet, context: Context) -> GivenWallet:
    """A lot with a first day and no last one ends as its wallet says."""
    name = node.wallet.text
    start, expires = day(node.start), day(node.expires)
    wallet = next((w for w in context.scope.named("wallet", name) if isinstance(w, syntax.Wallet)), None)
    rule = None if wallet is None else first(wallet.clauses, syntax.Expires)
    if start is not None and expires is None and isinstance(rule, syntax.Expires):
        expires = add_span(start, rule.after.count, rule.after.unit) - DAY
    return GivenWallet(
        name,
        context.quantity(node.quantity) / _held_size(name, context),
        expires,
        None if node.priority is None else int(node.priority.value),
        start=start,
    )


def _held_size(wallet: str, context: Context) -> Fraction:
    """Base units in one of what a wallet holds; 1 for a name that is no wallet."""
    found = [node for node in context.scope.named("wallet", wallet) if isinstance(node, syntax.Wallet)]
    return wallet_size(found[0], context) if found else Fraction(1)


def _event(node: syntax.GivenEvent, context: Context) -> GivenEvent:
    at = moment(node.at)
    if at is None:
        raise Unlowerable(node, "a given event needs a time", "add `at DATE TIME`")
    return GivenEvent(
        type=node.type.value,
        at=at,
        attributes=_attributes(node.attributes),
        id=None if node.id is None else node.id.value,
        source=None if node.source is None else node.source.value,
        known=moment(node.known),
        place=context.place(node),
    )


def _expect(node: syntax.Expect, context: Context) -> Expect:
    kind, target, part, text = _subject(node.subject)
    value, unit, factor, places = _value(node, kind, context)
    if kind == "money" and target == "quarantined":
        kind = "quarantined"
    if kind == "money" and isinstance(node.value, syntax.Quantity):
        credit = context.credits.get(node.value.unit.text)
        if credit is None:
            raise Unlowerable(node.value, f"`{text}` is money", f"write {context.currency} and an amount")
        value = Fraction(node.value.value) * credit
    return Expect(
        kind=kind,
        target=target,
        value=value,
        unit=unit,
        part=part,
        on=None if node.on is None else node.on.value,
        at=moment(node.at),
        where=_attributes(node.attributes),
        places=places,
        factor=factor,
        text=text,
        place=context.place(node),
    )


def _subject(node: syntax.Expected) -> tuple[str, str, tuple[str, int | None] | None, str]:
    """(kind, target, part, words)."""
    match node:
        case syntax.ExpectTier():
            number = int(node.tier.value)
            return "money", node.charge.text, ("tier", number), f"{node.charge.text} tier {number}"
        case syntax.ExpectPart():
            return "money", node.charge.text, (node.part.text, None), f"{node.charge.text} {node.part.text}"
        case syntax.ExpectOn():
            return "money", node.charge.text, (node.step.text, None), f"{node.step.text} on {node.charge.text}"
        case syntax.ExpectQuantity():
            return "quantity", node.name.text, None, f"quantity {node.name.text}"
        case syntax.ExpectBillable():
            return "billable", node.charge.text, None, f"billable {node.charge.text}"
    return "money", node.name.text, None, node.name.text


def _value(node: syntax.Expect, kind: str, context: Context) -> tuple[Fraction, str | None, Fraction, int]:
    """(value, unit, base units of the unit, decimals written)."""
    value = node.value
    if isinstance(value, syntax.Number):
        return Fraction(value.value), None, Fraction(1), value.places
    written = value.amount if isinstance(value, syntax.Money) else value.value
    places = max(0, -int(written.as_tuple().exponent))
    if isinstance(value, syntax.Money):
        if kind == "money":
            return Fraction(context.money(value)), value.currency.text, Fraction(1), places
        return context.quantity(value), value.currency.text, Fraction(1), places
    unit = value.unit.text
    if unit in context.credits and unit not in context.units:
        return Fraction(value.value), unit, Fraction(1), places
    factor = context.units[unit].factor if unit in context.units else Fraction(1)
    if isinstance(node.subject, syntax.ExpectQuantity):
        factor /= _held_size(node.subject.name.text, context)
    return Fraction(value.value) * factor, unit, factor, places
