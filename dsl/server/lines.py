"""Places in a text: the compiler counts lines and characters from 1, an editor counts lines and code units from 0."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from lsprotocol import types

from dsl.syntax.base import Span

MARK = "\ufeff"
_ENDS = re.compile(r"\r\n|\n|\r")
# In UTF-16 a character beyond the first plane takes two units; in UTF-8 one to four
_FIRST_PLANE = 0xFFFF


def units(letters: str, encoding: str) -> int:
    """How many code units of `utf-8`, `utf-16` or `utf-32` a piece of text takes."""
    if encoding == types.PositionEncodingKind.Utf32:
        return len(letters)
    if encoding == types.PositionEncodingKind.Utf8:
        return len(letters.encode("utf-8", "surrogatepass"))
    return len(letters) + sum(ord(letter) > _FIRST_PLANE for letter in letters)


@dataclass(frozen=True)
class Lines:
    """The lines of a text without their ends. `encoding`: the code units in which the editor counts."""

    text: str
    encoding: str = types.PositionEncodingKind.Utf16.value

    @cached_property
    def all(self) -> list[str]:
        """Every line; a text that ends with a line end has an empty last one. The byte-order mark is no part."""
        return _ENDS.split(self.text.removeprefix(MARK))

    def line(self, number: int) -> str:
        """A line by its number from 1; empty beyond the last one."""
        return self.all[number - 1] if 1 <= number <= len(self.all) else ""

    def place(self, position: types.Position) -> tuple[int, int]:
        """Line and column (from 1) of an editor's position; one beyond the text is moved to the nearest place in it."""
        number = min(position.line + 1, len(self.all))
        line = self.line(number)
        if position.line + 1 > number:
            return number, len(line) + 1
        wanted = position.character - self._mark(number)
        column = used = 0
        # a place inside a character of two units is the one before it
        while column < len(line) and (used := used + units(line[column], self.encoding)) <= wanted:
            column += 1
        return number, column + 1

    def position(self, line: int, column: int) -> types.Position:
        """The editor's position of a line and a column (from 1)."""
        before = self.line(line)[: max(0, column - 1)]
        return types.Position(max(0, line - 1), self._mark(line) + units(before, self.encoding))

    def range(self, span: Span) -> types.Range:
        """The editor's range of a span of this text."""
        return types.Range(self.position(span.line, span.column), self.position(span.end_line, span.end_column))

    def whole(self) -> types.Range:
        """The range of the whole text."""
        last = len(self.all)
        return types.Range(types.Position(0, 0), self.position(last, len(self.line(last)) + 1))

    def _mark(self, line: int) -> int:
        """What a byte-order mark takes on the first line, for editors that count it."""
        return units(MARK, self.encoding) if line == 1 and self.text.startswith(MARK) else 0

    def of(self, span: Span) -> str:
        """The text of a span, its lines joined by a plain line feed."""
        if span.line == span.end_line:
            return self.line(span.line)[span.column - 1 : span.end_column - 1]
        inner = self.all[span.line : span.end_line - 1]
        first, last = self.line(span.line)[span.column - 1 :], self.line(span.end_line)[: span.end_column - 1]
        return "\n".join([first, *inner, last])


def holds(span: Span, line: int, column: int) -> bool:
    """Whether a place lies in a span; the place right behind its last character does, so that a cursor there counts."""
    return (span.line, span.column) <= (line, column) <= (span.end_line, span.end_column)


def size(span: Span) -> tuple[int, int]:
    """An order of spans by length, for the smallest one around a place."""
    lines = span.end_line - span.line
    return lines, span.end_column - span.column if not lines else span.end_column
