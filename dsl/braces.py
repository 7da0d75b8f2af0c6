"""Braces that do not balance: where one is missing, and the text with it put in, so that the rest can be read.

What is open is told by braces, what was meant by indentation: a `}` further left than the innermost open block leaves
that block without its own, and so does a block that opens beside it; a `}` further right than it belongs to a line
that opened a block and has no `{`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from dsl.chunks import MARKS
from dsl.diagnostics.model import Diagnostic, error
from dsl.syntax.base import Span

# Lines that open a block: with nothing after them but a comment, their brace is missing
_OPENERS = re.compile(
    r"[ \t]*(?:plan|add_on|meter|calendar|charge|contract|amendment|phase|coupon|wallet|dunning|index|example|holidays"
    r"|band|dimension)\b[^{}]*$|.*\b(?:graduated|volume|matrix by [^{}:]*)[ \t]*(?:#.*)?$"
)
MAX_FAULTS = 20


class _Open(NamedTuple):
    """A `{`: its line and column from 1, and how far its line is indented."""

    line: int
    column: int
    indent: int


class _Fault(NamedTuple):
    """A finding, and the line to put in the place of an old one."""

    found: Diagnostic
    line: int
    mended: str


def mend(text: str, path: str) -> tuple[str | None, list[Diagnostic]]:
    """The text with its braces balanced and a finding for each of them; None where there are too many to guess."""
    lines = text.split("\n")
    found: list[Diagnostic] = []
    while True:
        fault = _first_fault(lines, path)
        if fault is None:
            return "\n".join(lines), found
        found.append(fault.found)
        if len(found) == MAX_FAULTS:
            return None, found
        lines[fault.line - 1] = fault.mended


def _first_fault(lines: list[str], path: str) -> _Fault | None:
    opened: list[_Open] = []
    for number, line in enumerate(lines, 1):
        indent = len(line) - len(line.lstrip())
        for mark in MARKS.finditer(line):
            if mark.group() == "{":
                if _is_beside(opened, number, indent):
                    return _closed_above(lines, path, opened[-1], number)
                opened.append(_Open(number, mark.start() + 1, indent))
            elif mark.group() == "}":
                fault = _closing(lines, path, opened, _Open(number, mark.start() + 1, indent))
                if fault is not None:
                    return fault
                opened.pop()
    if not opened:
        return None
    return _closed_above(lines, path, opened[-1], len(lines) + 1)


def _is_beside(opened: list[_Open], number: int, indent: int) -> bool:
    """Whether a block opens where the innermost one did: beside it, so that one should have ended."""
    if len(opened) < 2 or opened[-1].line == number:
        return False
    return opened[-2].indent < opened[-1].indent == indent


def _closed_above(lines: list[str], path: str, brace: _Open, line: int) -> _Fault:
    """The block closed at the end of the last line above that says anything: its own first line at the least."""
    last = next(number for number in range(line - 1, 0, -1) if _bare(lines[number - 1]))
    return _Fault(_never_closed(path, brace), last, f"{_bare(lines[last - 1])} }}")


def _closing(lines: list[str], path: str, opened: list[_Open], brace: _Open) -> _Fault | None:
    """What is wrong with a `}`, if anything: it closes too little, too much, or nothing."""
    leads = brace.column == brace.indent + 1
    after = opened[-1].line if opened else 0
    if leads and opened and opened[-1].indent > brace.indent and any(one.indent == brace.indent for one in opened):
        return _closed_above(lines, path, opened[-1], brace.line)
    if not opened or (leads and opened[-1].indent < brace.indent):
        opener = _without_brace(lines, after, brace)
        if opener is not None:
            text = _bare(lines[opener - 1])
            return _Fault(_missing(path, opener, len(text) + 1), opener, f"{text} {{")
    if opened:
        return None
    line = lines[brace.line - 1]
    return _Fault(_not_opened(path, brace), brace.line, f"{line[: brace.column - 1]} {line[brace.column :]}")


def _without_brace(lines: list[str], after: int, brace: _Open) -> int | None:
    """The last line before a `}` that opens a block as far to the left, and has no `{`."""
    for number in range(brace.line - 1, after, -1):
        text = lines[number - 1].rstrip()
        if len(text) - len(text.lstrip()) == brace.indent and "{" not in text and _OPENERS.match(text):
            return number
    return None


def _bare(line: str) -> str:
    """A line without its comment."""
    comment = next((mark.start() for mark in MARKS.finditer(line) if mark.group()[0] == "#"), len(line))
    return line[:comment].rstrip()


def _never_closed(path: str, brace: _Open) -> Diagnostic:
    span = Span(path, brace.line, brace.column, brace.line, brace.column + 1)
    return error(
        "RB010", span, "this `{` is never closed", caret="opened here", help="add a `}` at the end of its block"
    )


def _missing(path: str, line: int, column: int) -> Diagnostic:
    return error(
        "RB010",
        Span(path, line, column, line, column + 1),
        "a `{` is missing here",
        caret="add `{`",
        help="write the `{` on the line that names the block",
    )


def _not_opened(path: str, brace: _Open) -> Diagnostic:
    span = Span(path, brace.line, brace.column, brace.line, brace.column + 1)
    return error("RB010", span, "this `}` closes nothing", caret="remove it, or add its `{`")
