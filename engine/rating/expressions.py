"""Predicates and measured values over an event's properties: the meaning that the relational form must equal."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from engine.model import All, AnyOf, Binary, Compare, Not, Number, OneOf, Predicate, Property, Scalar, Value
from engine.money import format_ratio

Attributes = Mapping[str, Scalar]
_DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,2})?")
"""What the event log stores as a number: a decimal, with an exponent or without, and nothing around it."""

_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class MissingValue(ValueError):
    """A property that the measure needs is absent or not a number: the event is quarantined for this meter."""

    code = "RBQ01"


def as_number(value: Scalar | None) -> Fraction | None:
    """A property as an exact number, or None when it is not one."""
    if isinstance(value, Fraction):
        return value
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return Fraction(value)
    return None


def as_text(value: Scalar) -> str:
    """A property as text: numbers by their canonical decimal, booleans as true and false."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return format_ratio(value) if isinstance(value, Fraction) else value


def matches(predicate: Predicate | None, attributes: Attributes) -> bool:
    """Whether an event passes a filter."""
    match predicate:
        case None:
            return True
        case All(parts):
            return all(matches(p, attributes) for p in parts)
        case AnyOf(parts):
            return any(matches(p, attributes) for p in parts)
        case Not(inner):
            return not matches(inner, attributes)
        case OneOf(name, values):
            return any(_compare(attributes.get(name), "=", v) for v in values)
        case Compare(name, sign, literal, None):
            return _compare(attributes.get(name), sign, literal)
        case Compare(name, sign, _, other):
            return _compare_two(attributes.get(name), sign, attributes.get(other or ""))
    raise TypeError(f"not a predicate: {predicate!r}")


def _compare(value: Scalar | None, sign: str, literal: Scalar | None) -> bool:
    if value is None or literal is None:
        return sign == "!="
    if isinstance(literal, Fraction):
        number = as_number(value)
        return sign == "!=" if number is None else bool(_OPERATORS[sign](number, literal))
    return bool(_OPERATORS[sign](as_text(value), as_text(literal)))


def _compare_two(left: Scalar | None, sign: str, right: Scalar | None) -> bool:
    if left is None or right is None:
        return sign == "!="
    a, b = as_number(left), as_number(right)
    if a is not None and b is not None:
        return bool(_OPERATORS[sign](a, b))
    return bool(_OPERATORS[sign](as_text(left), as_text(right)))


def evaluate(value: Value, attributes: Attributes) -> Fraction:
    """The exact number a measure takes from an event; raises `MissingValue`."""
    match value:
        case Number(number):
            return number
        case Property(name, default):
            found = as_number(attributes.get(name))
            if found is None:
                if default is None:
                    raise MissingValue(f"property `{name}` is absent or not a number")
                return default
            return found
        case Binary("+", left, right):
            return evaluate(left, attributes) + evaluate(right, attributes)
        case Binary("-", left, right):
            return evaluate(left, attributes) - evaluate(right, attributes)
        case Binary(_, left, right):
            return evaluate(left, attributes) * evaluate(right, attributes)
    raise TypeError(f"not a value: {value!r}")


def property_names(value: Value | Predicate | None) -> frozenset[str]:
    """Every property that an expression reads."""
    match value:
        case Property(name):
            return frozenset({name})
        case Binary(_, left, right):
            return property_names(left) | property_names(right)
        case All(parts) | AnyOf(parts):
            return frozenset().union(*(property_names(p) for p in parts))
        case Not(inner):
            return property_names(inner)
        case OneOf(name):
            return frozenset({name})
        case Compare(name, _, _, other):
            return frozenset({name, other} if other else {name})
    return frozenset()
