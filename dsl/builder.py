"""Parse tree to syntax tree. A rule builds the class of its name; the few exceptions are in `dsl.atoms`."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import fields
from typing import Any, NamedTuple

from lark import Token, Tree

from dsl import atoms, syntax
from dsl.diagnostics.model import Diagnostic, error
from dsl.syntax.base import Node, Span

# Rules whose children become a tuple: blocks and lists
TUPLES = frozenset(
    (
        *("block", "inline", "names", "charge_names", "texts", "values", "properties", "literals", "attributes"),
        *("days", "hours_list", "months", "seasons", "suffixes", "axes", "keys"),
    )
)


class Part(NamedTuple):
    """An optional part of a clause on its way to the field of the same name."""

    field: str
    value: Any
    span: Span


class _Shape(NamedTuple):
    """How to call a node's class: its name, its constructor, and which positional fields are flags or blocks."""

    build: Callable[..., Node]
    flags: frozenset[int]
    blocks: frozenset[int]


def _shape(kind: type[Node]) -> _Shape:
    own = [field for field in fields(kind) if field.name != "span"]
    flags = frozenset(index for index, field in enumerate(own) if field.type == "bool")
    blocks = frozenset(index for index, field in enumerate(own) if field.name == "clauses")
    return _Shape(kind, flags, blocks)


def _rule_name(class_name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", class_name).lower()


NODES: dict[str, type[Node]] = {
    _rule_name(name): kind
    for name, kind in vars(syntax).items()
    if inspect.isclass(kind) and issubclass(kind, Node) and kind is not Node
}
SHAPES = {name: _shape(kind) for name, kind in NODES.items()}


class Builder:
    """Builds one file's tree and collects what is wrong with its atoms (dates, periods, double parts)."""

    def __init__(self, path: str, lines: int = 0) -> None:
        """`lines` is how many lines of the file stand above the text of the tree."""
        self.path = path
        self.lines = lines
        self.found: list[Diagnostic] = []

    def declarations(self, tree: Tree[Token]) -> tuple[Node, ...]:
        """The syntax trees of the declarations."""
        span = self._span(tree.meta, Span(self.path, 1, 1, 1, 1))
        return tuple(self._build(child, span) for child in tree.children)

    def _span(self, meta: Any, around: Span) -> Span:
        if getattr(meta, "line", None) is None:
            return Span(self.path, around.line, around.column, around.line, around.column)
        return Span(self.path, meta.line + self.lines, meta.column, meta.end_line + self.lines, meta.end_column)

    def _build(self, child: Any, around: Span) -> Any:
        if isinstance(child, Tree):
            return self._rule(child, around)
        if isinstance(child, Token):
            make = atoms.TOKENS.get(child.type)
            return make(self._span(child, around), child, self.found) if make else str(child)
        return None

    def _rule(self, tree: Tree[Token], around: Span) -> Any:
        rule: str = tree.data
        if rule.startswith("w_"):
            return " ".join(str(word) for word in tree.children)
        if rule in TUPLES:
            return tuple([self._build(child, around) for child in tree.children])
        span = self._span(tree.meta, around)
        values = [self._build(child, span) for child in tree.children]
        if rule.startswith("p_"):
            return Part(rule[2:], values[0] if values else True, span)
        if rule in atoms.RULES:
            return atoms.RULES[rule](span, values, self.found)
        return self._node(rule, span, values)

    def _node(self, rule: str, span: Span, values: list[Any]) -> Node:
        shape = SHAPES[rule]
        named: dict[str, Any] = {}
        positional: list[Any] = []
        for value in values:
            if not isinstance(value, Part):
                positional.append(self._settle(shape, len(positional), value))
            elif value.field in named:
                self.found.append(error("RB015", value.span, "this is said twice in one clause"))
            else:
                named[value.field] = value.value
        return shape.build(span, *positional, **named)

    @staticmethod
    def _settle(shape: _Shape, index: int, value: Any) -> Any:
        if index in shape.flags:
            return value is not None
        if index in shape.blocks and value is None:
            return ()
        return value
