"""The words of a report: a diagnostic and the text it is about, in the form of a compiler message."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from dsl.diagnostics.model import Diagnostic
from dsl.syntax.base import Span

# Characters of a long line
MAX_SHOWN = 120
# What follows is for the next run; nobody reads it in this one
MAX_FINDINGS = 200


class _Mark(NamedTuple):
    """One underline of the excerpt."""

    span: Span
    sign: str
    text: str


def render(diagnostic: Diagnostic, text: str, others: Mapping[str, str] | None = None) -> str:
    """The message with its excerpt. `text` is the book's own text, `others` holds the texts of used files by path."""
    span = diagnostic.span
    sources = {span.path: text, **(others or {})}
    marks = [_Mark(label.span, "-", label.text) for label in diagnostic.labels]
    marks.append(_Mark(span, "^", diagnostic.caret))
    width = len(str(max(mark.span.line for mark in marks)))
    lines = [
        f"{diagnostic.severity.value}[{diagnostic.code}]: {diagnostic.message}",
        f"{' ' * width}--> {span.path}:{span.line}:{span.column}",
    ]
    if diagnostic.excerpt:
        lines += _excerpt(marks, sources, span.path, width)
    notes = list(diagnostic.notes) + ([f"help: {diagnostic.help}"] if diagnostic.help else [])
    lines += [f"{' ' * (width + 1)}= {note}" for note in notes]
    return "\n".join(lines)


def render_all(diagnostics: list[Diagnostic], text: str, others: Mapping[str, str] | None = None) -> str:
    """All messages, an empty line between them, in the order of their places."""
    ordered = sorted(diagnostics, key=lambda one: one.sort_key)
    blocks = [render(one, text, others) for one in ordered[:MAX_FINDINGS]]
    if len(ordered) > MAX_FINDINGS:
        blocks.append(f"and {len(ordered) - MAX_FINDINGS:_} more findings")
    return "\n\n".join(blocks)


def _excerpt(marks: list[_Mark], sources: Mapping[str, str], path: str, width: int) -> list[str]:
    bar = f"{' ' * (width + 1)}|"
    here = sorted(
        (mark for mark in marks if mark.span.path == path), key=lambda mark: (mark.span.line, mark.span.column)
    )
    elsewhere = [mark for mark in marks if mark.span.path != path]
    source = _lines(sources[path])
    shown = [bar]
    last = 0
    for mark in here:
        if mark.span.line != last:
            if last and mark.span.line > last + 1:
                shown.append("...")
            shown.append(f"{mark.span.line:>{width}} | {_cut(_line(source, mark.span.line), mark.span)}".rstrip())
        shown.append(_underline(mark, _line(source, mark.span.line), width))
        last = mark.span.line
    shown.append(bar)
    shown += [f"{' ' * (width + 1)}= {mark.text}: {mark.span.path}:{mark.span.line}" for mark in elsewhere]
    return shown


@lru_cache(maxsize=8)
def _lines(text: str) -> list[str]:
    """The lines of a text; a report asks for the same ones with every finding."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _line(source: list[str], number: int) -> str:
    text = source[number - 1] if number <= len(source) else ""
    if text.isprintable():
        return text
    return "".join(" " if letter in "\t\u00a0" else letter if letter.isprintable() else "\ufffd" for letter in text)


def _offset(line: str, span: Span) -> int:
    """How many characters a long line loses on its left, so that the marked place is seen."""
    return 0 if len(line) <= MAX_SHOWN else max(0, span.column - 1 - MAX_SHOWN // 2)


def _cut(line: str, span: Span) -> str:
    start = _offset(line, span)
    return line[start : start + MAX_SHOWN]


def _underline(mark: _Mark, line: str, width: int) -> str:
    start = mark.span.column - 1
    end = mark.span.end_column - 1 if mark.span.end_line == mark.span.line else len(line.rstrip())
    length = max(1, min(end - start, MAX_SHOWN))
    lead = " " * (start - _offset(line, mark.span))
    return f"{' ' * (width + 1)}| {lead}{mark.sign * length} {mark.text}".rstrip()
