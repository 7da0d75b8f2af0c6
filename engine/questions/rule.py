"""Which rule of the book makes an amount change its course at a quantity."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import cast

from engine.model import Place
from engine.questions.asked import Asked
from engine.questions.form import Form, Spot
from engine.questions.shape import Shape
from engine.rating import Quote


@dataclass(frozen=True, slots=True)
class Rule:
    """A clause of the book, and the charge it belongs to (None: the plan)."""

    charge: str | None
    place: Place


def rule_between(asked: Asked, before: Fraction, after: Fraction) -> Rule | None:
    """What begins to count between two quantities, else what stops; `after` equal to `before`: just above it."""
    here = _rules(asked.unrounded(before))
    there = _rules(asked.unrounded(after if after > before else _above(asked, before)))
    new = [r for r in there if r not in here] + [r for r in here if r not in there]
    return new[0] if new else None


def moving(asked: Asked, at: Fraction) -> list[Rule]:
    """The rules whose amounts change with the quantity just above a point; the limits that hold it where none does."""
    found = asked.unrounded(_above(asked, at))
    if not _moves(found.total):
        limits = [Rule(line.charge, line.place) for line in found.lines if line.kind in ("minimum", "cap")]
        return list(dict.fromkeys(limits))
    parts = [Rule(line.charge, part.place) for line in found.lines for part in line.parts if _moves(part.amount)]
    return list(dict.fromkeys(parts))


def _moves(amount: Fraction | int) -> bool:
    return isinstance(amount, Form) and not amount.shape.settled


def _above(asked: Asked, at: Fraction) -> Fraction:
    return cast(Fraction, Form(Spot(at, asked.whole), Shape(slope=Fraction(1))))


def _rules(found: Quote) -> list[Rule]:
    """The rules that a quote goes through, from the most particular: rows of prices, then limits and other steps."""
    parts = [Rule(line.charge, part.place) for line in found.lines for part in line.parts]
    steps = [Rule(line.charge, line.place) for line in found.lines if not line.parts]
    return parts + steps
