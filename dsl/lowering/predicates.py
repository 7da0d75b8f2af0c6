"""Conditions of `where` as predicates over the properties of an event."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from dsl import syntax
from dsl.lowering.context import Unlowerable, word
from dsl.syntax.base import Node
from engine.model import All, AnyOf, Compare, Not, OneOf, Predicate, Scalar

_FLIPPED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def predicate_of(node: syntax.Condition) -> Predicate:
    """A condition."""
    match node:
        case syntax.AllOf():
            return All(tuple(predicate_of(t) for t in node.tests))
        case syntax.AnyOf():
            return AnyOf(tuple(predicate_of(t) for t in node.tests))
        case syntax.Negation():
            return Not(predicate_of(node.test))
        case syntax.Group():
            return predicate_of(node.condition)
        case syntax.Membership():
            return _membership(node)
        case syntax.Comparison():
            return _compared(node.left, node.operator, node.right, node)
    raise Unlowerable(node, "this is no condition")


def _membership(node: syntax.Membership) -> Predicate:
    values = tuple(scalar(v) for v in node.values)
    name = _property(node.subject)
    found: Predicate = OneOf(name, values)
    if isinstance(node.subject, syntax.Defaulted) and scalar(node.subject.default) in values:
        found = AnyOf((found, _absent(name)))
    return Not(found) if node.negated else found


def _property(node: syntax.Property | syntax.Defaulted) -> str:
    return node.name.text if isinstance(node, syntax.Property) else node.property.text


def _present(node: syntax.Defaulted) -> syntax.Property:
    """The property itself, where an event has it."""
    return syntax.Property(node.property.span, node.property)


def _absent(name: str) -> Predicate:
    """A property that does not equal itself is not there."""
    return Not(Compare(name, "=", None, name))


def _compared(left: syntax.Operand, sign: str, right: syntax.Operand, node: Node) -> Predicate:
    """A comparison with the defaults of absent properties written out: present and so, or absent and the default so."""
    if isinstance(left, syntax.Defaulted):
        present = _compared(_present(left), sign, right, node)
        return _or_absent(left, present, left.default, sign, right, node)
    if isinstance(right, syntax.Defaulted):
        present = _compared(left, sign, _present(right), node)
        return _or_absent(right, present, left, sign, right.default, node)
    if isinstance(left, syntax.Property):
        return _plain(left.name.text, sign, right)
    if isinstance(right, syntax.Property):
        return _plain(right.name.text, _FLIPPED[sign], left)
    raise Unlowerable(node, "a comparison needs a property on one side")


def _or_absent(
    defaulted: syntax.Defaulted, present: Predicate, left: syntax.Operand, sign: str, right: syntax.Operand, node: Node
) -> Predicate:
    absent = _absent(_property(defaulted))
    if isinstance(left, (syntax.Text, syntax.Number)) and isinstance(right, (syntax.Text, syntax.Number)):
        return AnyOf((present, absent)) if _true(scalar(left), sign, scalar(right)) else present
    return AnyOf((present, All((absent, _compared(left, sign, right, node)))))


def _plain(name: str, sign: Any, right: syntax.Property | syntax.Text | syntax.Number) -> Predicate:
    if not isinstance(right, syntax.Property):
        return Compare(name, sign, scalar(right))
    word = right.name.text
    return Compare(name, sign, word == "true") if word in ("true", "false") else Compare(name, sign, None, word)


def _true(left: Scalar, sign: str, right: Scalar) -> bool:
    if isinstance(left, str) is not isinstance(right, str):
        return sign == "!="
    return _TESTS[sign](left, right)


def scalar(node: syntax.Name | syntax.Text | syntax.Number) -> Scalar:
    """A literal: number, true or false, or text."""
    if isinstance(node, syntax.Number):
        return Fraction(node.value)
    text = word(node)
    if isinstance(node, syntax.Name) and text in ("true", "false"):
        return text == "true"
    return text
