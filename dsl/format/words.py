"""A node as the words of one line; the place of its block is a line break in the text."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, NamedTuple

from dsl.format.atoms import WRITERS, decimal_text
from dsl.format.templates import TEMPLATES
from dsl.syntax import Node

BLOCK = "{\n}"
_PART = re.compile(r"\[([^\]]*)\]|([^\[\]]+)")
_FIELD = re.compile(r"\{(\w+)(?:\|([^}]*))?\}")
_PLAIN = "plain"


class _Part(NamedTuple):
    """A stretch of a template: words and (field, separator) pairs in turn; `optional` ones may be left out."""

    optional: bool
    pieces: tuple[str | tuple[str, str], ...]


def written(value: Any, separator: str = ", ") -> str:
    """The words of a node, of a tuple of nodes or words, or of a word."""
    if isinstance(value, Node):
        writer = WRITERS.get(type(value))
        return writer(value, written) if writer else _from_template(value)
    if isinstance(value, tuple):
        return separator.join([written(item) for item in value])
    if isinstance(value, Decimal):
        return decimal_text(value)
    return "" if value is True else str(value)


def _from_template(node: Node) -> str:
    """Plain loops: an expression as deep as the limits allow must not run out of Python's own stack."""
    text = ""
    for part in _PARTS[type(node)]:
        values = [getattr(node, piece[0]) for piece in part.pieces if isinstance(piece, tuple)]
        if part.optional and all(value is None or value is False or value == () for value in values):
            continue
        for piece in part.pieces:
            if isinstance(piece, str):
                text += piece
            elif piece[0] == "clauses":
                text += BLOCK
            elif piece[1] == _PLAIN:
                text += f"{getattr(node, piece[0]).value:f}"
            else:
                text += written(getattr(node, piece[0]), piece[1])
    return text


def _parts(template: str) -> tuple[_Part, ...]:
    return tuple(
        _Part(found.group(1) is not None, tuple(_pieces(found.group(1) or found.group(2))))
        for found in _PART.finditer(template)
    )


def _pieces(text: str) -> list[str | tuple[str, str]]:
    pieces: list[str | tuple[str, str]] = []
    end = 0
    for found in _FIELD.finditer(text):
        pieces += [text[end : found.start()], (found.group(1), found.group(2) or ", ")]
        end = found.end()
    return [piece for piece in (*pieces, text[end:]) if piece != ""]


_PARTS = {kind: _parts(template) for kind, template in TEMPLATES.items()}
