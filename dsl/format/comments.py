"""Comments and blank lines: read from the text by their places, kept beside the tree, written again."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from dsl import syntax
from dsl.syntax import Node, Span

_MARKS = re.compile(r'"[^"\r\n]*"|#[^\r\n]*|\n')


class Comment(NamedTuple):
    """A comment of the text, its `#` included, without blanks at its end; line and column count from 1."""

    line: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class Trivia:
    """What stands around a line of a block.

    before: comments on lines of their own, an empty text for a blank line; opening: the comment after its `{`;
    ending: as `before`, ahead of its `}`; after: the comment at its end.
    """

    before: tuple[str, ...] = ()
    opening: str = ""
    ending: tuple[str, ...] = ()
    after: str = ""


NOTHING = Trivia()


@dataclass(slots=True)
class Trivias:
    """The trivia of a book: by the span of the line they belong to, and what follows the last declaration."""

    at: dict[Span, Trivia] = field(default_factory=dict)
    ending: tuple[str, ...] = ()

    def of(self, node: Node) -> Trivia:
        """What stands around this line."""
        return self.at.get(node.span, NOTHING)


def comments_of(text: str) -> list[Comment]:
    """All comments in their order."""
    found: list[Comment] = []
    line, start = 1, 0
    for mark in _MARKS.finditer(text):
        if mark.group() == "\n":
            line, start = line + 1, mark.end()
        elif mark.group()[0] == "#":
            found.append(Comment(line, mark.start() - start + 1, mark.group().rstrip()))
    return found


def lines_of(node: Node) -> tuple[Node, ...] | None:
    """The lines of the block that stands in this line, or None where there is none.

    A line has at most one block of its own: a charge's clauses, the rows of the price in a `price` clause, the values
    of a dimension.
    """
    for below in syntax.walk(node):
        if isinstance(below, syntax.Dimension):
            return below.values
        if hasattr(below, "clauses"):
            return syntax.clauses_of(below)
    return None


def trivias_of(text: str, book: syntax.Book) -> Trivias:
    """The comments and blank lines of a text, each at the line of the tree that it belongs to."""
    reader = _Reader(comments_of(text))
    ending = reader.block(None, book.declarations, None)
    return Trivias(reader.at, ending)


class _Reader:
    """Walks the blocks and the comments side by side."""

    def __init__(self, comments: list[Comment]) -> None:
        self.comments = comments
        self.next = 0
        self.at: dict[Span, Trivia] = {}

    def block(self, owner: Node | None, lines: tuple[Node, ...], end: tuple[int, int] | None) -> tuple[str, ...]:
        """Give each line its trivia; returns what stands between the last line and the end of the block."""
        previous, last = owner, owner.span.line if owner else 0
        for line in lines:
            start = (line.span.line, line.span.column)
            before, last = self._between(previous, last, start, previous is owner)
            if last and line.span.line - last > 1:
                before.append("")
            if before:
                self.at[line.span] = Trivia(before=tuple(before))
            inner = lines_of(line)
            if inner is not None:
                stop = (line.span.end_line, line.span.end_column)
                ending = self.block(line, inner, stop)
                if ending:
                    self.at[line.span] = replace(self.at.get(line.span, NOTHING), ending=ending)
            previous, last = line, line.span.end_line
        return tuple(self._between(previous, last, end, previous is owner)[0])

    def _between(
        self, previous: Node | None, last: int, stop: tuple[int, int] | None, opening: bool
    ) -> tuple[list[str], int]:
        """The comments up to a place: one on the line where something ended belongs to that, others stand alone."""
        alone: list[str] = []
        line = last
        while self.next < len(self.comments) and (stop is None or self.comments[self.next][:2] < stop):
            comment = self.comments[self.next]
            self.next += 1
            if previous is not None and comment.line == last:
                trivia = self.at.get(previous.span, NOTHING)
                one = replace(trivia, opening=comment.text) if opening else replace(trivia, after=comment.text)
                self.at[previous.span] = one
                continue
            if line and comment.line - line > 1:
                alone.append("")
            alone.append(comment.text)
            line = comment.line
        return alone, line
