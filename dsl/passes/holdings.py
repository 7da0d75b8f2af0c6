"""RB2: what is put into wallets and grants is measured in what they hold."""

from __future__ import annotations

from collections.abc import Iterator

from dsl import syntax
from dsl.diagnostics.model import Diagnostic, error
from dsl.passes.pieces import Piece
from dsl.passes.scope import Family, Scope, unit_of
from dsl.syntax import only
from dsl.syntax.base import Name


def check_holdings(scope: Scope, piece: Piece) -> list[Diagnostic]:
    """Findings about amounts of wallets and grants. Names that do not exist are RB1 and pass here in silence."""
    found: list[Diagnostic] = []
    for amount, counted, where in _held(scope, piece):
        unit = unit_of(amount).text
        family = scope.family(unit)
        if counted is not None and family is not None and family.base != counted.base:
            found.append(
                error("RB211", amount.span, f"{unit} does not measure a quantity in {counted.base}", notes=(where,))
            )
    return found


def _held(scope: Scope, piece: Piece) -> Iterator[tuple[syntax.Amount, Family | None, str]]:
    """Every such amount, the family it must be of, and where that is said."""
    for wallet in piece.of(syntax.Wallet):
        for amount in _amounts(wallet):
            yield amount, _wallet_family(scope, wallet.name), f"wallet {wallet.name.text}"
    for lot in piece.of(syntax.GivenWallet):
        yield lot.quantity, _wallet_family(scope, lot.wallet), f"wallet {lot.wallet.text}"
    grants = [(g.feature, g.quantity) for g in piece.of(syntax.Grant)]
    for feature, quantity in (*grants, *((g.feature, g.quantity) for g in piece.of(syntax.GivenGrant))):
        if quantity is not None:
            yield quantity, _feature_family(scope, feature), f"feature {feature.text}"


def _amounts(wallet: syntax.Wallet) -> Iterator[syntax.Amount]:
    for clause in wallet.clauses:
        match clause:
            case syntax.TopUp(grants=amount) | syntax.Recharge(below=amount) | syntax.WalletGrants(quantity=amount):
                yield amount
            case syntax.Rollover(at_most=amount) if amount is not None:
                yield amount


def _wallet_family(scope: Scope, name: Name) -> Family | None:
    """What a wallet holds; a wallet that does not say holds the book's currency."""
    for wallet in scope.named("wallet", name.text):
        holds = only(wallet, syntax.Holds)
        if holds is not None:
            return scope.family(holds.unit.text)
    return None


def _feature_family(scope: Scope, name: Name) -> Family | None:
    for feature in scope.named("feature", name.text):
        kind = feature.kind if isinstance(feature, syntax.Feature) else None
        if isinstance(kind, syntax.MeteredFeature):
            return scope.meter_family(kind.meter.text)
        if isinstance(kind, syntax.Licensed):
            return scope.family(kind.unit.text)
    return None
