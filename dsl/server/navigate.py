"""From a name to its declaration, to all its uses, and back."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote, urlsplit

from lsprotocol import types

from dsl.server.document import Document
from dsl.server.lines import Lines, holds
from dsl.server.occurrences import Occurrence, Symbol, occurrences
from dsl.syntax.base import Span


def occurrence_at(document: Document, line: int, column: int) -> Occurrence | None:
    """The name at a place of the document's own text."""
    for one in occurrences(document.scope):
        if one.node.span.path == document.path and holds(one.node.span, line, column):
            return one
    return None


def definitions(document: Document, position: types.Position, uri: str) -> list[types.Location]:
    """Where the name at a position is declared: several places for a plan of several versions."""
    return [_location(document, one.node.span, uri) for one in _alike(document, position) if one.declares]


def references(document: Document, position: types.Position, uri: str, declared: bool) -> list[types.Location]:
    """Every use of the name at a position; with `declared` its declarations, too."""
    found = [one for one in _alike(document, position) if declared or not one.declares]
    return [_location(document, one.node.span, uri) for one in found]


def highlights(document: Document, position: types.Position) -> list[types.DocumentHighlight]:
    """The places of the name at a position in this text."""
    kinds = {True: types.DocumentHighlightKind.Write, False: types.DocumentHighlightKind.Read}
    return [
        types.DocumentHighlight(document.lines.range(one.node.span), kinds[one.declares])
        for one in _alike(document, position)
        if one.node.span.path == document.path
    ]


def _alike(document: Document, position: types.Position) -> list[Occurrence]:
    found = occurrence_at(document, *document.lines.place(position))
    if found is None:
        return []
    return [one for one in occurrences(document.scope) if one.symbol == found.symbol]


def source_of(document: Document, symbol: Symbol) -> tuple[str, int] | None:
    """The text of the file that declares a symbol first, and the line there; None where nothing declares it."""
    for one in occurrences(document.scope):
        if one.declares and one.symbol == symbol:
            span = one.node.span
            text = document.sources.get(span.path)
            return None if text is None else (text, span.line)
    return None


def _location(document: Document, span: Span, uri: str) -> types.Location:
    if span.path == document.path:
        return types.Location(uri, document.lines.range(span))
    lines = Lines(document.sources.get(span.path, ""), document.encoding)
    return types.Location(uri_of(span.path, uri), lines.range(span))


def uri_of(path: str, beside: str) -> str:
    """The address of a used file; a relative path is one from the folder of the document at `beside`."""
    if Path(path).is_absolute():
        return f"file://{quote(path)}"
    base = urlsplit(beside)
    return base._replace(path=f"{base.path.rpartition('/')[0]}/{quote(Path(path).name)}").geturl()
