"""Text to syntax tree, with as many findings in one run as the text has mistakes."""

from __future__ import annotations

from lark import Token, Tree
from lark.exceptions import UnexpectedInput

from dsl import syntax
from dsl.blanks import without_clause
from dsl.braces import balance
from dsl.builder import Builder
from dsl.diagnostics.model import Diagnostic
from dsl.grammar.loader import parser
from dsl.limits import refuse
from dsl.syntax_errors import explain

# Each mistake costs one more parse: past this many the rest is left for the next run
MAX_SYNTAX_ERRORS = 20


def parse(text: str, path: str = "<text>") -> tuple[syntax.Book | None, list[Diagnostic]]:
    """The syntax tree of a book and what is wrong with its form.

    The tree is None when the text was refused (too large) or no part of it could be read. With errors among the
    findings the tree lacks the clauses that could not be read: good enough for an editor, not for a bill.
    """
    clean = normalised(text)
    found = refuse(clean, path)
    if found:
        return None, found
    clean, found = balance(clean, path)
    tree, more = _recovering_parse(clean, path)
    found += more
    if tree is None:
        return None, sorted(found, key=lambda one: one.sort_key)
    builder = Builder(path)
    book = builder.book(tree)
    return book, sorted(found + builder.found, key=lambda one: one.sort_key)


def normalised(text: str) -> str:
    """The text without byte-order mark; a lone carriage return ends a line too."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


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
