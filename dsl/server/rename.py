"""Renaming: every use at once, or a reason why not. What was renamed is read again to prove that it means the same."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from lsprotocol import types

from dsl import syntax
from dsl.atoms import DURATION_UNITS
from dsl.passes.names import EVENT_UNITS, RESERVED
from dsl.passes.references import STEPS, TOTALS
from dsl.passes.scope import known_currency
from dsl.server.document import Document
from dsl.server.navigate import occurrence_at
from dsl.server.occurrences import Occurrence, Symbol, occurrences
from dsl.syntax import every
from dsl.syntax.base import Name

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# Nouns that are looked up together somewhere: a name of one must not become a name of another
_TOGETHER = (
    ("charge", "coupon", "tax", "wallet"),
    ("meter", "wallet", "feature"),
    ("plan", "add_on"),
    ("unit", "currency"),
)
_FIXED = {
    "dimension": "a dimension has the name of the events' property",
    "value": "a value is what events say",
    "currency": "a currency's code says what is paid",
}


class CannotRename(ValueError):
    """A name that cannot be renamed, or not to this; the message is the reason."""


@dataclass(frozen=True, slots=True)
class Renaming:
    """The places to change, in the order of the text, and the edits that do it."""

    symbol: Symbol
    edits: list[types.TextEdit]
    text: str


def prepare(document: Document, position: types.Position) -> types.Range:
    """The range of the name at a position. Raises `CannotRename` where there is none that may have another name."""
    found = _renameable(document, position)
    return document.lines.range(found.node.span)


def rename(document: Document, position: types.Position, new: str) -> Renaming:
    """All uses of the name at a position under a new name. Raises `CannotRename`, and then nothing is changed."""
    found = _renameable(document, position)
    _allowed(document, found.symbol, new)
    places = [one for one in occurrences(document.scope) if one.symbol == found.symbol]
    edits = [types.TextEdit(document.lines.range(one.node.span), new) for one in places]
    text = _applied(document, places, new)
    _same_meaning(document, found.symbol, new, text)
    return Renaming(found.symbol, edits, text)


def _renameable(document: Document, position: types.Position) -> Occurrence:
    found = occurrence_at(document, *document.lines.place(position))
    if found is None or not isinstance(found.node, Name):
        raise CannotRename("no name stands here that the book declares")
    if not document.readable:
        raise CannotRename("the book has clauses that cannot be read; uses of the name may hide in them")
    noun, name = found.symbol
    reason = _FIXED.get(noun.split(" of ")[0])
    if reason:
        raise CannotRename(f"`{name}` keeps its name: {reason}")
    for one in occurrences(document.scope):
        if one.symbol == found.symbol and one.node.span.path != document.path:
            raise CannotRename(f"`{name}` is declared in {one.node.span.path}, which other books may use")
    if not every(document.book, syntax.Header):
        raise CannotRename(f"other books may use `{name}` of this file")
    return found


def _allowed(document: Document, symbol: Symbol, new: str) -> None:
    noun, old = symbol
    if not _NAME.fullmatch(new):
        raise CannotRename(f"`{new}` is not a name: letters, digits and `_`, no digit first")
    if new == old:
        raise CannotRename(f"it is named `{old}` already")
    reserved = set(RESERVED)
    if noun in _TOGETHER[0]:
        reserved |= {*STEPS, *TOTALS}
    if noun == "unit":
        reserved |= {*EVENT_UNITS, *DURATION_UNITS}
    if new in reserved or (noun == "unit" and known_currency(new)):
        raise CannotRename(f"`{new}` has a meaning of its own")
    nouns = {noun, *(other for group in _TOGETHER if noun in group for other in group)}
    for one in occurrences(document.scope):
        if one.symbol.name == new and one.symbol.noun in nouns:
            raise CannotRename(f"there is a {one.symbol.noun.split(' of ')[0]} named `{new}` already")


def _applied(document: Document, places: list[Occurrence], new: str) -> str:
    """The text with the places replaced, from the last to the first; line ends stay as they are."""
    pieces = re.split(r"(\r\n|\n|\r)", document.text)
    mark = document.text[: len(document.text) - len(document.text.removeprefix("\ufeff"))]
    pieces[0] = pieces[0].removeprefix("\ufeff")
    for one in reversed(places):
        span = one.node.span
        at = 2 * (span.line - 1)
        pieces[at] = pieces[at][: span.column - 1] + new + pieces[at][span.end_column - 1 :]
    return mark + "".join(pieces)


def _same_meaning(document: Document, symbol: Symbol, new: str, text: str) -> None:
    """The renamed text must have the same names in the same order, with only this one changed."""
    renamed = replace(document, text=text)
    before = [_changed(one, symbol, new) for one in occurrences(document.scope)]
    after = [(one.symbol, one.declares) for one in occurrences(renamed.scope)]
    if not renamed.readable or before != after:
        raise CannotRename(f"`{new}` would be read as something else at one of its places")


def _changed(one: Occurrence, symbol: Symbol, new: str) -> tuple[Symbol, bool]:
    noun, name = one.symbol
    if symbol.noun == "calendar" and noun == f"band of {symbol.name}":
        noun = f"band of {new}"
    return Symbol(noun, new if one.symbol == symbol else name), one.declares
