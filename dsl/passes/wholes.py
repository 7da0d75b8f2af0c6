"""RB0: numbers that must be whole or lie in a range, and time zones that must exist."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from dsl import syntax
from dsl.diagnostics.model import Diagnostic, error
from dsl.passes.scope import Scope
from dsl.syntax import walk
from dsl.syntax.base import Node, Number

MAX_DECIMALS = 12


def check_wholes(scope: Scope) -> list[Diagnostic]:
    """Findings about counts, days, ranks and time zones."""
    found: list[Diagnostic] = []
    for node in walk(scope.book):
        found += _counts(node)
        if isinstance(node, syntax.Timezone) and not _zone_exists(node.zone.value):
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
