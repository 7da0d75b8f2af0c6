"""Tree and comments to JSON values."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from dsl.format.comments import NOTHING, Trivia, Trivias
from dsl.syntax import Book, Node
from dsl.twin.scalars import SCALARS
from dsl.twin.shapes import FORMS, NAMES, Form

FORMAT = "ratebook.book/1"


def encoded(book: Book, trivias: Trivias) -> dict[str, Any]:
    """The twin of a book: what is absent, false or empty in the tree is absent in it."""
    twin: dict[str, Any] = {"format": FORMAT, **_fields(book, trivias)}
    if trivias.ending:
        twin["ending"] = list(trivias.ending)
    return twin


def _fields(node: Node, trivias: Trivias) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for form in FORMS[type(node)]:
        value = getattr(node, form.name)
        if value is None or value is False or value == ():
            continue
        found[form.name] = [_value(one, form, trivias) for one in value] if form.many else _value(value, form, trivias)
    return found


def _value(value: Any, form: Form, trivias: Trivias) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if not isinstance(value, Node):
        return value
    scalar = SCALARS.get(type(value))
    if scalar and form.scalar:
        return scalar.write(value)
    found: dict[str, Any] = {"node": NAMES[type(value)]}
    found |= {"value": scalar.write(value)} if scalar else _fields(value, trivias)
    if form.lines and trivias.of(value) != NOTHING:
        found["layout"] = _layout(trivias.of(value))
    return found


def _layout(trivia: Trivia) -> dict[str, Any]:
    parts = {
        "before": list(trivia.before), "opening": trivia.opening, "ending": list(trivia.ending), "after": trivia.after
    }  # fmt: skip
    return {name: part for name, part in parts.items() if part}
