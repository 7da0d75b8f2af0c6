"""The JSON Schema of the twin, made from the types of the syntax tree."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from dsl.syntax import Book
from dsl.twin.encode import FORMAT
from dsl.twin.scalars import DECIMAL, SCALARS
from dsl.twin.shapes import FORMS, KINDS, NAMES, Form

_COMMENTS = {"type": "array", "items": {"$ref": "#/$defs/comment"}}
_LINES = frozenset(kind for forms in FORMS.values() for form in forms if form.lines for kind in form.nodes)


def book_schema() -> dict[str, Any]:
    """JSON Schema 2020-12. What it cannot say, such as which names are taken, `ratebook text` says."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Price book",
        "description": "The lossless JSON twin of a price book: its syntax tree with comments and blank lines.",
        "type": "object",
        "properties": {"format": {"const": FORMAT}, **_properties(FORMS[Book]), "ending": _COMMENTS},
        "required": ["format"],
        "additionalProperties": False,
        "$defs": {"comment": _comment(), "layout": _layout(), **_scalars(), **_objects()},
    }


def _comment() -> dict[str, Any]:
    return {
        "description": "A comment with its `#`; an empty text is a blank line, or none.",
        "type": "string",
        "pattern": r"^(#[^\r\n]*)?$",
    }


def _layout() -> dict[str, Any]:
    one = {"$ref": "#/$defs/comment"}
    return {
        "description": "Comments before a line, after its `{`, before its `}`, and at its end.",
        "type": "object",
        "properties": {"before": _COMMENTS, "opening": one, "ending": _COMMENTS, "after": one},
        "additionalProperties": False,
    }


def _scalars() -> dict[str, Any]:
    return {
        f"{NAMES[kind]}_text": {"description": scalar.says, "type": "string", "pattern": f"^(?:{scalar.pattern})$"}
        for kind, scalar in SCALARS.items()
    }


def _objects() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, kind in KINDS.items():
        layout = {"layout": {"$ref": "#/$defs/layout"}} if kind in _LINES else {}
        if kind in SCALARS:
            properties: dict[str, Any] = {"value": {"$ref": f"#/$defs/{name}_text"}}
            needed = ["value"]
        else:
            properties = _properties(FORMS[kind])
            needed = [form.name for form in FORMS[kind] if form.needed]
        found[name] = {
            "description": (kind.__doc__ or "").partition("\n")[0],
            "type": "object",
            "properties": {"node": {"const": name}, **properties, **layout},
            "required": ["node", *needed],
            "additionalProperties": False,
        }
    return found


def _properties(forms: tuple[Form, ...]) -> dict[str, Any]:
    return {form.name: _field(form) for form in forms}


def _field(form: Form) -> dict[str, Any]:
    one = _one(form)
    if not form.many:
        return one
    return {"type": "array", "items": one, **({"minItems": 1} if form.needed else {})}


def _one(form: Form) -> dict[str, Any]:
    if form.words:
        return {"enum": list(form.words)}
    if form.plain is Decimal:
        return {"type": "string", "pattern": f"^{DECIMAL.pattern}$"}
    if form.plain is not None:
        return {"type": "boolean"} if form.plain is bool else {"type": "integer"}
    if form.scalar is not None:
        return {"$ref": f"#/$defs/{NAMES[form.scalar]}_text"}
    choices = [{"$ref": f"#/$defs/{NAMES[kind]}"} for kind in form.nodes]
    return choices[0] if len(choices) == 1 else {"anyOf": choices}
