"""Plans and add-ons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from dsl import syntax
from dsl.calendars import MONTHS, WEEKDAYS
from dsl.lowering.charges import charges_of, discount_of, limit_of, prorate_of, steps_of, targets_of
from dsl.lowering.context import DAY, Context, day, label, one, span_of, span_per, texts
from dsl.lowering.shared import decimals_of, rounding_of
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
        take_plan_clause(clause, found, context)
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


def take_plan_clause(clause: Node, found: dict[str, Any], context: Context) -> None:
    """What a plan-level clause says, put into `found` by the name of its field; contracts may say the same."""
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
            found["alerts"] += (_alert(clause, context),)
        case syntax.Follow():
            found["dunning"] = clause.dunning.text
        case syntax.Discount():
            found["discounts"] += (discount_of(clause, context),)
        case syntax.Stack():
            found["stack"] = clause.mode
        case syntax.Apply():
            found["apply"] = steps_of(clause)
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
            return Anchor(weekday=WEEKDAYS.index(node.weekday))
    return Anchor(day=1)


def _alert(node: syntax.Alert, context: Context) -> Alert:
    per = None if node.per is None else span_per(node.per)
    if isinstance(node.amount, syntax.Money):
        return Alert(node.limit == "hard", context.money(node.amount), per)
    return Alert(node.limit == "hard", 0, per, context.quantity(node.amount), node.amount.unit.text)


def _grant(node: syntax.Grant, context: Context) -> Grant:
    quantity = None if node.quantity is None else context.quantity(node.quantity)
    unit = None if node.quantity is None else node.quantity.unit.text
    per = None if node.per is None or node.per.unit == "term" else one(node.per.unit)
    priority = None if node.priority is None else int(node.priority.value)
    return Grant(
        node.feature.text,
        quantity,
        unit,
        per,
        node.limit == "hard",
        priority,
        _rollover(node.rollover, context),
        context.place(node),
    )


def _rollover(
    node: syntax.Rollover | None, context: Context
) -> tuple[Fraction | None, Fraction | None, Fraction | None, Span | None] | None:
    if node is None:
        return None
    least = None if node.at_least is None else context.quantity(node.at_least)
    most = None if node.at_most is None else context.quantity(node.at_most)
    share = None if node.share is None else node.share.ratio
    return share, least, most, None if node.lasting is None else span_of(node.lasting)


def _corrections(node: syntax.Corrections, context: Context) -> Corrections:
    found = Corrections()
    for clause in node.clauses:
        match clause:
            case syntax.CorrectWithin():
                found = replace(found, within=span_of(clause.duration))
            case syntax.Absorb():
                if isinstance(clause.amount, syntax.Money):
                    found = replace(found, absorb_below=context.money(clause.amount))
                else:
                    found = replace(found, absorb_share=clause.amount.ratio)
            case syntax.CorrectCharge():
                found = replace(found, charge="own" if clause.where.startswith("own") else "next")
            case syntax.CorrectCredit():
                where: Any = {"next invoice": "next", "wallet": "wallet"}.get(clause.by, "note")
                found = replace(found, credit=where)
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
    for plan, following in zip(ordered, [*ordered[1:], None], strict=False):
        same = following is not None and following.name == plan.name and following.start is not None
        if same and plan.through is None and following is not None and following.start is not None:
            plan = replace(plan, through=following.start - DAY)
        result.append(plan)
    return tuple(result)
