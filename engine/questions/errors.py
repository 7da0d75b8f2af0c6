"""Why a question about a price has no exact answer in one variable, each with its code."""

from __future__ import annotations

from engine.rating import RatingError


class NotOneVariable(RatingError):
    """What is asked depends on more than one quantity, or is no piecewise straight line of it."""

    code = "RBQ05"


class TooFine(RatingError):
    """The answer has more pieces than are listed: the range is too wide for the steps of the price."""

    code = "RBQ06"


class BadQuestion(RatingError):
    """A question that contradicts itself, such as a range that ends before it starts."""

    code = "RBQ07"
