"""Coupons, wallets, dunning, taxes, indexes."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from dsl import syntax
from dsl.lowering.charges import discount_of, targets_of
from dsl.lowering.context import Context, Unlowerable, day, first, label, pico, span_of, span_per
from dsl.passes.scope import Scope
from dsl.syntax import every
from engine.model import Coupon, Dunning, Index, Tax, Wallet
from engine.money import PICO


def credits_of(scope: Scope) -> dict[str, int]:
    """Pico that one of each wallet's units is worth."""
    found: dict[str, int] = {}
    for wallet in every(scope.book, syntax.Wallet):
        for node in every(wallet, syntax.Holds):
            if node.worth is not None:
                found[node.unit.text] = pico(node.worth.amount, node.worth)
    return found


def wallet_size(node: syntax.Wallet, context: Context) -> Fraction:
    """Base units in one of what a wallet holds."""
    holds = first(node.clauses, syntax.Holds)
    return context.factor(holds.unit.text, holds) if isinstance(holds, syntax.Holds) else Fraction(1)


def coupon_of(node: syntax.Coupon, context: Context) -> Coupon:
    """A coupon."""
    found: dict[str, Any] = {}
    discounts = tuple(discount_of(c, context) for c in node.clauses if isinstance(c, syntax.Discount))
    for clause in node.clauses:
        match clause:
            case syntax.Lasts() if isinstance(clause.lifetime, syntax.Duration):
                found["lasts"] = span_of(clause.lifetime)
            case syntax.Lasts() | syntax.LastsForever():
                found["forever"] = True
            case syntax.LastsOnce():
                found["once"] = True
            case syntax.Redeem():
                found["redeem_from"], found["redeem_through"] = day(clause.start), day(clause.through)
            case syntax.Limit():
                found["limit"] = int(clause.count.value)
            case syntax.Stack():
                found["stack"] = clause.mode
    return Coupon(node.name.text, discounts, label(node.label), place=context.place(node), **found)


def wallet_of(node: syntax.Wallet, context: Context) -> Wallet:
    """A wallet; a unit that is the currency itself is worth one of it."""
    found: dict[str, Any] = {"unit": context.currency, "worth": PICO, "top_ups": ()}
    size = wallet_size(node, context)
    for clause in node.clauses:
        match clause:
            case syntax.Holds():
                found["unit"] = clause.unit.text
                found["worth"] = PICO if clause.worth is None else context.money(clause.worth)
            case syntax.TopUp():
                found["top_ups"] += ((context.money(clause.amount), context.quantity(clause.grants) / size),)
            case syntax.Recharge():
                found["recharge"] = (context.money(clause.amount), context.quantity(clause.below) / size)
            case syntax.Expires():
                found["expires"] = span_of(clause.after)
            case syntax.Pays():
                found["pays"] = targets_of(clause.targets, context)
            case syntax.Draw():
                found["draw"] = tuple(name.text for name in clause.order)
            case syntax.WalletGrants():
                found["grant"] = (context.quantity(clause.quantity) / size, span_per(clause.per), clause.prorated)
            case syntax.WalletPriority():
                found["priority"] = int(clause.value.value)
            case syntax.Rollover():
                if clause.at_least is not None:
                    raise Unlowerable(clause.at_least, "a wallet keeps a share, or at most so much")
                share = None if clause.share is None else clause.share.ratio
                most = None if clause.at_most is None else context.quantity(clause.at_most) / size
                found["rollover"] = (share, most, None if clause.lasting is None else span_of(clause.lasting))
    return Wallet(node.name.text, label=label(node.label), place=context.place(node), **found)


def dunning_of(node: syntax.Dunning, context: Context) -> Dunning:
    """A dunning schedule."""
    retries = tuple(span_of(c.after) for c in node.clauses if isinstance(c, syntax.Retry))
    actions = tuple(c.action.text if c.action is not None else "" for c in node.clauses if isinstance(c, syntax.Retry))
    last = next((c.action.text for c in node.clauses if isinstance(c, syntax.Finally)), None)
    return Dunning(node.name.text, retries, last, actions, context.place(node))


def tax_of(node: syntax.Tax, context: Context) -> Tax:
    """A tax category."""
    rate = None if node.rate is None else node.rate.ratio
    return Tax(node.name.text, label(node.label), rate, node.included, node.each == "invoice", context.place(node))


def index_of(node: syntax.Index, context: Context) -> Index:
    """A dated series of shares."""
    points = tuple(sorted((v.date.value, v.share.ratio) for v in node.clauses))
    return Index(node.name.text, points, context.place(node))
