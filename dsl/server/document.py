"""One version of a text as the server sees it: its tree as far as it can be read, and what its names stand for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from lsprotocol import types

from dsl import syntax
from dsl.checker import CheckedBook, check, read_file, used_books
from dsl.diagnostics import Diagnostic, Severity
from dsl.diagnostics.model import error
from dsl.examples import run_examples
from dsl.lowering import Unlowerable, lower
from dsl.parser import parse
from dsl.passes.scope import Scope, scope_of
from dsl.server.lines import Lines, holds, size
from dsl.syntax import children, walk
from dsl.syntax.base import Node, Span
from engine.model import Book

Loader = Callable[[str], str]


@dataclass(frozen=True)
class Document:
    """A text with its path. `loader` gives the texts of the files it uses; everything else is worked out when asked.

    A half-typed text has a tree too: the clauses that cannot be read are missing from it.
    """

    text: str
    path: str = "<text>"
    encoding: str = types.PositionEncodingKind.Utf16.value
    loader: Loader = read_file

    @cached_property
    def lines(self) -> Lines:
        """The text by lines."""
        return Lines(self.text, self.encoding)

    @cached_property
    def _parsed(self) -> tuple[syntax.Book, list[Diagnostic]]:
        book, found = parse(self.text, self.path)
        return book or syntax.Book(Span(self.path, 1, 1, 1, 1), self.path, ()), found

    @property
    def book(self) -> syntax.Book:
        """The tree; empty where nothing could be read."""
        return self._parsed[0]

    @property
    def readable(self) -> bool:
        """Whether every clause could be read."""
        return not any(one.severity is Severity.ERROR for one in self._parsed[1])

    @cached_property
    def _used(self) -> tuple[tuple[syntax.Book, ...], dict[str, str]]:
        sources = {self.path: self.text}
        return used_books(self.book, self.loader, sources)[0], sources

    @cached_property
    def scope(self) -> Scope:
        """What the names of the tree and of the files it uses stand for."""
        return scope_of(self.book, self._used[0])

    @property
    def sources(self) -> dict[str, str]:
        """The texts of this file and of those it uses, by path."""
        return self._used[1]

    @cached_property
    def checked(self) -> tuple[CheckedBook | None, Book | None, list[Diagnostic]]:
        """The checked book, the compiled book, and the findings of both and of the examples."""
        checked, found = check(self.text, self.path, self.loader)
        if checked is None:
            return None, None, found
        try:
            book = lower(checked.scope, checked.sources, self.loader)
        except Unlowerable as problem:
            extra = error("RB090", problem.node.span, problem.message, help=problem.hint)
            return checked, None, [*found, extra]
        failed = [one for result in run_examples(book) for one in result.diagnostics]
        return checked, book, [*found, *failed]

    @property
    def found(self) -> list[Diagnostic]:
        """Every finding, the failures of examples included."""
        return self.checked[2]

    def around(self, line: int, column: int) -> list[Node]:
        """The nodes around a place, the smallest first."""
        found = [node for node in self._below(self.book, line, column) if node is not self.book]
        return sorted(found, key=lambda node: size(node.span))

    def _below(self, node: Node, line: int, column: int) -> list[Node]:
        inside = [child for child in children(node) if holds(child.span, line, column)]
        return [node, *(one for child in inside for one in self._below(child, line, column))]

    def nodes(self) -> list[Node]:
        """Every node of the tree, parents first."""
        return list(walk(self.book))
