"""Checking a text again after an edit: what did not change is neither parsed nor checked a second time.

Each declaration is read on its own, with places that count from its first line; moving it changes nothing. What its
findings depend on in other declarations is exactly what its passes asked the scope, so it is checked again only where
one of these answers has changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from dsl import syntax
from dsl.checker import WHOLE_PASSES, Loader, findings_of, has_errors, settled, used_books
from dsl.chunks import Chunk
from dsl.diagnostics.model import Diagnostic, shifted
from dsl.files import read_file
from dsl.parser import Parsed, book_of, parse, parse_chunk, read_chunks
from dsl.passes.pieces import Piece, Question, piece_of
from dsl.passes.scope import Scope, scope_of_pieces
from dsl.syntax.base import Node, Span

Answers = Mapping[Question, tuple[Any, ...]]


class _Read(NamedTuple):
    """A chunk that was read; `marker` stands for the file in its places."""

    marker: str
    parsed: Parsed
    pieces: tuple[Piece, ...]


class _Checked(NamedTuple):
    """The findings of a declaration, and what its passes asked."""

    found: list[Diagnostic]
    questions: frozenset[Question]


@dataclass(frozen=True, slots=True)
class _Asked(Scope):
    """A scope that keeps what it was asked."""

    questions: set[Question] = field(default_factory=set)

    def look(self, *question: str) -> tuple[Any, ...]:
        """The answers, as of any scope."""
        self.questions.add(question)
        return self.answers.get(question, ())


class Session:
    """One file through its versions. `check` finds what `dsl.check` finds; only what changed costs time."""

    def __init__(self, path: str = "<text>", loader: Loader = read_file) -> None:
        self.path = path
        self.loader = loader
        self._reads: dict[tuple[str, bool, int], _Read] = {}
        self._serial = 0
        self._files: dict[tuple[str, str], tuple[syntax.Book | None, list[Diagnostic]]] = {}
        self._answers: Answers = {}
        self._checked: dict[Piece, _Checked] = {}

    def check(self, text: str) -> list[Diagnostic]:
        """The findings of this version of the text, in the order of their places."""
        above: dict[str, int] = {}
        reads: dict[tuple[str, bool, int], _Read] = {}
        pieces: list[Piece] = []

        def read(chunk: Chunk) -> Parsed:
            known = self._read(chunk, reads)
            above[known.marker] = chunk.first - 1
            pieces.extend(known.pieces)
            return known.parsed

        declarations, found = read_chunks(text, self.path, read)
        self._reads = reads
        if declarations is not None and not has_errors(found):
            found = found + self._findings(declarations, tuple(pieces))
        return settled([self._placed(one, above) for one in found])

    def _read(self, chunk: Chunk, reads: dict[tuple[str, bool, int], _Read]) -> _Read:
        """A chunk from the version before, or read now. Two with the same text are two."""
        again = 0
        while (chunk.text, chunk.balanced, again) in reads:
            again += 1
        key = (chunk.text, chunk.balanced, again)
        known = self._reads.get(key)
        if known is None:
            self._serial += 1
            marker = f"\0{self._serial}"
            parsed = parse_chunk(chunk, marker, 1)
            known = _Read(marker, parsed, tuple(piece_of(one) for one in parsed.declarations))
        reads[key] = known
        return known

    def _findings(self, declarations: list[Node], pieces: tuple[Piece, ...]) -> list[Diagnostic]:
        book = book_of(declarations, self.path)
        used, found = used_books(book, self.loader, {self.path: ""}, self._parse_file)
        if has_errors(found):
            return found
        scope = scope_of_pieces(book, pieces, used)
        changed = _changed(self._answers, scope.answers)
        self._checked = {piece: self._of_piece(scope, piece, changed) for piece in pieces}
        self._answers = scope.answers
        found += [one for whole in WHOLE_PASSES for one in whole(scope)]
        return found + [one for checked in self._checked.values() for one in checked.found]

    def _parse_file(self, text: str, path: str) -> tuple[syntax.Book | None, list[Diagnostic]]:
        if (path, text) not in self._files:
            self._files = {known: read for known, read in self._files.items() if known[0] != path}
            self._files[path, text] = parse(text, path)
        return self._files[path, text]

    def _of_piece(self, scope: Scope, piece: Piece, changed: frozenset[Question]) -> _Checked:
        known = self._checked.get(piece)
        if known is not None and known.questions.isdisjoint(changed):
            return known
        asked = _Asked(scope.book, scope.used, scope.by_noun, scope.pieces, scope.answers)
        found = findings_of(asked, piece)
        return _Checked(found, frozenset(asked.questions))

    def _placed(self, found: Diagnostic, above: dict[str, int]) -> Diagnostic:
        """A finding with its places in the file."""

        def place(span: Span) -> Span:
            return shifted(span, self.path, above[span.path]) if span.path in above else span

        labels = tuple(replace(label, span=place(label.span)) for label in found.labels) if found.labels else ()
        return replace(found, span=place(found.span), labels=labels)


def _changed(before: Answers, after: Answers) -> frozenset[Question]:
    """The questions that have another answer now."""
    gone = {question for question in before if question not in after}
    other = {question for question, answer in after.items() if not _same(before.get(question, ()), answer)}
    return frozenset(gone | other)


def _same(before: tuple[Any, ...], after: tuple[Any, ...]) -> bool:
    """The same nodes, or the same names; a node that reads the same elsewhere is another one."""
    if before is after:
        return True
    return len(before) == len(after) and all(
        one is other or (type(one) is str and one == other) for one, other in zip(before, after, strict=True)
    )
