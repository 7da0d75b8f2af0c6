"""RB8: what a customer will read."""

from __future__ import annotations

from dsl.diagnostics.model import Diagnostic, warning
from dsl.passes.pieces import Piece
from dsl.passes.scope import Scope, described


def check_labels(scope: Scope, piece: Piece) -> list[Diagnostic]:
    """Charges that reach an invoice without words for it."""
    return [
        warning(
            "RB801",
            charge.name.span,
            f"charge {charge.name.text} of {described(piece.node)} has no label",
            help=f'write `charge {charge.name.text} "What the invoice says"`',
        )
        for charge in piece.charges()
        if charge.label is None
    ]
