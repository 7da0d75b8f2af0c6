"""The tree and its comments as the lines of a book: two spaces a level, one clause a line, tables aligned."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from dsl import syntax as s
from dsl.format.comments import Trivia, Trivias, lines_of
from dsl.format.words import BLOCK, written

INDENT = "  "
# Between the longest key of a table and its prices; weights and index values are short words beside short numbers
TABLE_GAP = 3
NARROW_GAP = 1
# A dimension longer than this has a line for each value
DIMENSION_WIDTH = 100


class Line(NamedTuple):
    """A line of the book: its words with their indentation, the comment at its end, and the node that starts on it."""

    text: str
    comment: str = ""
    span: s.Span | None = None


@dataclass(slots=True)
class _Element:
    """A line of a block on its way: `key` is what is aligned on, the rest is in front of and behind its own block."""

    node: s.Node
    key: str
    head: str
    tail: str
    lines: tuple[s.Node, ...] | None
    trivia: Trivia

    @property
    def stands_apart(self) -> bool:
        """Whether blank lines surround it: the first line of a book, and what has a name and a block of its own."""
        return isinstance(self.node, s.Header) or (self.tail == "}" and not isinstance(self.node, _PLAIN_BLOCKS))


_KEYED = (s.Tier, s.Row, s.Weight, s.IndexValue)
# Blocks that stand among the clauses of a declaration
_PLAIN_BLOCKS = (s.Band, s.Holidays, s.PriceClause, s.Override, s.Commit, s.Corrections, s.Weigh, s.Tier, s.Row)


def print_book(book: s.Book, trivias: Trivias) -> str:
    """The text of a book; empty for a book with neither declarations nor comments."""
    return "".join(f"{line}\n" for line in _aligned_comments(book_lines(book, trivias)))


def book_lines(book: s.Book, trivias: Trivias) -> list[Line]:
    """The lines of a book, one for each line of its text."""
    return _Printer(trivias).block(book.declarations, trivias.ending, 0)


def _aligned_comments(lines: list[Line]) -> list[str]:
    """Comments at the ends of neighbouring lines of one level start in one column."""
    shown: list[str] = []
    for (commented, _), run in groupby(lines, key=lambda line: (line.comment != "", _indentation(line))):
        neighbours = list(run)
        width = max(len(line.text) for line in neighbours)
        shown += [f"{line.text:<{width}}  {line.comment}" if commented else line.text for line in neighbours]
    return shown


def _indentation(line: Line) -> int:
    return len(line.text) - len(line.text.lstrip())


class _Printer:
    def __init__(self, trivias: Trivias) -> None:
        self.trivias = trivias

    def block(self, nodes: tuple[s.Node, ...], ending: tuple[str, ...], depth: int) -> list[Line]:
        """The lines of a block, without its braces."""
        elements = [self._element(node) for node in nodes]
        _align(elements)
        shown: list[Line] = []
        previous: _Element | None = None
        for element in elements:
            apart = previous is not None and (element.stands_apart or previous.stands_apart)
            shown += _free_lines(element.trivia.before, depth, bool(shown), apart)
            shown += self._lines(element, depth)
            previous = element
        while ending and not ending[-1]:
            ending = ending[:-1]
        apart = bool(ending) and previous is not None and previous.stands_apart
        return shown + _free_lines(ending, depth, bool(shown), apart)

    def _element(self, node: s.Node) -> _Element:
        trivia = self.trivias.of(node)
        text = written(node)
        lines = lines_of(node)
        if isinstance(node, s.Dimension):
            text, lines = self._dimension(node, text, trivia)
        elif isinstance(node, s.Band):
            text, lines = self._band(node, text, trivia)
        elif "\n" not in text and (trivia.opening or trivia.ending):
            text += f" {BLOCK}"
        head, broken, tail = text.partition("\n")
        key = ""
        if isinstance(node, _KEYED):
            key, _, head = head.partition(": ")
            key += ":"
        return _Element(node, key, head, tail, lines if broken else None, trivia)

    def _dimension(self, node: s.Dimension, text: str, trivia: Trivia) -> tuple[str, tuple[s.Node, ...]]:
        """On one line where it fits and no comment stands between its values."""
        commented = trivia.opening or trivia.ending or any(_comments(self.trivias.of(one)) for one in node.values)
        if not commented and len(text) <= DIMENSION_WIDTH:
            return text, node.values
        return f"dimension {node.name.text} {BLOCK}", node.values

    def _band(self, node: s.Band, text: str, trivia: Trivia) -> tuple[str, tuple[s.Node, ...]]:
        """A single rule stands on the line of its band."""
        commented = trivia.opening or trivia.ending or any(_comments(self.trivias.of(one)) for one in node.clauses)
        if commented or len(node.clauses) != 1:
            return text, node.clauses
        return f"band {node.name.text} {{ {written(node.clauses)} }}", node.clauses

    def _lines(self, element: _Element, depth: int) -> list[Line]:
        indent, trivia = INDENT * depth, element.trivia
        first = indent + element.key + element.head
        if element.lines is None:
            return [Line(first, trivia.after, element.node.span)]
        inside = self.block(element.lines, trivia.ending, depth + 1)
        if not inside and not trivia.opening:
            return [Line(first + element.tail, trivia.after, element.node.span)]
        if isinstance(element.node, s.Dimension):
            inside = _with_commas(inside, len(element.lines))
        return [Line(first, trivia.opening, element.node.span), *inside, Line(indent + element.tail, trivia.after)]


def _comments(trivia: Trivia) -> bool:
    """Whether there is more than blank lines."""
    return any((*trivia.before, trivia.opening, *trivia.ending, trivia.after))


def _with_commas(lines: list[Line], values: int) -> list[Line]:
    """A comma after each value but the last."""
    shown: list[Line] = []
    for line in lines:
        is_value = bool(line.text) and not line.text.lstrip().startswith("#")
        values -= is_value
        shown.append(line._replace(text=line.text + ",") if is_value and values else line)
    return shown


def _free_lines(before: tuple[str, ...], depth: int, inside: bool, apart: bool) -> list[Line]:
    """Comments on lines of their own and single blank lines; none at the start of a block, one where set apart."""
    if apart and (not before or before[0]):
        before = ("", *before)
    shown: list[Line] = []
    for text in before:
        if text:
            shown.append(Line(INDENT * depth + text))
        elif (shown or inside) and (not shown or shown[-1].text):
            shown.append(Line(""))
    return shown


def _align(elements: list[_Element]) -> None:
    """The prices of a table, and the rules of bands, start in one column."""
    keyed = [one for one in elements if one.key]
    if any(one.lines is None for one in keyed):
        narrow = isinstance(keyed[0].node, s.Weight | s.IndexValue)
        width = max(len(one.key) for one in keyed) + (NARROW_GAP if narrow else TABLE_GAP)
        for one in keyed:
            one.key = one.key.ljust(width)
    else:
        for one in keyed:
            one.key += " "
    bands = [one for one in elements if isinstance(one.node, s.Band) and one.lines is None]
    width = max((one.head.index("{") for one in bands), default=0)
    for one in bands:
        name, brace, rule = one.head.partition("{")
        one.head = name.ljust(width) + brace + rule
