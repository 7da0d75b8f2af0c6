"""Brace balance, checked before parsing: one missing brace is one finding, not one for every line after it."""

from __future__ import annotations

import re
from typing import NamedTuple

from dsl.blanks import blank_lines
from dsl.diagnostics.model import Diagnostic, error
from dsl.syntax.base import Span

_MARKS = re.compile(r'"[^"\r\n]*"|#[^\r\n]*|[{}]|\n')
DECLARATION = re.compile(
    r"(?:book|use|currency|timezone|unit|dimension|calendar|meter|feature|plan|add_on|coupon|wallet|dunning|tax|index"
    r"|contract|amendment|example)\b"
)
# Lines that open a block: with nothing after them but a comment, their brace is missing
_OPENERS = re.compile(
    r"[ \t]*(?:plan|add_on|meter|calendar|charge|contract|amendment|phase|coupon|wallet|dunning|index|example|holidays"
    r"|band|dimension)\b[^{}]*$|.*\b(?:graduated|volume|matrix by [^{}:]*)[ \t]*(?:#.*)?$"
)


class _Brace(NamedTuple):
    line: int
    column: int


def balance(text: str, path: str) -> tuple[str, list[Diagnostic]]:
    """The text with unbalanced declarations blanked out, and a finding for each of them."""
    lines = text.split("\n")
    found: list[Diagnostic] = []
    bad: list[tuple[int, int]] = []
    opened: list[_Brace] = []
    declaration = 1
    for line, column, mark in _marks(text):
        if mark == "declaration":
            if opened:
                found.append(_never_closed(path, opened[-1]))
                bad.append((declaration, line - 1))
                opened.clear()
            declaration = line
        elif mark == "{":
            opened.append(_Brace(line, column))
        elif opened:
            opened.pop()
        else:
            found.append(_not_opened(path, lines, declaration, _Brace(line, column)))
            bad.append((declaration, line))
    if opened:
        found.append(_never_closed(path, opened[-1]))
        bad.append((declaration, len(lines)))
    return blank_lines(lines, bad), found


def _marks(text: str) -> list[tuple[int, int, str]]:
    """Braces outside texts and comments, and lines that start a declaration at their first column."""
    marks: list[tuple[int, int, str]] = []
    line, start = 1, 0
    if DECLARATION.match(text):
        marks.append((1, 1, "declaration"))
    for found in _MARKS.finditer(text):
        mark = found.group()
        if mark == "\n":
            line, start = line + 1, found.end()
            if DECLARATION.match(text, start):
                marks.append((line, 1, "declaration"))
        elif mark in "{}":
            marks.append((line, found.start() - start + 1, mark))
    return marks


def _never_closed(path: str, brace: _Brace) -> Diagnostic:
    span = Span(path, brace.line, brace.column, brace.line, brace.column + 1)
    return error(
        "RB010", span, "this `{` is never closed", caret="opened here", help="add a `}` at the end of its block"
    )


def _not_opened(path: str, lines: list[str], first: int, brace: _Brace) -> Diagnostic:
    """The missing `{` is most likely on a line of the same declaration that opens a block and has none."""
    for number in range(first, brace.line):
        text = lines[number - 1].rstrip()
        if _OPENERS.match(text) and "{" not in text:
            end = len(text.split("#")[0].rstrip()) + 1
            return error(
                "RB010",
                Span(path, number, end, number, end + 1),
                "a `{` is missing here",
                caret="add `{`",
                help="write the `{` on the line that names the block",
            )
    span = Span(path, brace.line, brace.column, brace.line, brace.column + 1)
    return error("RB010", span, "this `}` closes nothing", caret="remove it, or add its `{`")
