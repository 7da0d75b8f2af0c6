"""RB0: numbers that must be whole or lie in a range, and time zones that must exist."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from dsl import syntax
from dsl.diagnostics.model import Diagnostic, error
from dsl.passes.pieces import Piece
from dsl.passes.scope import Scope
from dsl.syntax.base import Node, Number

MAX_DECIMALS = 12


_COUNTED: tuple[type[Node], ...] = (
    *(syntax.Header, syntax.Amendment, syntax.Limit, syntax.OnDay, syntax.Decimals, syntax.ExpectTier),
    *(syntax.Instalments, syntax.WalletPriority, syntax.GivenWallet, syntax.GivenGrant, syntax.PercentileOf),
    *(syntax.PercentileFold, syntax.AtLeast, syntax.AtMost, syntax.Floor),
)


def check_wholes(scope: Scope, piece: Piece) -> list[Diagnostic]:
    """Findings about counts, days, ranks and time zones."""
    found = [one for node in piece.any_of(*_COUNTED) for one in _counts(node)]
    for node in piece.of(syntax.Timezone):
        if not _zone_exists(node.zone.value):
            found.append(
                error(
                    "RB109",
                    node.zone.span,
                    f"no time zone named `{node.zone.value}`",
                    help='use an IANA name such as "Europe/Madrid" or "UTC"',
                )
            )
    return found


def _counts(node: Node) -> list[Diagnostic]:
    match node:
        case syntax.Header(version=number) | syntax.Amendment(number=number) | syntax.Limit(count=number):
            return _whole(number, 1, None)
        case syntax.OnDay(day=number):
            return _whole(number, 1, 31)
        case syntax.Decimals(count=number):
            return _whole(number, 0, MAX_DECIMALS)
        case syntax.ExpectTier(tier=number) | syntax.Instalments(count=number):
            return _whole(number, 1, None)
        case syntax.WalletPriority(value=number):
            return _whole(number, 0, None)
        case syntax.GivenWallet(priority=Number() as number) | syntax.GivenGrant(priority=Number() as number):
            return _whole(number, 0, None)
        case syntax.PercentileOf(rank=number) | syntax.PercentileFold(rank=number):
            if not 0 < number.value <= 100:
                return [error("RB020", number.span, "a percentile is above 0 and at most 100")]
        case syntax.AtLeast(amount=Number() as number) | syntax.AtMost(amount=Number() as number):
            return _zero(number)
        case syntax.Floor(amount=Number() as number):
            return _zero(number)
    return []


def _whole(number: Number, low: int, high: int | None) -> list[Diagnostic]:
    value = number.value
    if value == value.to_integral_value() and value >= low and (high is None or value <= high):
        return []
    limits = f"{low} to {high}" if high is not None else f"{low} or more"
    return [error("RB020", number.span, f"a whole number is needed here, {limits}")]


def _zero(number: Number) -> list[Diagnostic]:
    if number.value == 0:
        return []
    return [error("RB020", number.span, "this amount has no currency", help="write e.g. `USD 5`; only 0 needs none")]


def _zone_exists(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return False
    return True
