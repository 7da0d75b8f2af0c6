"""Text to syntax tree."""

from __future__ import annotations

from dsl import syntax
from dsl.builder import Builder
from dsl.diagnostics.model import Diagnostic
from dsl.grammar.loader import parser


def parse(text: str, path: str = "<text>") -> tuple[syntax.Book | None, list[Diagnostic]]:
    """The syntax tree of a book and what is wrong with its form."""
    builder = Builder(path)
    book = builder.book(parser().parse(text))
    return book, builder.found
