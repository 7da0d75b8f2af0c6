"""Reading a tree: the clauses of a kind, and every node below a node."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import TypeVar, cast

from dsl.syntax.base import Name, Node
from dsl.syntax.book import Book

Kind = TypeVar("Kind", bound=Node)


def name_of(node: Node) -> Name:
    """The name of a declaration, charge, phase or band; raises TypeError for a node without one."""
    name = getattr(node, "name", None)
    if not isinstance(name, Name):
        raise TypeError(f"{type(node).__name__} has no name")
    return name


def clauses_of(node: Node) -> tuple[Node, ...]:
    """The lines of a block; empty for a node that is no block."""
    return cast(tuple[Node, ...], getattr(node, "clauses", ()))


def every(node: Node, kind: type[Kind]) -> tuple[Kind, ...]:
    """The clauses of `node` (the declarations, for a book) that are of this kind, in the order written."""
    clauses = node.declarations if isinstance(node, Book) else clauses_of(node)
    return tuple(clause for clause in clauses if isinstance(clause, kind))


def only(node: Node, kind: type[Kind]) -> Kind | None:
    """The first clause of this kind, or None. A second one has been reported by the passes."""
    return next(iter(every(node, kind)), None)


_FIELDS: dict[type[Node], tuple[str, ...]] = {}
# Fields of these types hold no node
_PLAIN = frozenset(("str", "int", "bool", "Decimal", "Fraction", "datetime.date", "None"))


def _field_names(kind: type[Node]) -> tuple[str, ...]:
    """The fields that may hold nodes."""
    names = _FIELDS.get(kind)
    if names is None:
        own = [field for field in fields(kind) if field.name != "span" and not _is_plain(str(field.type))]
        names = _FIELDS[kind] = tuple(field.name for field in own)
    return names


def _is_plain(annotation: str) -> bool:
    return all(one in _PLAIN or one.startswith("words.") for one in annotation.split(" | "))


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below, in the order of the fields."""
    for name in _field_names(type(node)):
        value = getattr(node, name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from (item for item in cast(tuple[object, ...], value) if isinstance(item, Node))


def walk(node: Node, skip: frozenset[type[Node]] = frozenset()) -> Iterator[Node]:
    """The node and everything below it, parents first, but for the classes skipped, which have nothing below."""
    pending = [node]
    while pending:
        current = pending.pop()
        yield current
        for name in reversed(_field_names(type(current))):
            value = getattr(current, name)
            if isinstance(value, Node):
                if type(value) not in skip:
                    pending.append(value)
            elif type(value) is tuple:
                pending.extend(item for item in reversed(value) if isinstance(item, Node) and type(item) not in skip)
