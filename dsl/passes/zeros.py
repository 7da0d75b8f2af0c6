"""RB206: zero (or less) where something is divided by it."""

from __future__ import annotations

from decimal import Decimal

from dsl import syntax
from dsl.diagnostics.model import Diagnostic, error
from dsl.passes.pieces import Piece
from dsl.passes.scope import Scope
from dsl.syntax.base import Node

_DIVIDING: tuple[type[Node], ...] = (
    *(syntax.Package, syntax.PerUnit, syntax.Series, syntax.UnitRounding, syntax.RoundUsage, syntax.Rounding),
    *(syntax.Holds, syntax.Currency, syntax.Percentage),
)


def check_zeros(scope: Scope, piece: Piece) -> list[Diagnostic]:
    """Findings about divisors, steps and worths that are not above zero."""
    return [one for node in piece.any_of(*_DIVIDING) for one in _zero(node)]


def _zero(node: Node) -> list[Diagnostic]:
    match node:
        case syntax.Package(per=syntax.Per(count=syntax.Number() as count)) if count.value <= 0:
            return [error("RB206", count.span, "a package of zero")]
        case syntax.PerUnit(per=syntax.Per(count=syntax.Number() as count)) if count.value <= 0:
            return [error("RB206", count.span, "a price per zero units")]
        case syntax.Series(per=per) | syntax.UnitRounding(per=per) if per.count is not None and per.count.value <= 0:
            return [error("RB206", per.span, "a price per zero units")]
        case syntax.RoundUsage(step=step) if _amount(step) <= 0:
            return [error("RB206", step.span, "usage cannot be rounded to zero", help="write e.g. `round up to 1 ...`")]
        case syntax.Rounding(resolution=syntax.Money() as step) if step.amount <= 0:
            return [error("RB206", step.span, "an amount cannot be rounded to a multiple of zero")]
        case syntax.Holds(worth=syntax.Money() as worth) | syntax.Currency(worth=syntax.Money() as worth) if (
            worth.amount <= 0
        ):
            return [error("RB206", worth.span, "a worth is above zero")]
        case syntax.Percentage(share=share, of=tuple()) if share.ratio >= 1 and _is_gross(node):
            return [error("RB206", share.span, "a fee of all of the gross leaves nothing", help="write less than 100%")]
    return []


def _amount(amount: syntax.Amount) -> Decimal:
    return amount.amount if isinstance(amount, syntax.Money) else amount.value


def _is_gross(node: syntax.Percentage) -> bool:
    return node.of is not None and [name.text for name in node.of] == ["gross"]
