"""Text to syntax tree, declaration by declaration, with as many findings in one run as the text has mistakes."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from lark import Token, Tree
from lark.exceptions import UnexpectedInput

from dsl import syntax
from dsl.blanks import without_clause
from dsl.braces import mend
from dsl.builder import Builder
from dsl.chunks import Chunk, chunks
from dsl.diagnostics.model import Diagnostic, moved
from dsl.grammar.loader import parser
from dsl.limits import refuse, refuse_lines, without_controls
from dsl.syntax.base import Node, Span
from dsl.syntax_errors import explain

# Each mistake costs one more parse of its declaration: past this many the rest is left for the next run
MAX_SYNTAX_ERRORS = 20


class Parsed(NamedTuple):
    """What one chunk of a text says, and what is wrong with its form; nothing where it has more than can be told.

    refused: it is too large to be read, and so is the book.
    """

    declarations: tuple[Node, ...]
    found: list[Diagnostic]
    refused: bool = False


def parse(text: str, path: str = "<text>") -> tuple[syntax.Book | None, list[Diagnostic]]:
    """The syntax tree of a book and what is wrong with its form.

    The tree is None when the text was refused (too large) or has more mistakes than are told in one run. With errors
    among the findings the tree lacks the clauses that could not be read: good enough for an editor, not for a bill.
    """
    declarations, found = read_chunks(text, path, lambda chunk: parse_chunk(chunk, path, chunk.first))
    return (None if declarations is None else book_of(declarations, path)), found


def read_chunks(text: str, path: str, read: Callable[[Chunk], Parsed]) -> tuple[list[Node] | None, list[Diagnostic]]:
    """The declarations of a text, each chunk read by `read`, and their findings in the order of the text."""
    clean = normalised(text)
    found = refuse(clean, path)
    if found:
        return None, found
    declarations: list[Node] = []
    for chunk in chunks(clean):
        parsed = read(chunk)
        if parsed.refused:
            return None, parsed.found
        found += parsed.found
        if len(found) >= MAX_SYNTAX_ERRORS:
            return None, found[:MAX_SYNTAX_ERRORS]
        declarations += parsed.declarations
    return declarations, found


def book_of(declarations: list[Node], path: str) -> syntax.Book:
    """A book of these declarations."""
    last = declarations[-1].span if declarations else Span(path, 1, 1, 1, 1)
    span = Span(path, 1, 1, last.end_line, last.end_column)
    return syntax.Book(span, path, tuple(declarations))  # type: ignore[arg-type]


def ordered(found: list[Diagnostic]) -> list[Diagnostic]:
    """Findings in the order of their places."""
    return sorted(found, key=lambda one: one.sort_key)


def normalised(text: str) -> str:
    """The text without byte-order mark; a lone carriage return ends a line too."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def parse_chunk(chunk: Chunk, path: str, first: int) -> Parsed:
    """Read one chunk; `first` is the line on which its places begin."""
    found = refuse_lines(chunk.text, path)
    if found:
        return Parsed((), [moved(one, path, first - 1) for one in found], True)
    clean, found = without_controls(chunk.text, path)
    text: str | None = clean
    if not chunk.balanced:
        text, more = mend(clean, path)
        found += more
    tree: Tree[Token] | None = None
    if text is not None:
        tree, more = _recovering_parse(text, path)
        found += more
    builder = Builder(path, first - 1)
    built = () if tree is None else builder.declarations(tree)
    return Parsed(built, ordered([moved(one, path, first - 1) for one in found] + builder.found))


def _recovering_parse(text: str, path: str) -> tuple[Tree[Token] | None, list[Diagnostic]]:
    """Blank the clause that fails, parse again: the newline-ended clause is what makes this simple."""
    found: list[Diagnostic] = []
    while True:
        try:
            return parser().parse(text), found
        except UnexpectedInput as failure:
            diagnostic = explain(failure, text, path)
        found.append(diagnostic)
        shorter = without_clause(text, diagnostic.span.line)
        if shorter == text or len(found) == MAX_SYNTAX_ERRORS:
            return None, found
        text = shorter
