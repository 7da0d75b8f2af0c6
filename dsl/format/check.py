"""Formatting with its proof: the same tree, every comment, and nothing left to format. It refuses otherwise."""

from __future__ import annotations

from dsl import syntax
from dsl.diagnostics.model import Diagnostic, Severity, error
from dsl.format.comments import comments_of, trivias_of
from dsl.format.printer import print_book
from dsl.parser import normalised, parse


def format_text(text: str, path: str = "<text>") -> tuple[str | None, list[Diagnostic]]:
    """The text of a book as the formatter writes it, or None and the findings for which it was refused.

    A text that does not parse is refused with its syntax errors. The result is parsed again: a tree that differs in
    more than places, a lost comment, or a result that would be formatted once more, refuse it with RB810.
    """
    book, found = parse(text, path)
    if book is None or any(one.severity is Severity.ERROR for one in found):
        return None, found
    clean = normalised(text)
    result = print_book(book, trivias_of(clean, book))
    reason = unproved(book, [one.text for one in comments_of(clean)], result)
    if reason is not None:
        span = syntax.Span(path, 1, 1, 1, 1)
        return None, [error("RB810", span, f"not formatted: {reason}", help="keep the text as it is, and report it")]
    return result, []


def unproved(book: syntax.Book, comments: list[str], result: str) -> str | None:
    """Why a text may not stand for a tree and its comments, or None where all three properties hold."""
    again, found = parse(result, book.path)
    if again is None or found:
        place = f" (line {found[0].span.line}: {found[0].message})" if found else ""
        return f"the result would not be a book{place}"
    if again != book:
        return "the result would say something else"
    if [one.text for one in comments_of(result)] != comments:
        return "a comment would be lost or moved past another"
    if print_book(again, trivias_of(result, again)) != result:
        return "the result would be formatted differently a second time"
    return None
