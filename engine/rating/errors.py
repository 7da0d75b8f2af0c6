"""What stops a price from being computed: each with a code, a sentence and, where there is one, a place."""

from __future__ import annotations

from engine.model import NOWHERE, Place


class RatingError(ValueError):
    """A bill cannot be computed. `place` is the rule of the price book it stumbled on."""

    code = "RBQ00"

    def __init__(self, message: str, place: Place = NOWHERE, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.hint = hint


class NoPrice(RatingError):
    """Usage that no row prices, or a date on which no version is in force: never a zero price."""

    code = "RBQ02"


class NotSold(RatingError):
    """Usage where the book says `not sold`."""

    code = "RBQ03"


class BadRequest(RatingError):
    """A question that names something the book does not have, or leaves out what is needed."""

    code = "RBQ04"
