"""Hover: what a rule means, what a name stands for, a charge's prices as a table, and the page of a finding."""

from __future__ import annotations

from lsprotocol import types

from dsl import syntax
from dsl.diagnostics.codes import PAGES, explain_code
from dsl.server.document import Document
from dsl.server.lines import holds
from dsl.server.meanings import meaning
from dsl.server.navigate import occurrence_at, source_of
from dsl.server.price_table import price_table
from dsl.syntax.base import Node, Span


def hover(document: Document, position: types.Position) -> types.Hover | None:
    """What is known about a place, or None."""
    line, column = document.lines.place(position)
    around = document.around(line, column)
    parts = [_name(document, line, column), _rule(document, around), _prices(document, around)]
    parts += _pages(document, line, column)
    text = "\n\n---\n\n".join(part for part in parts if part)
    if not text:
        return None
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text))


def _name(document: Document, line: int, column: int) -> str:
    """The declaration of the name at a place, with the comment lines right above it."""
    found = occurrence_at(document, line, column)
    if found is None or found.declares:
        return ""
    declared = source_of(document, found.symbol)
    if declared is None:
        return ""
    text, number = declared
    lines = text.splitlines()
    first = number
    while first > 1 and lines[first - 2].lstrip().startswith("#"):
        first -= 1
    shown = "\n".join(one.strip() for one in lines[first - 1 : number])
    return f"{found.symbol.noun}\n{_fenced(shown)}"


def _rule(document: Document, around: list[Node]) -> str:
    """The sentence of the smallest rule around a place."""
    for node in around:
        told = node.price.form if isinstance(node, syntax.PriceClause) else node
        sentence = meaning(told, document.lines)
        if sentence is not None:
            return sentence
    return ""


def _prices(document: Document, around: list[Node]) -> str:
    """The table of the charge whose price is pointed at, where the book compiles."""
    charge = next((node for node in around if isinstance(node, syntax.Charge)), None)
    holder = next((node for node in around if isinstance(node, syntax.Plan | syntax.AddOn)), None)
    inside = any(isinstance(node, syntax.PriceClause) for node in around) or _on_name(around)
    if charge is None or holder is None or not inside:
        return ""
    book, _ = document.compiled
    if book is None:
        return ""
    rows = price_table(document.scope, book, holder, charge)
    return _fenced("\n".join(rows)) if rows else ""


def _on_name(around: list[Node]) -> bool:
    """Whether the place is on a charge's own name."""
    return len(around) > 1 and isinstance(around[1], syntax.Charge) and around[0] is around[1].name


def _pages(document: Document, line: int, column: int) -> list[str]:
    """The pages of the findings at a place, each once."""
    codes = dict.fromkeys(one.code for one in document.found if _marks(one.span, document, line, column))
    return [_fenced(explain_code(code)) for code in codes if code in PAGES]


def _marks(span: Span, document: Document, line: int, column: int) -> bool:
    return span.path == document.path and holds(span, line, column)


def _fenced(text: str) -> str:
    return f"```text\n{text}\n```"
