"""Blanking a piece of a text while every other line and column stays where it is."""

from __future__ import annotations

import re

_MARKS = re.compile(r'"[^"\r\n]*"|#[^\r\n]*|[{}]')


def blank_lines(lines: list[str], ranges: list[tuple[int, int]]) -> str:
    """The text with these lines (first and last, from 1) emptied."""
    kept = list(lines)
    for first, last in ranges:
        for number in range(first, min(last, len(kept)) + 1):
            kept[number - 1] = ""
    return "\n".join(kept)


def _braces(line: str) -> list[str]:
    return [mark for mark in _MARKS.findall(line) if mark in ("{", "}")]


def block_end(lines: list[str], first: int) -> int:
    """The last line of the clause that starts on line `first`: the line itself, or where the block it opens closes."""
    depth = 0
    for number in range(first, len(lines) + 1):
        for brace in _braces(lines[number - 1]):
            depth += 1 if brace == "{" else -1
        if depth <= 0:
            return number
    return len(lines)


def block_start(lines: list[str], last: int) -> int:
    """The line that opens the block which a `}` on line `last` closes."""
    depth = 0
    for number in range(last, 0, -1):
        for brace in reversed(_braces(lines[number - 1])):
            depth += 1 if brace == "}" else -1
            if depth == 0:
                return number
    return 1


def without_clause(text: str, line: int) -> str:
    """The text without the clause on this line, and without the block it opens or closes; braces stay balanced."""
    lines = text.split("\n")
    line = max(1, min(line, len(lines)))
    balance = sum(1 if brace == "{" else -1 for brace in _braces(lines[line - 1]))
    first = block_start(lines, line) if balance < 0 else line
    return blank_lines(lines, [(first, block_end(lines, first))])


def opener_of(lines: list[str], line: int) -> str:
    """The first word of the block around a line, or an empty text at the top of the file."""
    depth = 0
    for number in range(line - 1, 0, -1):
        for brace in reversed(_braces(lines[number - 1])):
            depth += 1 if brace == "}" else -1
            if depth < 0:
                words = lines[number - 1].split()
                return words[0] if words else ""
    return ""
