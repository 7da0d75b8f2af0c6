"""Shares: percentages of charges that are percentages themselves, discounts of more than all, floors above caps."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from dsl import syntax
from dsl.diagnostics.model import Diagnostic, Label, error
from dsl.passes.pieces import Piece
from dsl.passes.scope import Scope
from dsl.syntax import every, only
from dsl.syntax.base import Node

FLOORED = (syntax.Plan, syntax.AddOn, syntax.Charge, syntax.Contract, syntax.Amendment, syntax.Phase)


def check_shares(scope: Scope, piece: Piece) -> list[Diagnostic]:
    """Findings about percentages, discounts, minimums and caps."""
    found = [*_percentages(scope, piece), *_discounts(piece)]
    for node in piece.any_of(*FLOORED):
        found += _limits(scope, node)
    return found


def _percentages(scope: Scope, piece: Piece) -> Iterator[Diagnostic]:
    """A percentage of other charges is priced after all of them; one of another percentage would have no order."""
    charges = {**scope.plan_charges(piece.node), **{charge.name.text: charge for charge in piece.charges()}}
    for charge in piece.charges():
        form = _of_charges(charge)
        for name in form.of or () if form is not None else ():
            other = charges.get(name.text)
            below = _of_charges(other) if other is not None else None
            if other is not None and below is not None:
                yield error(
                    "RB317",
                    name.span,
                    f"charge {name.text} is a percentage itself",
                    caret="a percentage of a percentage",
                    labels=() if other is charge else (Label(below.span, "priced here"),),
                    help="take the percentage of the charges below it",
                )


def _of_charges(charge: syntax.Charge) -> syntax.Percentage | None:
    """The price of a charge that is a share of other charges."""
    price = only(charge, syntax.PriceClause)
    form = price.price.form if price is not None else None
    if isinstance(form, syntax.Percentage) and form.of is not None and [one.text for one in form.of] != ["gross"]:
        return form
    return None


def _discounts(piece: Piece) -> Iterator[Diagnostic]:
    for one in piece.of(syntax.Discount):
        if isinstance(one.amount, syntax.Share) and one.amount.ratio > 1:
            yield error("RB610", one.amount.span, "a discount of more than 100%", help="a discount takes at most 100%")
    for node in piece.any_of(*FLOORED, syntax.Coupon):
        stack = only(node, syntax.Stack)
        if stack is not None and stack.mode == "add":
            yield from _added(node)


def _added(node: Node) -> Iterator[Diagnostic]:
    """Discounts that are added up, by what they are on."""
    sums: dict[str, Fraction] = {}
    for one in every(node, syntax.Discount):
        if not isinstance(one.amount, syntax.Share) or one.amount.ratio > 1:
            continue
        targets = one.targets
        names = [name.text for name in targets.names] if isinstance(targets, syntax.Charges) else ["everything"]
        for name in names:
            sums[name] = sums.get(name, Fraction(0)) + one.amount.ratio
        if any(sums[name] > 1 for name in names):
            yield error(
                "RB610",
                one.amount.span,
                "these discounts come to more than 100%",
                caret="the sum passes 100% here",
                help="`stack multiply` takes each from what the one before left",
            )
            return


def _limits(scope: Scope, node: Node) -> Iterator[Diagnostic]:
    """A minimum above the cap of the same block; a contract has those of its plan where it says none."""
    minimum, cap = only(node, syntax.Minimum), only(node, syntax.Cap)
    if isinstance(node, syntax.Contract) and (minimum is None) != (cap is None):
        plan = next(iter(scope.plans(node.plan.text)), None)
        if plan is not None and len(scope.plans(node.plan.text)) == 1:
            minimum, cap = minimum or only(plan, syntax.Minimum), cap or only(plan, syntax.Cap)
    if minimum is None or cap is None or minimum.amount.amount <= cap.amount.amount:
        return
    own, other = (minimum, cap) if minimum in every(node, syntax.Minimum) else (cap, minimum)
    label = "the cap" if own is minimum else "the minimum"
    yield error(
        "RB611",
        own.span,
        "the minimum is above the cap",
        labels=(Label(other.span, label),),
        help="raise the cap, or lower the minimum",
    )
