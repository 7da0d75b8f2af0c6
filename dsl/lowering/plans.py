"""Plans and add-ons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dsl import syntax
from dsl.lowering.charges import charges_of, discount_of, limit_of, prorate_of, targets_of
from dsl.lowering.context import DAY, Context, Unlowerable, day, label, one, span_of, span_per, texts
from dsl.lowering.shared import DAYS, MONTHS, decimals_of, rounding_of
from dsl.syntax.base import Node
from engine.model import (
    Alert,
    Anchor,
    Charge,
    Corrections,
    Cycle,
    EarlyBill,
    Grant,
    Payment,
    Plan,
    RecurringCredit,
    Span,
)

_CADENCES = {
    "hourly": Span(1, "hour"), "daily": Span(1, "day"), "weekly": Span(1, "week"), "monthly": Span(1, "month"),
    "quarterly": Span(1, "quarter"), "half_yearly": Span(1, "half_year"), "yearly": Span(1, "year"),
}  # fmt: skip
MONTHLY = Cycle(Span(1, "month"))


def plan_of(node: syntax.Plan | syntax.AddOn, context: Context) -> Plan:
    """One dated version of a plan."""
    found: dict[str, Any] = {"cycle": MONTHLY, "early": (), "grants": (), "alerts": (), "credits": (),
                             "changes": (), "discounts": ()}  # fmt: skip
    for clause in node.clauses:
        _take(clause, found, context)
    add_on = isinstance(node, syntax.AddOn)
    attached = node.attaches_to if isinstance(node, syntax.AddOn) else None
    payment = payment_of(node.clauses)
    return Plan(
        name=node.name.text,
        charges=_with_defaults(charges_of(node.clauses, context), node.clauses, context),
        label=label(node.label),
        start=day(node.start),
        through=day(node.through),
        add_on=add_on,
        add_on_to=attached[0].text if attached else None,
        payment=payment,
        place=context.place(node),
        **found,
    )


def _take(clause: Node, found: dict[str, Any], context: Context) -> None:
    match clause:
        case syntax.Bill():
            found["cycle"] = cycle_of(clause)
        case syntax.BillEarly():
            found["early"] += (EarlyBill(context.money(clause.amount), clause.mode == "every", clause.once),)
        case syntax.Trial():
            found["trial"] = span_of(clause.duration)
        case syntax.Prorate():
            found["prorate"] = prorate_of(clause)
        case syntax.Minimum() | syntax.Cap():
            found["minimum" if isinstance(clause, syntax.Minimum) else "cap"] = limit_of(clause, context)
        case syntax.Grant():
            found["grants"] += (_grant(clause, context),)
        case syntax.Alert():
            if not isinstance(clause.amount, syntax.Money):
                raise Unlowerable(clause, "an alert watches money", "limit a quantity with `grant FEATURE Q hard`")
            amount = context.money(clause.amount)
            per = None if clause.per is None else span_per(clause.per)
            found["alerts"] += (Alert(clause.limit == "hard", amount, per),)
        case syntax.Follow():
            found["dunning"] = clause.dunning.text
        case syntax.Discount():
            found["discounts"] += (discount_of(clause, context),)
        case syntax.Stack():
            found["stack"] = clause.mode
        case syntax.Apply():
            found["apply"] = texts(clause.steps)
        case syntax.Corrections():
            found["corrections"] = _corrections(clause, context)
        case syntax.RecurringCredit():
            credit = RecurringCredit(
                context.money(clause.amount), span_per(clause.per), targets_of(clause.targets, context),
                clause.prorated, context.place(clause),
            )  # fmt: skip
            found["credits"] += (credit,)
        case syntax.ChangePolicy():
            found["changes"] += ((clause.event, f"{clause.when} {clause.proration or ''}".strip()),)


def _with_defaults(charges: Sequence[Charge], clauses: Sequence[Node], context: Context) -> tuple[Charge, ...]:
    """What a plan says once for all its charges (taxes, rounding, pooling), where a charge does not say it itself."""
    taxed: tuple[str, ...] = ()
    rounding, pool_by = None, None
    for clause in clauses:
        match clause:
            case syntax.Taxed():
                taxed = texts(clause.names)
            case syntax.Rounding():
                rounding = rounding_of(clause, decimals_of(context.currency))
            case syntax.Pool():
                pool_by = clause.by.text
    return tuple(
        replace(c, taxed=c.taxed or taxed, rounding=c.rounding or rounding, pool_by=c.pool_by or pool_by)
        for c in charges
    )


def cycle_of(node: syntax.Bill) -> Cycle:
    """The billing cycle; without an anchor it follows the calendar."""
    length = _CADENCES[node.cadence.word] if isinstance(node.cadence, syntax.Cadence) else span_of(node.cadence)
    timing: Any = node.timing or "arrears"
    return Cycle(length, timing, _anchor(node.anchor))


def _anchor(node: object) -> Anchor:
    match node:
        case syntax.OnSignup():
            return Anchor(signup=True)
        case syntax.OnDay():
            month = None if node.month is None else MONTHS.index(node.month) + 1
            return Anchor(day=int(node.day.value), month=month)
        case syntax.OnWeekday():
            return Anchor(weekday=DAYS.index(node.weekday))
    return Anchor(day=1)


def _grant(node: syntax.Grant, context: Context) -> Grant:
    quantity = None if node.quantity is None else context.quantity(node.quantity)
    unit = None if node.quantity is None else node.quantity.unit.text
    per = None if node.per is None or node.per.unit == "term" else one(node.per.unit)
    if node.rollover is not None:
        raise Unlowerable(node.rollover, "a grant starts anew with its span", "use a wallet for what should last")
    priority = None if node.priority is None else int(node.priority.value)
    return Grant(node.feature.text, quantity, unit, per, node.limit == "hard", priority, context.place(node))


def _corrections(node: syntax.Corrections, context: Context) -> Corrections:
    found = Corrections()
    for clause in node.clauses:
        match clause:
            case syntax.CorrectWithin():
                found = replace(found, within=span_of(clause.duration))
            case syntax.Absorb():
                if not isinstance(clause.amount, syntax.Money):
                    raise Unlowerable(clause, "what is absorbed is an amount of money", "write `absorb below USD 1`")
                found = replace(found, absorb_below=context.money(clause.amount))
            case syntax.CorrectCharge():
                found = replace(found, charge="own" if clause.where.startswith("own") else "next")
            case syntax.CorrectCredit():
                if clause.by == "wallet":
                    raise Unlowerable(clause, "a correction is credited by credit note or on the next invoice")
                found = replace(found, credit="next" if "next" in clause.by else "note")
    return found


def payment_of(clauses: Sequence[Node]) -> Payment | None:
    """Payment terms among clauses."""
    found: Payment | None = None
    for clause in clauses:
        match clause:
            case syntax.PaymentDue():
                found = replace(found or Payment(), due=span_of(clause.duration))
            case syntax.Instalments():
                found = replace(found or Payment(), instalments=int(clause.count.value), every=span_of(clause.every))
            case syntax.Collect():
                found = replace(found or Payment(), automatic=clause.mode == "automatically")
    return found


def closed_versions(plans: Sequence[Plan]) -> tuple[Plan, ...]:
    """Plans by name and date; an open version ends the day before the next one of its name starts."""
    ordered = sorted(plans, key=lambda p: (p.name, p.start or dt.date.min))
    result = []
    for plan, following in zip(ordered, [*ordered[1:], None], strict=True):
        same = following is not None and following.name == plan.name and following.start is not None
        if same and plan.through is None and following is not None and following.start is not None:
            plan = replace(plan, through=following.start - DAY)
        result.append(plan)
    return tuple(result)
