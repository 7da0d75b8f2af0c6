"""A meter's filter as a SQL condition that is never NULL; equal to `engine.rating.expressions.matches`."""

from __future__ import annotations

from fractions import Fraction

from engine.metering.sql import name, number, text
from engine.model import All, AnyOf, Compare, Not, OneOf, Predicate, Scalar
from engine.rating.expressions import as_text

__all__ = ["condition"]

_LIMIT = 10**26
"""Stored numbers stay below this, with at most 12 decimals."""
_PLACES = 12


def condition(predicate: Predicate) -> str:
    """The condition over the `n_` and `t_` columns of a segment."""
    match predicate:
        case All(parts):
            return "(" + " AND ".join(map(condition, parts)) + ")" if parts else "true"
        case AnyOf(parts):
            return "(" + " OR ".join(map(condition, parts)) + ")" if parts else "false"
        case Not(inner):
            return f"(NOT {condition(inner)})"
        case OneOf(prop, values):
            return "(" + " OR ".join(_literal(prop, "=", v) for v in values) + ")" if values else "false"
        case Compare(prop, sign, literal, None):
            return _literal(prop, sign, literal)
        case Compare(prop, sign, _, other):
            return _two(prop, sign, other or "")
    raise TypeError(f"not a predicate: {predicate!r}")


def _literal(prop: str, sign: str, literal: Scalar | None) -> str:
    absent = "true" if sign == "!=" else "false"
    if literal is None:
        return absent
    if isinstance(literal, Fraction):
        column = name(f"n_{prop}")
        return f"coalesce({_number(column, sign, literal)}, {absent})"
    return f"coalesce({name(f't_{prop}')} {_sign(sign)} {text(as_text(literal))}, {absent})"


def _sign(sign: str) -> str:
    return "<>" if sign == "!=" else sign


def _number(column: str, sign: str, literal: Fraction) -> str:
    """A stored number against a literal, also one that no stored number can equal."""
    on_grid = (literal * 10**_PLACES).denominator == 1 and abs(literal) < _LIMIT
    if not on_grid and sign in ("=", "!="):
        return "true" if sign == "!=" else "false"
    if abs(literal) >= _LIMIT:
        holds = (literal > 0) == (sign in ("<", "<="))
        return f"({column} IS NOT NULL AND {'true' if holds else 'false'})"
    if not on_grid:
        scaled = literal * 10**_PLACES
        floor = Fraction(scaled.numerator // scaled.denominator, 10**_PLACES)
        # between two neighbours on the grid: at or below the lower one, or above it
        return _number(column, "<=" if sign in ("<", "<=") else ">", floor)
    return f"{column} {_sign(sign)} {number(literal, _PLACES)}"


def _two(left: str, sign: str, right: str) -> str:
    n_left, n_right = name(f"n_{left}"), name(f"n_{right}")
    t_left, t_right = name(f"t_{left}"), name(f"t_{right}")
    absent = "true" if sign == "!=" else "false"
    return (
        f"(CASE WHEN {t_left} IS NULL OR {t_right} IS NULL THEN {absent}"
        f" WHEN {n_left} IS NOT NULL AND {n_right} IS NOT NULL THEN {n_left} {_sign(sign)} {n_right}"
        f" ELSE {t_left} {_sign(sign)} {t_right} END)"
    )
