"""One version of a text as the server sees it: its tree as far as it can be read, and what its names stand for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from lsprotocol import types

from dsl import syntax
from dsl.checker import check, has_errors, is_shared, used_books
from dsl.diagnostics import Diagnostic
from dsl.files import read_file
from dsl.judge import compiled
from dsl.parser import ordered, parse
from dsl.passes.scope import Scope, scope_of
from dsl.server.lines import Lines, holds, size
from dsl.syntax import children
from dsl.syntax.base import Node, Span
from engine.model import Book

Loader = Callable[[str], str]
Checker = Callable[[str], list[Diagnostic]]
Reader = Callable[[str], tuple[syntax.Book | None, list[Diagnostic]]]


@dataclass(frozen=True)
class Document:
    """A text with its path. `loader` gives the texts of the files it uses; everything else is worked out when asked.

    `checker` finds what `dsl.check` finds, `reader` gives what `dsl.parse` gives, at the cost of what changed since the
    version before.

    A half-typed text has a tree too: the clauses that cannot be read are missing from it.
    """

    text: str
    path: str = "<text>"
    encoding: str = types.PositionEncodingKind.Utf16.value
    loader: Loader = read_file
    checker: Checker | None = None
    reader: Reader | None = None

    @cached_property
    def lines(self) -> Lines:
        """The text by lines."""
        return Lines(self.text, self.encoding)

    @cached_property
    def _parsed(self) -> tuple[syntax.Book, list[Diagnostic]]:
        book, found = parse(self.text, self.path) if self.reader is None else self.reader(self.text)
        return book or syntax.Book(Span(self.path, 1, 1, 1, 1), self.path, ()), found

    @property
    def book(self) -> syntax.Book:
        """The tree; empty where nothing could be read."""
        return self._parsed[0]

    @property
    def readable(self) -> bool:
        """Whether every clause could be read."""
        return not has_errors(self._parsed[1])

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
    def quick(self) -> list[Diagnostic]:
        """What the checks find; what the examples come to is not known yet."""
        if self.checker is not None:
            return self.checker(self.text)
        return check(self.text, self.path, self.loader)[1]

    @cached_property
    def compiled(self) -> tuple[Book | None, list[Diagnostic]]:
        """The compiled book, or None where there is none; and every finding, those of the examples included."""
        found = self.quick
        if has_errors(found) or is_shared(self.book):
            return None, found
        book, more, _ = compiled(self.scope, self.sources, self.loader)
        return book, ordered([*found, *more])

    @property
    def found(self) -> list[Diagnostic]:
        """Every finding, the failures of examples included."""
        return self.compiled[1]

    def around(self, line: int, column: int) -> list[Node]:
        """The nodes around a place, the smallest first."""
        found = [node for node in self._below(self.book, line, column) if node is not self.book]
        return sorted(found, key=lambda node: size(node.span))

    def _below(self, node: Node, line: int, column: int) -> list[Node]:
        inside = [child for child in children(node) if holds(child.span, line, column)]
        return [node, *(one for child in inside for one in self._below(child, line, column))]
