"""Contracts with their phases and amendments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from dsl import syntax
from dsl.lowering.charges import charges_of, discount_of, limit_of, steps_of, targets_of
from dsl.lowering.context import Context, Unlowerable, day, one, span_of, texts
from dsl.lowering.plans import payment_of, take_plan_clause
from dsl.lowering.prices import price_of, rate_of
from dsl.lowering.shared import decimals_of, rounding_of
from dsl.syntax.base import Node
from engine.calendar import add_span
from engine.model import Amendment, Commit, Contract, Escalation, Override, Phase, Span, Terms

YEAR = Span(12, "month")
# Read by other functions of this module and by `payment_of` and `charges_of`
_ELSEWHERE = (
    syntax.Phase, syntax.Coterm, syntax.Source, syntax.Charge, syntax.PaymentDue, syntax.Instalments, syntax.Collect,
)  # fmt: skip


def contract_of(node: syntax.Contract, amendments: Sequence[syntax.Amendment], context: Context) -> Contract:
    """A contract; its amendments in the order of their numbers."""
    start = day(node.start) or dt.date.min
    coterm = [n for c in node.clauses if isinstance(c, syntax.Coterm) for n in texts(c.contracts)]
    source = next((c.document.value for c in node.clauses if isinstance(c, syntax.Source)), None)
    own = [a for a in amendments if a.contract.text == node.name.text]
    return Contract(
        name=node.name.text,
        customer=node.customer.value,
        plan=node.plan.text,
        start=start,
        through=day(node.through),
        terms=terms_of(node.clauses, start, context),
        phases=_phases(node.clauses, day(node.through), context),
        amendments=tuple(_amendment(a, context) for a in sorted(own, key=lambda a: a.number.value)),
        coterm=tuple(coterm),
        source=source,
        place=context.place(node),
    )


def _amendment(node: syntax.Amendment, context: Context) -> Amendment:
    start = day(node.start) or dt.date.min
    return Amendment(
        number=int(node.number.value),
        contract=node.contract.text,
        start=start,
        terms=terms_of(node.clauses, start, context),
        through=day(node.through),
        document=None if node.document is None else node.document.value,
        phases=_phases(node.clauses, day(node.through), context),
        place=context.place(node),
    )


def _phases(clauses: Sequence[Node], end: dt.date | None, context: Context) -> tuple[Phase, ...]:
    return tuple(
        Phase(
            c.name.text,
            day(c.start) or dt.date.min,
            day(c.through) or end or dt.date.max,
            terms_of(c.clauses, day(c.start) or dt.date.min, context),
            context.place(c),
        )
        for c in clauses
        if isinstance(c, syntax.Phase)
    )


def terms_of(clauses: Sequence[Node], start: dt.date, context: Context) -> Terms:
    """What a contract, phase or amendment says."""
    several = ("overrides", "discounts", "escalations", "commits", "early", "grants", "alerts", "credits", "changes")
    found: dict[str, Any] = dict.fromkeys(several, ())
    for clause in clauses:
        match clause:
            case syntax.Override():
                price = price_of(clause.price, context)
                found["overrides"] += (Override(clause.charge.text, price, place=context.place(clause)),)
            case syntax.Discount():
                found["discounts"] += (discount_of(clause, context),)
            case syntax.Escalate():
                found["escalations"] += (_escalation(clause, start, context),)
            case syntax.Commit():
                found["commits"] += (_commit(clause, context),)
            case syntax.Minimum() | syntax.Cap():
                found["minimum" if isinstance(clause, syntax.Minimum) else "cap"] = limit_of(clause, context)
            case syntax.Stack():
                found["stack"] = clause.mode
            case syntax.Apply():
                found["apply"] = steps_of(clause)
            case syntax.Taxed():
                found["taxed"] = texts(clause.names)
            case syntax.Rounding():
                found["rounding"] = rounding_of(clause, decimals_of(context.currency))
            case syntax.Pool():
                found["pool_by"] = clause.by.text
            case _ if not isinstance(clause, _ELSEWHERE):
                take_plan_clause(clause, found, context)
    return Terms(charges=charges_of(clauses, context), payment=payment_of(clauses), **found)


def _escalation(node: syntax.Escalate, start: dt.date, context: Context) -> Escalation:
    every = YEAR if node.every is None else span_of(node.every)
    first = day(node.start) or add_span(start, every.count, every.unit)
    resolution = None if node.rounding is None else node.rounding.resolution
    decimals = int(resolution.count.value) if isinstance(resolution, syntax.Decimals) else None
    return Escalation(
        every=every,
        start=first,
        on=targets_of(node.on, context),
        share=node.by.ratio if isinstance(node.by, syntax.Share) else None,
        index=node.by.index.text if isinstance(node.by, syntax.ByIndex) else None,
        floor=None if node.least is None else node.least.ratio,
        ceiling=None if node.most is None else node.most.ratio,
        decimals=decimals,
        place=context.place(node),
    )


def _rollover(node: syntax.Rollover, money: bool, context: Context) -> dict[str, Any]:
    """What a commitment keeps: a share of itself (all, unless said), at most so much of what it is measured in."""
    if node.at_least is not None:
        raise Unlowerable(node.at_least, "a commitment keeps a share, or at most so much")
    most = node.at_most
    if most is not None and money != (isinstance(most, syntax.Money) and most.currency.text not in context.units):
        wanted = f"{context.currency} and an amount" if money else "a quantity of its unit"
        raise Unlowerable(most, "this commitment is not measured in it", f"write {wanted}")
    limit = None if most is None else Fraction(context.money(most)) if money else context.quantity(most)  # type: ignore[arg-type]
    return {
        "rollover": Fraction(1) if node.share is None else node.share.ratio,
        "rollover_most": limit,
        "rollover_for": None if node.lasting is None else span_of(node.lasting),
    }


def _commit(node: syntax.Commit, context: Context) -> Commit:
    found: dict[str, Any] = {}
    if isinstance(node.amount, syntax.Money) and node.amount.currency.text not in context.units:
        found["amount"] = context.money(node.amount)
    else:
        found["quantity"] = context.quantity(node.amount)
        found["unit"] = node.amount.unit.text if isinstance(node.amount, syntax.Quantity) else None
    for clause in node.clauses:
        match clause:
            case syntax.Draws():
                found["draws"] = targets_of(clause.targets, context)
            case syntax.TrueUp():
                found["true_up"] = "term" if clause.period.unit == "term" else one(clause.period.unit)
            case syntax.Rollover():
                found |= _rollover(clause, "amount" in found, context)
            case syntax.WalletPriority():
                found["priority"] = int(clause.value.value)
            case syntax.Overage() if isinstance(clause.price, syntax.OfList):
                found["overage"] = clause.price.share.ratio
            case syntax.Overage() if not isinstance(clause.price, syntax.OfList):
                found["overage_of_list"], found["overage_price"] = False, rate_of(clause.price, context)
    return Commit(
        per=None if node.per.unit == "term" else one(node.per.unit),
        advance=node.timing == "advance",
        band=None if node.band is None else (node.band.calendar.text, node.band.band.text),
        place=context.place(node),
        **found,
    )
