"""The shape of a record: its text with every value cut out. Machines write all their events in a few shapes.

A line that has the fixed pieces of a shape between its values, whose quoted values hold neither quote, backslash nor
control character and whose bare values are canonical, can be read in one way only: that of the shape. So comparing
pieces is a proof, and nothing needs to be parsed twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.events.rows import CORE
from engine.events.single import CANONICAL, extension_text

__all__ = ["MAX_QUOTES", "Shape", "Slot", "Span", "shape_of"]

MAX_QUOTES = 512
_TOKEN = re.compile(rb' *(?:("[^"\\]*")|([{}:,])|(-?[0-9][0-9.eE+-]*|true|false|null))')
_MARK = re.compile('"\ue000b([0-9]+)\ue001"|\ue000t([0-9]+)\ue001')


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a line, from quote `first` + 1 + `before` up to quote `last` − `after`, counted in bytes.

    Quotes are counted from 0; one past the last quote stands for the end of the line.
    """

    first: int
    before: int
    last: int
    after: int


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a value stands: a string between its quotes, or a bare number, `true`, `false` or `null`."""

    path: tuple[str, ...]
    """Attribute, then keys inside `data`."""
    bare: bool
    span: Span


Pieces = tuple[bytes | int, ...]
"""Text made of fixed bytes and of slots, by their numbers."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Everything about a line but its values."""

    quotes: int
    slots: tuple[Slot, ...]
    fixed: tuple[bytes, ...]
    """One more than slots: before the first, between, after the last."""
    data: Span
    canonical: Pieces | None
    """The canonical data; None where the data as written is canonical already."""
    ext: Pieces
    """The canonical extensions; empty when there are none."""
    objects: frozenset[tuple[str, ...]]
    """Paths that hold an object."""


class _UnfitError(Exception):
    """The record has something that a shape does not cover; another lane reads it."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A value in the line, by its bytes."""

    path: tuple[str, ...]
    bare: bool
    start: int
    end: int


class _Reader:
    """One pass over a record."""

    def __init__(self, line: bytes) -> None:
        self._line, self._place, self._quotes = line, 0, 0
        self.found: list[_Found] = []
        self.objects: dict[tuple[str, ...], tuple[int, int]] = {}
        self.values: dict[str, Any] = {}

    def read(self) -> None:
        """Find slots and objects of the whole line."""
        start = self._expect(b"{")
        self.values = self._object((), start)
        if self._place != len(self._line):
            raise _UnfitError

    def slots(self) -> tuple[Slot, ...]:
        """The slots in the order of the line."""
        return tuple(Slot(found.path, found.bare, self.span(found.start, found.end)) for found in self.found)

    def span(self, start: int, end: int) -> Span:
        """Byte positions as distances from the nearest quotes outside."""
        first = self._line.rfind(b'"', 0, start)
        last = self._line.find(b'"', end)
        last = len(self._line) if last < 0 else last
        return Span(self._line.count(b'"', 0, first), start - first - 1, self._line.count(b'"', 0, last), last - end)

    def fixed(self) -> tuple[bytes, ...]:
        """What stands between the slots."""
        edges = [0, *(edge for found in self.found for edge in (found.start, found.end)), len(self._line)]
        return tuple(self._line[edges[i] : edges[i + 1]] for i in range(0, len(edges), 2))

    def _object(self, path: tuple[str, ...], start: int) -> dict[str, Any]:
        members: dict[str, Any] = {}
        separator = b","
        while separator == b",":
            key = self._expect_text()
            self._expect(b":")
            if key in members:
                raise _UnfitError
            members[key] = self._value((*path, key))
            separator = self._next()[1] or b""
        if separator != b"}":
            raise _UnfitError
        self.objects[path] = (start, self._place)
        return members

    def _value(self, path: tuple[str, ...]) -> Any:
        text, mark, bare = self._next()
        if mark == b"{":
            return self._object(path, self._place - 1)
        if text is None and bare is None:
            raise _UnfitError
        if path in (("specversion",), ("datacontenttype",)):
            return text.decode()[1:-1] if text is not None else None
        if text is not None:
            self.found.append(_Found(path, False, self._place - len(text) + 1, self._place - 1))
        else:
            self.found.append(_Found(path, True, self._place - len(bare or b""), self._place))
        return _mark(text is None, len(self.found) - 1)

    def _next(self) -> tuple[bytes | None, bytes | None, bytes | None]:
        token = _TOKEN.match(self._line, self._place)
        if token is None:
            raise _UnfitError
        self._place = token.end()
        text, mark, bare = token.groups()
        return text, mark, bare

    def _expect(self, mark: bytes) -> int:
        if self._next()[1] != mark:
            raise _UnfitError
        return self._place - 1

    def _expect_text(self) -> str:
        text = self._next()[0]
        if text is None:
            raise _UnfitError
        return text.decode()[1:-1]


def shape_of(line: bytes) -> Shape | None:
    """The shape of a usable event's line (without its newline), or None where it needs another lane."""
    reader = _Reader(line)
    try:
        if b'"' not in line or line.count(b'"') > MAX_QUOTES or "\ue000" in line.decode():
            return None
        reader.read()
        return _shape(reader, line)
    except (_UnfitError, UnicodeDecodeError, RecursionError):
        return None


def _shape(reader: _Reader, line: bytes) -> Shape:
    values, slots = reader.values, reader.slots()
    data = values.get("data")
    texts = {slot.path[0] for slot in slots if len(slot.path) == 1 and not slot.bare}
    others = {name: value for name, value in values.items() if name not in (*CORE, "specversion", "data")}
    plain = all(value is not None if name == "datacontenttype" else name in texts for name, value in others.items())
    if not isinstance(data, dict) or values.get("specversion") != "1.0" or not texts.issuperset(CORE):
        raise _UnfitError
    if not plain or "data_base64" in others:
        raise _UnfitError
    start, end = reader.objects[("data",)]
    canonical = CANONICAL.encode(data).decode()
    return Shape(
        quotes=line.count(b'"'),
        slots=slots,
        fixed=reader.fixed(),
        data=reader.span(start, end),
        canonical=None if canonical == _marked(reader, line, start, end) else tuple(_pieces(canonical)),
        ext=tuple(_pieces(extension_text(others) or "")),
        objects=frozenset(path[1:] for path in reader.objects if path[:1] == ("data",)),
    )


def _marked(reader: _Reader, line: bytes, start: int, end: int) -> str:
    """The text from `start` to `end` with a mark for each slot in it."""
    parts, place = [], start
    for number, found in enumerate(reader.found):
        if start <= found.start < end:
            parts += [line[place : found.start].decode(), _mark(found.bare, number, quoted=True)]
            place = found.end
    return "".join(parts) + line[place:end].decode()


def _mark(bare: bool, number: int, quoted: bool = False) -> str:
    """What stands for a value while the canonical text is made; a bare one takes the quotes it gets there with it."""
    if not bare:
        return f"\ue000t{number}\ue001"
    return f'"\ue000b{number}\ue001"' if quoted else f"\ue000b{number}\ue001"


def _pieces(text: str) -> Iterator[bytes | int]:
    place = 0
    for mark in _MARK.finditer(text):
        if mark.start() > place:
            yield text[place : mark.start()].encode()
        yield int(mark[1] or mark[2])
        place = mark.end()
    if place < len(text):
        yield text[place:].encode()
