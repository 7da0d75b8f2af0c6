"""What a price book may not exceed: refused by a message before any parsing, in one pass over the text."""

from __future__ import annotations

import re

from dsl.diagnostics.model import Diagnostic, error
from dsl.syntax.base import Span

MAX_CHARACTERS = 8_000_000
MAX_LINES = 250_000
MAX_LINE = 20_000
MAX_NESTING = 60
# Operators and negations make a tree as deep as they are many
MAX_DEPTH_OF_LINE = 100

MAX_CONTROLS = 20
# What an editor shows as nothing: control characters but for tabs and line ends, and halves of surrogate pairs
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")

_PLAIN = re.compile(r'"[^"]*"|#.*')
_NEGATION = re.compile(r"\bnot\b")
_OPERATOR = re.compile(r"[-+*]")
_MARKS = re.compile(r'"[^"\r\n]*"|#[^\r\n]*|[(){}]|\n')


def refuse(text: str, path: str) -> list[Diagnostic]:
    """The reason not to read this text at all; empty for every ordinary book."""
    for size, most, what in ((len(text), MAX_CHARACTERS, "characters"), (text.count("\n"), MAX_LINES, "lines")):
        if size > most:
            return [_too_large(path, 1, f"the file has {size:_} {what}, at most {most:_} are read")]
    return []


def refuse_lines(text: str, path: str) -> list[Diagnostic]:
    """The first reason not to read these lines: too long, or nested too deep."""
    lines = text.split("\n")
    for number, line in enumerate(lines, 1) if max(map(len, lines)) > MAX_DEPTH_OF_LINE else ():
        if len(line) > MAX_LINE:
            return [_too_large(path, number, f"this line has {len(line):_} characters, at most {MAX_LINE:_} are read")]
        if len(line) > MAX_DEPTH_OF_LINE and _depth(line) > MAX_DEPTH_OF_LINE:
            message = f"more than {MAX_DEPTH_OF_LINE} operators, negations and parentheses around one another"
            return [_too_large(path, number, message)]
    return _nesting(text, path) if text.count("{") + text.count("(") > MAX_NESTING else []


def without_controls(text: str, path: str) -> tuple[str, list[Diagnostic]]:
    """The text with spaces for characters that are no text (controls, halves of pairs), and a finding each."""
    if _CONTROLS.search(text) is None:
        return text, []
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        for mark in _CONTROLS.finditer(line):
            span = Span(path, number, mark.start() + 1, number, mark.start() + 2)
            found.append(error("RB017", span, f"the character {named(mark.group())} has no meaning here"))
    return _CONTROLS.sub(" ", text), found[:MAX_CONTROLS]


def named(character: str) -> str:
    """A character for a message: itself where it can be seen, else its number."""
    seen = character.isprintable() and not character.isspace()
    return f"`{character}`" if seen else f"U+{ord(character):04X}"


def _depth(line: str) -> int:
    """At most how deep the tree of this line can be."""
    bare = _PLAIN.sub("", line)
    depth = deepest = 0
    for mark in re.findall(r"[()]", bare):
        depth = depth + 1 if mark == "(" else max(0, depth - 1)
        deepest = max(deepest, depth)
    arithmetic = len(_OPERATOR.findall(bare)) if "measure" in bare else 0
    return deepest + len(_NEGATION.findall(bare)) + arithmetic


def _nesting(text: str, path: str) -> list[Diagnostic]:
    depth, line = 0, 1
    for found in _MARKS.finditer(text):
        mark = found.group()
        if mark == "\n":
            line += 1
        elif mark in "({":
            depth += 1
            if depth > MAX_NESTING:
                return [_too_large(path, line, f"blocks or parentheses nest deeper than {MAX_NESTING}")]
        elif mark in ")}":
            depth = max(0, depth - 1)
    return []


def _too_large(path: str, line: int, message: str) -> Diagnostic:
    return error(
        "RB013", Span(path, line, 1, line, 2), message, help="split the book, or check that it is the right file"
    )
