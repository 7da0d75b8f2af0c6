"""Documents for tests: a text in which `|` marks the cursor, and every book that is shipped."""

from __future__ import annotations

from pathlib import Path

from lsprotocol import types

from dsl.server.document import Document

ROOT = Path(__file__).resolve().parents[2]
BOOKS = sorted((ROOT / "pricebooks").rglob("*.rate"))
URI = "file:///books/1.rate"
BOOK = """\
book gateway version 1 from 2026-01-01

currency USD
timezone "UTC"

unit call
unit kcall = 1_000 call

# what a customer's programs ask for
meter calls "Calls" {
  events "api.called"
  measure count as call
}

tax vat "VAT" 20%

plan starter "Starter" {
  bill monthly in arrears on day 1

  charge calls "API calls" {
    for calls
    free 10_000 call
    taxed as vat
    price graduated {
      up to 100_000 call:    USD 0.80 per 1_000 call
      above 100_000 call:    USD 0.60 per 1_000 call
    }
  }
}

example "past the allowance" {
  given plan starter
  given period 2026-10-01 through 2026-10-31
  given usage calls = 150_000 call
  expect calls = USD 104.00
}
"""


def marked(text: str, encoding: str = "utf-16") -> tuple[Document, types.Position]:
    """The document of a text without its `|`, and the position where that stands."""
    before, _, after = text.partition("|")
    document = Document(before + after, "/books/1.rate", encoding)
    line = before.count("\n") + 1
    return document, document.lines.position(line, len(before.rpartition("\n")[2]) + 1)


def at(before: str, text: str = BOOK, offset: int = 0) -> tuple[Document, types.Position]:
    """A book, and the position `offset` characters behind the first place where it says `before`."""
    place = text.index(before) + offset
    return marked(f"{text[:place]}|{text[place:]}")


def changed(old: str, new: str, text: str = BOOK) -> str:
    """A book with one piece replaced."""
    assert old in text
    return text.replace(old, new, 1)


def applied(document: Document, edits: list[types.TextEdit]) -> str:
    """The text after edits, as an editor would make them: from the last to the first, by offset."""
    text = document.text

    def offset(position: types.Position) -> int:
        line, column = document.lines.place(position)
        ends = document.text.split("\n")
        return sum(len(one) + 1 for one in ends[: line - 1]) + column - 1

    for edit in sorted(edits, key=lambda one: (one.range.start.line, one.range.start.character), reverse=True):
        text = text[: offset(edit.range.start)] + edit.new_text + text[offset(edit.range.end) :]
    return text
