"""What a unit costs: on average up to a quantity, the next one, and where the average is lowest."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from engine.questions.asked import Asked
from engine.questions.cheaper import check_range
from engine.questions.errors import BadQuestion
from engine.questions.nodes import Node, nodes
from engine.questions.pieces import Piece, pieces
from engine.questions.suited import check
from engine.rating import RatingError


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """Pico per base unit at a quantity: `effective` is bill / quantity.

    `marginal`: what more usage adds there for a unit (of whole things: what the next one adds); None at the end of
    what is sold. `jump`: pico that the least more usage adds at once.
    """

    quantity: Fraction
    amount: Fraction
    effective: Fraction
    marginal: Fraction | None
    jump: Fraction


@dataclass(frozen=True, slots=True)
class Lowest:
    """The lowest effective price, pico per base unit, and where: at a node, or (None) approached without end.

    `beyond`: every quantity above the node has it.
    """

    effective: Fraction
    node: Node | None
    beyond: bool = False


def unit_price(asked: Asked, quantity: Fraction) -> UnitPrice:
    """The effective and the marginal price at a quantity above zero; raises `NoPrice` where there is none."""
    check_range(asked, quantity, None)
    check(asked)
    if quantity == 0:
        raise BadQuestion("nothing has no price for a unit", hint="ask at a quantity above 0")
    piece = next(pieces(asked.exact, quantity, whole=asked.whole))
    if isinstance(piece.value, RatingError):
        raise piece.value
    marginal, jump = _marginal(asked, piece, piece.value)
    return UnitPrice(quantity, piece.value, piece.value / quantity, marginal, jump)


def _marginal(asked: Asked, piece: Piece, value: Fraction) -> tuple[Fraction | None, Fraction]:
    above = piece.above
    if above is None or isinstance(above, RatingError):
        return None, Fraction(0)
    if asked.whole:
        return asked.exact(piece.at + 1) - value, Fraction(0)
    return above.slope, above.at(piece.at, 1) - value


def lowest_price(asked: Asked, start: Fraction = Fraction(0), stop: Fraction | None = None) -> Lowest:
    """Where the effective price is lowest between `start` and `stop` (None: without end)."""
    check_range(asked, start, stop)
    check(asked)
    found, tail = nodes(pieces(asked.exact, start, stop, whole=asked.whole))
    priced = [n for n in found if n.fault is None and n.at > 0]
    best = min(priced, key=lambda n: (n.value / n.at, n.side != 0, n.at), default=None)
    if tail is not None and (best is None or tail.slope < best.value / best.at):
        if not tail.shape.const and not tail.shape.stairs:
            return Lowest(tail.slope, Node(tail.at, 1), beyond=True)
        return Lowest(tail.slope, None)
    if best is None:
        raise BadQuestion(f"{asked.name} has no price for any quantity above 0 in this range")
    return Lowest(best.value / best.at, best)
