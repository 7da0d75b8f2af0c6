"""What a meter measures of one event, as exact SQL: a decimal over a constant denominator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from engine.metering.errors import MeterError
from engine.metering.sql import decimal_places, name, number
from engine.model import Binary, Measure, Number, Property, Value

__all__ = ["Term", "degree", "measured", "term_of"]

_MAX_PLACES = 38


@dataclass(frozen=True, slots=True)
class Term:
    """A DECIMAL expression with `places` decimals; its value is `sql / over`, NULL where a number is missing."""

    sql: str
    places: int
    over: int = 1
    constant: Fraction | None = None
    """The value itself, when no event changes it."""


def degree(value: Value | None) -> int:
    """How many properties are multiplied with one another at most."""
    match value:
        case Property():
            return 1
        case Binary("*", left, right):
            return degree(left) + degree(right)
        case Binary(_, left, right):
            return max(degree(left), degree(right))
    return 0


def measured(measure: Measure, places: Mapping[str, int]) -> Term:
    """The measured value with its clamps; `places`: decimals that each property needs at most."""
    term = Term("1", 0, 1, Fraction(1))
    if measure.aggregation == "unique":
        return term
    if measure.value is not None:
        term = term_of(measure.value, places)
    for function, bound in (("greatest", measure.least), ("least", measure.most)):
        if bound is not None:
            term = _clamped(term, function, bound)
    return term


def term_of(value: Value, places: Mapping[str, int]) -> Term:
    """A measured expression over the `n_` columns."""
    match value:
        case Number(constant):
            return _constant(constant)
        case Property(prop, default):
            plain = Term(name(f"n_{prop}"), places[prop])
            if default is None:
                return plain
            left, right = _alike(plain, _constant(default))
            return Term(f"coalesce({left.sql}, {right.sql})", left.places, left.over)
        case Binary("*", left, right):
            return _product(term_of(left, places), term_of(right, places))
        case Binary(sign, left, right):
            one, other = _alike(term_of(left, places), term_of(right, places))
            return _fixed(Term(f"({one.sql} {sign} {other.sql})", one.places, one.over))
    raise TypeError(f"not a value: {value!r}")


def _constant(value: Fraction) -> Term:
    places = decimal_places(value)
    if places is not None and places <= 12:
        return Term(number(value, places), places, 1, value)
    return Term(number(Fraction(value.numerator), 0), 0, value.denominator, value)


def _wide(term: Term, places: int) -> Term:
    """The same value in 38 digits with `places` decimals: what makes products and sums of narrow columns safe."""
    if places > _MAX_PLACES:
        raise MeterError(
            "RBU03", f"a measured value needs {places} decimals", "measure a product of fewer fractional properties"
        )
    return Term(f"CAST({term.sql} AS DECIMAL(38,{places}))", places, term.over, term.constant)


def _fixed(term: Term) -> Term:
    return _wide(term, term.places)


def _alike(one: Term, other: Term) -> tuple[Term, Term]:
    """Two terms over one denominator with one number of decimals."""
    if one.over != other.over:
        over = one.over * other.over
        one, other = _times(one, other.over, over), _times(other, one.over, over)
    places = max(one.places, other.places)
    return _wide(one, places), _wide(other, places)


def _times(term: Term, factor: int, over: int) -> Term:
    wide = _fixed(term)
    return _fixed(Term(f"({wide.sql} * {number(Fraction(factor), 0)})", wide.places, over))


def _product(one: Term, other: Term) -> Term:
    places = one.places + other.places
    left, right = _wide(one, one.places), _wide(other, other.places)
    return _wide(Term(f"({left.sql} * {right.sql})", places, one.over * other.over), places)


def _clamped(term: Term, function: str, bound: Fraction) -> Term:
    one, other = _alike(term, _constant(bound))
    # greatest and least skip NULL, and a missing number must stay missing
    sql = f"CASE WHEN {one.sql} IS NULL THEN NULL ELSE {function}({one.sql}, {other.sql}) END"
    return _fixed(Term(sql, one.places, one.over))
