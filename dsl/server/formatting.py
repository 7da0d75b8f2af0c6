"""Formatting as edits of the lines that change, so that cursors and folds elsewhere stay where they are."""

from __future__ import annotations

from difflib import SequenceMatcher

from lsprotocol import types

from dsl.format import format_text
from dsl.server.document import Document
from dsl.server.lines import Lines


def format_edits(document: Document) -> list[types.TextEdit]:
    """What the formatter would change; nothing where the book cannot be read."""
    text, _ = format_text(document.text, document.path)
    if text is None:
        return []
    old, new = document.lines.all, text.split("\n")
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [
        _edit(document.lines, start, end, new[first:last])
        for tag, start, end, first, last in matcher.get_opcodes()
        if tag != "equal"
    ]


def _edit(lines: Lines, start: int, end: int, new: list[str]) -> types.TextEdit:
    """Lines `start` to before `end` (from 0) become `new`. The last line has no end of its own to take along."""
    if end < len(lines.all):
        place = types.Range(types.Position(start, 0), types.Position(end, 0))
        return types.TextEdit(place, "".join(f"{line}\n" for line in new))
    last = lines.whole().end
    if start == 0:
        return types.TextEdit(lines.whole(), "\n".join(new))
    before = lines.position(start, len(lines.line(start)) + 1)
    return types.TextEdit(types.Range(before, last), "".join(f"\n{line}" for line in new))
