"""The clauses behind an answer: which rules of the book price a quantity."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from engine.questions import Asked
from engine.questions.rule import Rule, moving
from engine.rating import RatingError


def rules_data(asked: Asked, at: Fraction) -> list[dict[str, Any]]:
    """The rules that price what comes just above a quantity, as data."""
    return [rule_data(rule) for rule in _moving(asked, at)]


def rules_text(asked: Asked, at: Fraction) -> list[str]:
    """The same, one line each."""
    return [rule_text(rule) for rule in _moving(asked, at)]


def rule_data(rule: Rule) -> dict[str, Any]:
    """One rule as data."""
    place = rule.place
    return {
        "charge": rule.charge, "file": place.path, "line": place.line, "column": place.column, "text": place.text
    }  # fmt: skip


def rule_text(rule: Rule) -> str:
    """One rule for people: its place, then its words."""
    words = rule.place.text.split("\n")[0].strip()
    return f"{rule.place}: {words}" if words else str(rule.place)


def _moving(asked: Asked, at: Fraction) -> list[Rule]:
    try:
        return moving(asked, at)
    except RatingError:
        # nothing is sold above this quantity: no rule prices it
        return []
