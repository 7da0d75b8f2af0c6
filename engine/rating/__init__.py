"""Rating: pure functions from a book, facts and readings to lines. No files, clocks or databases."""

from engine.rating.bill import Bill, bill
from engine.rating.errors import BadRequest, NoPrice, NotSold, RatingError
from engine.rating.lines import Line
from engine.rating.parts import Part
from engine.rating.quote import Quote, quote
from engine.rating.readings import Portion, Reading
from engine.rating.shares import Cycle
from engine.rating.subject import PlanUse, Subject

__all__ = [
    "BadRequest",
    "Bill",
    "Cycle",
    "Line",
    "NoPrice",
    "NotSold",
    "Part",
    "PlanUse",
    "Portion",
    "Quote",
    "RatingError",
    "Reading",
    "Subject",
    "bill",
    "quote",
]
