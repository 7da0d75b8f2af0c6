"""Questions about a price, answered exactly: the bill as a piecewise straight line of one quantity."""

from engine.questions.asked import Asked, first_period
from engine.questions.budget import Bought, bought
from engine.questions.cheaper import Cheaper, cheaper
from engine.questions.errors import BadQuestion, NotOneVariable, TooFine
from engine.questions.extremes import Extreme, extremes
from engine.questions.falls import Fall, falls
from engine.questions.nodes import Node
from engine.questions.pieces import Piece, pieces
from engine.questions.spans import Span
from engine.questions.unit_price import Lowest, UnitPrice, lowest_price, unit_price

__all__ = [
    "Asked",
    "BadQuestion",
    "Bought",
    "Cheaper",
    "Extreme",
    "Fall",
    "Lowest",
    "Node",
    "NotOneVariable",
    "Piece",
    "Span",
    "TooFine",
    "UnitPrice",
    "bought",
    "cheaper",
    "extremes",
    "falls",
    "first_period",
    "lowest_price",
    "pieces",
    "unit_price",
]
