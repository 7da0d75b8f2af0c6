"""Completion: the keywords that the parser would take next, and the declared names that fit there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lark import Token
from lark.parsers.lalr_interactive_parser import InteractiveParser
from lsprotocol import types

from dsl import syntax
from dsl.grammar.loader import keywords
from dsl.passes.pieces import NOUNS
from dsl.server.cursor import Cursor, accepted, cursor_at
from dsl.server.document import Document
from dsl.server.occurrences import Symbol, occurrences
from dsl.server.slots import slot_at
from dsl.syntax import every

# Keywords of several words, which the grammar has as one terminal each
_PHRASES = {
    "EACH_EVENT": "each event",
    "WITH_TIERS": "with tiers",
    "ON_NEW_HIGHS": "on new highs",
    "WHICHEVER": ", whichever ends first",
}
_LONGEST = 5
_DECLARED = re.compile(rf"[ \t]*({'|'.join({*NOUNS.values(), 'charge', 'phase'})})[ \t]+([A-Za-z_][A-Za-z0-9_]*)")
_KINDS = {
    "unit": types.CompletionItemKind.Unit,
    "currency": types.CompletionItemKind.Unit,
    "dimension": types.CompletionItemKind.Property,
    "meter": types.CompletionItemKind.Function,
    "charge": types.CompletionItemKind.Field,
    "plan": types.CompletionItemKind.Class,
    "add_on": types.CompletionItemKind.Class,
    "contract": types.CompletionItemKind.Class,
    "value": types.CompletionItemKind.EnumMember,
    "band": types.CompletionItemKind.EnumMember,
}


def complete(document: Document, position: types.Position) -> list[types.CompletionItem]:
    """What may be written at a place, names before keywords. Empty inside texts, comments and numbers."""
    line, column = document.lines.place(position)
    cursor = cursor_at(document.lines, line, column)
    if cursor is None:
        return []
    edit = types.Range(document.lines.position(line, cursor.column), document.lines.position(line, column))
    items = [*_names(document, cursor), *_keywords(cursor)]
    for item in items:
        item.text_edit = types.TextEdit(edit, item.insert_text or item.label)
        item.insert_text = None
    return items


def _names(document: Document, cursor: Cursor) -> Iterator[types.CompletionItem]:
    slot = slot_at(cursor)
    seen: set[str] = set()
    for symbol, detail in _declared(document):
        if slot.takes(symbol.noun) and symbol.name not in seen:
            seen.add(symbol.name)
            kind = _KINDS.get(symbol.noun.split()[0], types.CompletionItemKind.Variable)
            yield types.CompletionItem(symbol.name, kind=kind, detail=detail, sort_text=f"1 {symbol.name}")
    for word in slot.words:
        if word not in seen:
            yield types.CompletionItem(word, kind=types.CompletionItemKind.Keyword, sort_text=f"2 {word}")
    if "CURRENCY" in cursor.accepts:
        for one in every(document.book, syntax.Currency):
            code = one.name.text
            unit = types.CompletionItemKind.Unit
            detail = "the book's currency" if one.worth is None else "a unit of account"
            yield types.CompletionItem(code, kind=unit, detail=detail, insert_text=f"{code} ", sort_text=f"2 {code}")


def _declared(document: Document) -> Iterator[tuple[Symbol, str]]:
    """What is declared, with the line that does: as the tree has it, and where a declaration cannot be read now."""
    for one in occurrences(document.scope):
        if one.declares:
            source = document.sources.get(one.node.span.path, "")
            own = one.node.span.path == document.path
            line = document.lines.line(one.node.span.line) if own else _line(source, one.node.span.line)
            yield one.symbol, line.split("{")[0].strip()
    for line in document.lines.all:
        found = _DECLARED.match(line)
        if found:
            yield Symbol(found.group(1), found.group(2)), line.split("{")[0].strip()


def _line(source: str, number: int) -> str:
    lines = source.splitlines()
    return lines[number - 1] if number <= len(lines) else ""


def _keywords(cursor: Cursor) -> Iterator[types.CompletionItem]:
    words = keywords()
    for terminal in sorted(cursor.accepts):
        phrase = _PHRASES.get(terminal)
        if terminal in words:
            phrase = " ".join(_continued(cursor.state, terminal))
        if phrase is not None:
            yield types.CompletionItem(
                phrase, kind=types.CompletionItemKind.Keyword, filter_text=phrase, sort_text=f"3 {phrase}"
            )


def _continued(state: InteractiveParser, terminal: str) -> Iterator[str]:
    """A keyword, and the ones that must follow it: `up to`, `true up at end of`."""
    words = keywords()
    state = state.copy()  # type: ignore[no-untyped-call]
    for _ in range(_LONGEST):
        yield words[terminal]
        state.feed_token(Token(terminal, words[terminal]))
        following = accepted(state)
        if len(following) != 1:
            return
        terminal = next(iter(following))
        if terminal not in words:
            return
