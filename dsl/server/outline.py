"""The outline of a book, and what may be folded away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsprotocol import types

from dsl import syntax
from dsl.passes.pieces import NOUNS
from dsl.passes.scope import described
from dsl.server.document import Document
from dsl.server.lines import Lines
from dsl.syntax import clauses_of, walk
from dsl.syntax.base import Name, Node

_KINDS: dict[type[Node], types.SymbolKind] = {
    syntax.Header: types.SymbolKind.Package,
    syntax.Use: types.SymbolKind.File,
    syntax.Currency: types.SymbolKind.Constant,
    syntax.Timezone: types.SymbolKind.Constant,
    syntax.Unit: types.SymbolKind.Constant,
    syntax.Dimension: types.SymbolKind.Enum,
    syntax.Calendar: types.SymbolKind.Namespace,
    syntax.Band: types.SymbolKind.EnumMember,
    syntax.Meter: types.SymbolKind.Function,
    syntax.Feature: types.SymbolKind.Property,
    syntax.Plan: types.SymbolKind.Class,
    syntax.AddOn: types.SymbolKind.Class,
    syntax.Charge: types.SymbolKind.Field,
    syntax.Coupon: types.SymbolKind.Object,
    syntax.Wallet: types.SymbolKind.Object,
    syntax.Dunning: types.SymbolKind.Event,
    syntax.Tax: types.SymbolKind.Object,
    syntax.Index: types.SymbolKind.Array,
    syntax.Contract: types.SymbolKind.Interface,
    syntax.Amendment: types.SymbolKind.Interface,
    syntax.Phase: types.SymbolKind.Struct,
    syntax.Example: types.SymbolKind.Method,
}
_COMMENT = re.compile(r"[ \t]*#")


def symbols(document: Document) -> list[types.DocumentSymbol]:
    """The declarations, with what they hold below them."""
    return [_symbol(node, document.lines) for node in document.book.declarations if type(node) in _KINDS]


def _symbol(node: Node, lines: Lines) -> types.DocumentSymbol:
    below = [_symbol(child, lines) for child in clauses_of(node) if type(child) in _KINDS]
    name, detail, place = _title(node, lines)
    return types.DocumentSymbol(
        name, _KINDS[type(node)], lines.range(node.span), lines.range(place.span), detail, children=below
    )


def _title(node: Node, lines: Lines) -> tuple[str, str, Node]:
    """What the outline calls a node, the quieter word beside it, and the part of it that is shown when it is chosen."""
    label = getattr(node, "label", None)
    detail = label.value if isinstance(label, syntax.Text) else ""
    match node:
        case syntax.Example(title=title):
            return title.value or "example", "", title
        case syntax.Amendment(contract=contract):
            return described(node), node.document.value if node.document else "", contract
        case syntax.Use(path=path):
            return f"use {path.value}", "", path
        case syntax.Timezone(zone=zone):
            return f"timezone {zone.value}", "", zone
        case syntax.Header(name=name, version=version):
            return f"book {name.text} version {version.value}", "", name
    own = getattr(node, "name", None)
    noun = NOUNS.get(type(node), type(node).__name__.lower())
    start = getattr(node, "start", None)
    since = f"from {lines.of(start.span)}" if isinstance(start, Node) else ""
    words = " ".join(word for word in (detail, since) if word)
    return (f"{noun} {own.text}", words, own) if isinstance(own, Name) else (noun, words, node)


def folds(document: Document) -> list[types.FoldingRange]:
    """Blocks of several lines, and runs of comment lines."""
    lines = {(node.span.line - 1, node.span.end_line - 1) for node in walk(document.book) if node is not document.book}
    blocks = {start: max(end for first, end in lines if first == start) for start, end in lines if end > start}
    found = [types.FoldingRange(start, end) for start, end in sorted(blocks.items())]
    return found + [
        types.FoldingRange(start, end, kind=types.FoldingRangeKind.Comment.value)
        for start, end in _comments(document.lines.all)
    ]


def _comments(lines: list[str]) -> Iterator[tuple[int, int]]:
    """First and last line (from 0) of each run of two or more comment lines."""
    start: int | None = None
    for number, line in enumerate([*lines, ""]):
        if _COMMENT.match(line):
            start = number if start is None else start
        else:
            if start is not None and number - start > 1:
                yield start, number - 1
            start = None
