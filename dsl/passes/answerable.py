"""RB7: examples whose question has no one answer: usage without a time where the hour decides, tiers that are not."""

from __future__ import annotations

from collections.abc import Iterator

from dsl import syntax
from dsl.diagnostics.model import Diagnostic, error
from dsl.passes.examples import plans_of
from dsl.passes.pieces import Piece
from dsl.passes.scope import Scope
from dsl.syntax import every, only, walk
from dsl.syntax.base import Node


def check_answerable(scope: Scope, piece: Piece) -> list[Diagnostic]:
    """Findings about given usage and expected tiers."""
    found: list[Diagnostic] = []
    for example in piece.of(syntax.Example):
        charges = list(_charges(scope, example))
        for usage in every(example, syntax.GivenUsage):
            if usage.at is None:
                found += _untimed(scope, usage, charges)
        for expect in every(example, syntax.Expect):
            if isinstance(expect.subject, syntax.ExpectTier):
                found += _no_such_tier(scope, expect.subject, charges)
    return found


def _charges(scope: Scope, example: syntax.Example) -> Iterator[syntax.Charge]:
    """The charges that the example's plans and contract bring, of all their versions."""
    for name in plans_of(scope, example):
        for plan in scope.plans(name):
            yield from every(plan, syntax.Charge)
    for given in every(example, syntax.GivenContract):
        contract = scope.contract(given.contract.text)
        if contract is not None:
            yield from every(contract, syntax.Charge)


def _untimed(scope: Scope, usage: syntax.GivenUsage, charges: list[syntax.Charge]) -> list[Diagnostic]:
    for charge in charges:
        meter = only(charge, syntax.ForMeter)
        if meter is None or meter.meter.text != usage.meter.text:
            continue
        for axis in _band_axes(charge):
            calendar = scope.calendar(axis.calendar.text)
            if calendar is not None and len(every(calendar, syntax.Band)) > 1:
                return [
                    error(
                        "RB707",
                        usage.meter.span,
                        f"when is this usage of {usage.meter.text}? Charge {charge.name.text} is priced by band",
                        help="add `at DATE TIME`",
                    )
                ]
    return []


def _band_axes(charge: syntax.Charge) -> Iterator[syntax.BandAxis]:
    for node in walk(charge):
        if isinstance(node, syntax.Matrix):
            yield from (axis for axis in node.axes if isinstance(axis, syntax.BandAxis))


def _no_such_tier(scope: Scope, subject: syntax.ExpectTier, charges: list[syntax.Charge]) -> list[Diagnostic]:
    own = [c for c in charges if c.name.text == subject.charge.text]
    prices: list[Node] = [*own, *scope.look("override of", subject.charge.text)]
    most = max((_tiers(node) for price in prices for node in walk(price)), default=0)
    if not own or 1 <= subject.tier.value <= most:
        return []
    tiers = "1 tier" if most == 1 else f"{most} tiers" if most else "no tiers"
    return [error("RB708", subject.tier.span, f"charge {subject.charge.text} has {tiers}")]


def _tiers(node: Node) -> int:
    if isinstance(node, (syntax.Graduated, syntax.Volume)):
        return len(node.clauses)
    return 2 if isinstance(node, syntax.Committed) else 0
