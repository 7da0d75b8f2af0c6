"""RB3, tiers: every quantity has exactly one price. Gaps, overlaps, order, and the open last row."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from dsl import syntax
from dsl.diagnostics.model import Diagnostic, Label, error
from dsl.passes.pieces import Piece
from dsl.passes.scope import Scope, described, unit_of
from dsl.syntax import only, walk
from dsl.syntax.base import Node

Tiered = syntax.Graduated | syntax.Volume


class Priced(NamedTuple):
    """What is priced, and where, for messages."""

    counted: str
    note: str


def check_tiers(scope: Scope, piece: Piece) -> list[Diagnostic]:
    """Findings about tiers."""
    found: list[Diagnostic] = []
    if not piece.of(syntax.Graduated) and not piece.of(syntax.Volume):
        return found
    for place, node in priced(piece):
        for form in walk(node):
            if isinstance(form, (syntax.Graduated, syntax.Volume)):
                found += _tiers(scope, form, place)
    return found


def priced(piece: Piece) -> Iterator[tuple[Priced, Node]]:
    """The charges and overrides of a declaration, each with what messages say of it."""
    holder = described(piece.node)
    for charge in piece.charges():
        meter = only(charge, syntax.ForMeter)
        counted = meter.meter.text if meter else charge.name.text
        yield Priced(counted, f"in charge {charge.name.text} of {holder}"), charge
    for node in piece.overrides():
        yield Priced(node.charge.text, f"in the override of {node.charge.text} in {holder}"), node


def lower_bound(tier: syntax.Tier) -> syntax.Bound | None:
    """The exclusive lower border that a tier writes."""
    match tier.bounds:
        case syntax.Above(lower=bound) | syntax.Between(above=syntax.Above(lower=bound)):
            return bound
    return None


def upper_bound(tier: syntax.Tier) -> syntax.Bound | None:
    """The inclusive upper border that a tier writes."""
    match tier.bounds:
        case syntax.UpTo(upper=bound) | syntax.Between(up_to=syntax.UpTo(upper=bound)):
            return bound
    return None


def _value(scope: Scope, bound: syntax.Bound) -> Fraction:
    return scope.in_base(bound.amount)


def _moving(bound: syntax.Bound) -> tuple[str, str | None] | None:
    return None if bound.per is None else (bound.per.unit.text, bound.per.of.text if bound.per.of else None)


def written(bound: syntax.Bound) -> str:
    """A border as its author wrote it."""
    amount = bound.amount
    if isinstance(amount, syntax.Money):
        return f"{amount.currency.text} {amount.amount:,f}".replace(",", "_")
    return f"{amount.value:,f} {amount.unit.text}".replace(",", "_")


def _tiers(scope: Scope, form: Tiered, place: Priced) -> list[Diagnostic]:
    tiers = form.clauses
    if not tiers:
        return [
            error("RB305", form.span, "no tiers at all", notes=(place.note,), help="write `up to` and `above` rows")
        ]
    mixed = _mixed_units(scope, tiers, place)
    if mixed:
        return mixed
    found: list[Diagnostic] = []
    first = lower_bound(tiers[0])
    if first is not None and _value(scope, first) > 0:
        found.append(
            error(
                "RB301",
                tiers[0].bounds.span,
                f"no price for {place.counted} up to {written(first)}",
                caret="the first tier starts here",
                notes=(place.note,),
                help=f"start with `up to {written(first)}`",
            )
        )
    for before, tier in pairwise(tiers):
        found += _joint(scope, before, tier, place)
    last = upper_bound(tiers[-1])
    if last is not None:
        found.append(
            error(
                "RB305",
                tiers[-1].bounds.span,
                f"no price for {place.counted} above {written(last)}",
                caret="the last tier ends here",
                notes=(place.note,),
                help=f"add `above {written(last)}: ...`, or `above {written(last)}: not sold`",
            )
        )
    return found


def _mixed_units(scope: Scope, tiers: tuple[syntax.Tier, ...], place: Priced) -> list[Diagnostic]:
    """Borders of other families, or fixed beside moving ones, cannot be compared."""
    bounds = [bound for tier in tiers for bound in (lower_bound(tier), upper_bound(tier)) if bound is not None]
    for bound in bounds[1:]:
        one, other = (scope.family(unit_of(item.amount).text) for item in (bounds[0], bound))
        if one and other and one.base != other.base:
            return [
                error(
                    "RB311",
                    bound.span,
                    "the borders of these tiers are in different units",
                    notes=(place.note,),
                    caret=f"not a multiple of {one.base}",
                    labels=(Label(bounds[0].span, "first here"),),
                )
            ]
        if _moving(bound) != _moving(bounds[0]):
            return [
                error(
                    "RB311",
                    bound.span,
                    "a moving border beside another kind of border",
                    notes=(place.note,),
                    labels=(Label(bounds[0].span, "first here"),),
                )
            ]
    return []


def _joint(scope: Scope, before: syntax.Tier, tier: syntax.Tier, place: Priced) -> list[Diagnostic]:
    """How a tier continues the one above it."""
    end, start, stop = upper_bound(before), lower_bound(tier), upper_bound(tier)
    if end is None:
        return [
            error(
                "RB304",
                tier.bounds.span,
                "a tier after the open one",
                caret="never reached",
                notes=(place.note,),
                labels=(Label(before.bounds.span, "this tier has no end"),),
            )
        ]
    ends, starts = _value(scope, end), _value(scope, start) if start is not None else None
    before_end = before.bounds.up_to.span if isinstance(before.bounds, syntax.Between) else before.bounds.span
    here = tier.bounds.above.span if isinstance(tier.bounds, syntax.Between) else tier.bounds.span
    label = (Label(before_end, "this tier ends here"),)
    if stop is not None and _value(scope, stop) <= max(ends, starts or 0):
        return [
            error(
                "RB303",
                tier.bounds.span,
                "the borders of these tiers do not ascend",
                caret="not above the tier before",
                labels=label,
                notes=(place.note,),
            )
        ]
    if starts is None or starts == ends:
        return []
    low, high = sorted((end, start or end), key=lambda bound: _value(scope, bound))
    between = f"between {written(low)} and {written(high)}"
    gap = starts > ends
    code, message = (
        ("RB301", f"no price for {place.counted} {between}")
        if gap
        else ("RB302", f"two prices for {place.counted} {between}")
    )
    return [
        error(
            code,
            here,
            message,
            caret="the next one starts here",
            labels=label,
            notes=(place.note,),
            help=f"write `above {written(end)}`",
        )
    ]
