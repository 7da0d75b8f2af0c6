"""Quick fixes: the help lines that say exactly what to write instead, as edits."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsprotocol import types

from dsl.diagnostics import Diagnostic
from dsl.server.document import Document
from dsl.server.findings import shown_range
from dsl.syntax.base import Span

Fix = tuple[str, types.TextEdit]

# The words of a finding whose quoted part takes the place of what is underlined
_INSTEAD = (
    re.compile(r"did you mean `([^`]+)`\?"),
    re.compile(r"write `([^`.]+|[\d_]+\.\d+)`(?: for thousands, a point for decimals)?"),
    re.compile(r"a currency is written in capitals: `([A-Z]{3})`"),
    re.compile(r"the last day of that month is (\d{4}-\d{2}-\d{2})"),
)
_NEW_LINE = re.compile(r"start a new line before `[^`]+`")
_REMOVE = re.compile(r"remove (?:the clause|the `for` clause\b.*|it, or use it)")


def fixes(document: Document, span: types.Range, uri: str, version: int | None = None) -> list[types.CodeAction]:
    """The fixes of the findings that touch a range. `version` binds their edits to the text as it is now."""
    actions = []
    for found in document.found:
        if found.span.path != document.path or not _touch(shown_range(document.lines, found.span), span):
            continue
        for title, edit in _fixes(document, found):
            actions.append(
                types.CodeAction(
                    title,
                    kind=types.CodeActionKind.QuickFix,
                    is_preferred=True,
                    edit=workspace_edit(uri, version, [edit]),
                )
            )
    return actions


def workspace_edit(uri: str, version: int | None, edits: list[types.TextEdit]) -> types.WorkspaceEdit:
    """Edits of one document: bound to a version where there is one, else as a plain list, for older editors."""
    if version is None:
        return types.WorkspaceEdit(changes={uri: edits})
    name = types.OptionalVersionedTextDocumentIdentifier(uri, version)
    return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(name, list(edits))])


def _fixes(document: Document, found: Diagnostic) -> Iterator[Fix]:
    for make in (_instead, _new_line, _removed):
        yield from make(document, found)


def _instead(document: Document, found: Diagnostic) -> Iterator[Fix]:
    for words in (found.caret, found.help):
        for pattern in _INSTEAD:
            quoted = pattern.fullmatch(words)
            if quoted and found.span.line == found.span.end_line:
                new = quoted.group(1)
                yield f"replace by `{new}`", types.TextEdit(document.lines.range(found.span), new)


def _new_line(document: Document, found: Diagnostic) -> Iterator[Fix]:
    if _NEW_LINE.fullmatch(found.help):
        line = document.lines.line(found.span.line)
        start = len(line[: found.span.column - 1].rstrip()) + 1
        gap = types.Range(
            document.lines.position(found.span.line, start),
            document.lines.position(found.span.line, found.span.column),
        )
        yield "start a new line", types.TextEdit(gap, "\n" + line[: len(line) - len(line.lstrip())])


def _removed(document: Document, found: Diagnostic) -> Iterator[Fix]:
    """The clause around the place, with its whole lines when nothing else stands on them."""
    if not _REMOVE.fullmatch(found.help):
        return
    around = document.around(found.span.line, found.span.column)
    span = next((node.span for node in around if _stands_alone(document, node.span)), None)
    if span is not None:
        edit = types.Range(types.Position(span.line - 1, 0), types.Position(span.end_line, 0))
        yield "remove it", types.TextEdit(edit, "")


def _stands_alone(document: Document, span: Span) -> bool:
    before = document.lines.line(span.line)[: span.column - 1]
    after = document.lines.line(span.end_line)[span.end_column - 1 :].split("#")[0]
    return not before.strip() and not after.strip()


def _touch(left: types.Range, right: types.Range) -> bool:
    first, last = max(_key(left.start), _key(right.start)), min(_key(left.end), _key(right.end))
    return first <= last


def _key(position: types.Position) -> tuple[int, int]:
    return position.line, position.character
