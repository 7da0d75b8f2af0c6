"""Findings of the compiler as an editor shows them."""

from __future__ import annotations

from lsprotocol import types

from dsl.diagnostics import Diagnostic, Severity
from dsl.server.document import Document
from dsl.server.lines import Lines
from dsl.server.navigate import uri_of
from dsl.syntax.base import Span

SOURCE = "ratebook"
_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.NOTE: types.DiagnosticSeverity.Information,
}
# Codes whose place does nothing: editors show it faded
_UNUSED = ("RB103",)


def published(document: Document, uri: str) -> list[types.Diagnostic]:
    """Every finding of the document. One in a used file is shown at the top, with its own place beside it."""
    return [_published(one, document, uri) for one in document.found]


def published_soon(document: Document, uri: str) -> list[types.Diagnostic]:
    """The findings that are known before the book is compiled and its examples are run."""
    return [_published(one, document, uri) for one in document.quick]


def _published(found: Diagnostic, document: Document, uri: str) -> types.Diagnostic:
    own = found.span.path == document.path
    top = types.Range(types.Position(0, 0), types.Position(0, 0))
    related = [_related(label.span, label.text, document, uri) for label in found.labels]
    if not own:
        related.insert(0, _related(found.span, found.message, document, uri))
    return types.Diagnostic(
        range=shown_range(document.lines, found.span) if own else top,
        message=wording(found),
        severity=_SEVERITIES[found.severity],
        code=found.code,
        source=SOURCE,
        tags=[types.DiagnosticTag.Unnecessary] if found.code in _UNUSED else None,
        related_information=related or None,
    )


def wording(found: Diagnostic) -> str:
    """The message with what stands around it in a terminal: the words at the carets, the notes, the help."""
    message = f"{found.message} ({found.caret})" if found.caret else found.message
    return "\n".join([message, *found.notes, *([f"help: {found.help}"] if found.help else [])])


def shown_range(lines: Lines, span: Span) -> types.Range:
    """The range of a finding: of several lines the first one, and never nothing, so that something is underlined."""
    end = span.end_column if span.end_line == span.line else len(lines.line(span.line).rstrip()) + 1
    first = span.column
    if end <= first or lines.line(span.line)[first - 1 :].strip() == "":
        first = max(1, min(first, len(lines.line(span.line).rstrip())))
        end = max(end, first + 1)
    return types.Range(lines.position(span.line, first), lines.position(span.line, end))


def _related(span: Span, text: str, document: Document, uri: str) -> types.DiagnosticRelatedInformation:
    if span.path == document.path:
        return types.DiagnosticRelatedInformation(types.Location(uri, shown_range(document.lines, span)), text)
    lines = Lines(document.sources.get(span.path, ""), document.encoding)
    return types.DiagnosticRelatedInformation(types.Location(uri_of(span.path, uri), shown_range(lines, span)), text)
