"""A diagnostic is a value: a code, a place, a sentence, and what helps. `render` words it, nothing here prints."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from dsl.syntax.base import Span


class Severity(Enum):
    """An error stops the book; a warning and a note do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Label:
    """A second place that the reader should see, with what it is."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding.

    code: RB and three digits; span: the place that carets mark; caret: the words after the carets;
    notes: lines below the excerpt; help: one line that can be pasted or done; excerpt: whether lines are shown.
    """

    code: str
    severity: Severity
    span: Span
    message: str
    caret: str = ""
    labels: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()
    help: str = ""
    excerpt: bool = True

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Order of a report: by place, then code."""
        return (self.span.path, self.span.line, self.span.column, self.code, self.message)


def moved(found: Diagnostic, path: str, lines: int) -> Diagnostic:
    """A finding whose places are in another file, some lines further down."""
    labels = tuple(replace(label, span=shifted(label.span, path, lines)) for label in found.labels)
    return replace(found, span=shifted(found.span, path, lines), labels=labels)


def shifted(span: Span, path: str, lines: int) -> Span:
    """A place in another file, some lines further down."""
    return Span(path, span.line + lines, span.column, span.end_line + lines, span.end_column)


def error(
    code: str,
    span: Span,
    message: str,
    *,
    caret: str = "",
    help: str = "",
    notes: tuple[str, ...] = (),
    labels: tuple[Label, ...] = (),
) -> Diagnostic:
    """A finding that stops the book."""
    return Diagnostic(code, Severity.ERROR, span, message, caret, labels, notes, help)


def warning(
    code: str,
    span: Span,
    message: str,
    *,
    caret: str = "",
    help: str = "",
    notes: tuple[str, ...] = (),
    labels: tuple[Label, ...] = (),
) -> Diagnostic:
    """A finding that is probably a mistake."""
    return Diagnostic(code, Severity.WARNING, span, message, caret, labels, notes, help)


def note(
    code: str,
    span: Span,
    message: str,
    *,
    caret: str = "",
    help: str = "",
    notes: tuple[str, ...] = (),
    labels: tuple[Label, ...] = (),
) -> Diagnostic:
    """A finding that the reader may want to know."""
    return Diagnostic(code, Severity.NOTE, span, message, caret, labels, notes, help)
