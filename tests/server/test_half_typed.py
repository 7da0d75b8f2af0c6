"""Whatever stands in the text, and wherever the cursor is, every answer is an answer."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol.types import Position

from dsl.server.actions import fixes
from dsl.server.completion import complete
from dsl.server.document import Document
from dsl.server.findings import published
from dsl.server.formatting import format_edits
from dsl.server.hover import hover
from dsl.server.lines import Lines
from dsl.server.navigate import definitions, highlights, references
from dsl.server.outline import folds, symbols
from dsl.server.rename import CannotRename, rename

from .kit import BOOK, BOOKS, URI

TEXTS = [BOOK, *(path.read_text("utf-8") for path in BOOKS)]
PIECES = st.sampled_from(
    ["{", "}", '"', "#", " ", "\n", "\r\n", "\r", "plan ", "1_", "USD", "😀", "\x00", "\ufeff", ""]
)


def _no_file(path: str) -> str:
    raise FileNotFoundError(2, "no such file", path)


def _inside(lines: Lines, document: Document) -> None:
    for one in published(document, URI):
        for place in (one.range.start, one.range.end):
            assert place.line < max(2, len(lines.all))


def _ask_everything(document: Document, position: Position) -> None:
    complete(document, position)
    hover(document, position)
    definitions(document, position, URI)
    references(document, position, URI, True)
    highlights(document, position)
    fixes(document, document.lines.whole(), URI)
    symbols(document)
    folds(document)
    format_edits(document)
    try:
        rename(document, position, "another_name")
    except CannotRename as reason:
        assert str(reason)


@settings(max_examples=30)
@given(st.data())
def test_a_book_cut_and_mixed_up_is_answered(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(TEXTS))
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 30)))
        text = text[:start] + data.draw(PIECES) + text[end:]
    document = Document(text, "/books/1.rate", loader=_no_file)
    line = data.draw(st.integers(0, text.count("\n") + 1))
    _ask_everything(document, Position(line, data.draw(st.integers(0, 60))))
    _inside(document.lines, document)


@settings(max_examples=25)
@given(st.integers(0, len(BOOK)))
def test_a_book_typed_up_to_here_is_answered_at_its_end(length: int) -> None:
    document = Document(BOOK[:length], "/books/1.rate", loader=_no_file)
    _ask_everything(document, document.lines.whole().end)
