"""Definition, references and renaming: all uses or none."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol.types import Position

from dsl.server.document import Document
from dsl.server.navigate import definitions, highlights, references
from dsl.server.occurrences import occurrences
from dsl.server.rename import CannotRename, prepare, rename

from .kit import BOOKS, URI, applied, at, changed, marked

NEW = "renamed_here"


def _new_text(document: Document, position: Position, new: str = NEW) -> str:
    found = rename(document, position, new)
    assert applied(document, found.edits) == found.text
    return found.text


def test_from_a_use_to_the_declaration_and_to_all_uses() -> None:
    document, position = at("given usage calls", offset=12)
    (place,) = definitions(document, position, URI)
    assert document.lines.line(place.range.start.line + 1).startswith("meter calls")
    lines = [
        document.lines.line(one.range.start.line + 1).strip() for one in references(document, position, URI, False)
    ]
    assert lines == ["for calls", "given usage calls = 150_000 call"]
    assert len(references(document, position, URI, True)) == len(highlights(document, position)) == 3


def test_a_meter_and_a_charge_of_one_name_are_two() -> None:
    document, position = at("expect calls", offset=7)
    assert "charge calls" in document.lines.line(definitions(document, position, URI)[0].range.start.line + 1)
    text = _new_text(document, position)
    assert f"charge {NEW}" in text and f"expect {NEW}" in text and "meter calls" in text and "for calls" in text


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_renamed_book_has_the_same_findings_and_its_examples_hold(path: Path) -> None:
    document = Document(path.read_text("utf-8"), str(path))
    codes = [one.code for one in document.found]
    tried: set[str] = set()
    for one in occurrences(document.scope):
        noun, place = one.symbol.noun.split(" of ")[0], one.node.span
        if noun in tried or noun in ("currency", "dimension", "value"):
            continue
        tried.add(noun)
        text = _new_text(document, document.lines.position(place.line, place.column))
        assert [found.code for found in Document(text, str(path)).found] == codes, one.symbol
    assert len(tried) > 3


def test_line_ends_and_letters_beyond_the_first_plane_stay() -> None:
    text = changed('"API calls"', '"API 😀 calls"').replace("\n", "\r\n")
    document = Document(text, "/books/1.rate")
    line = next(number for number, one in enumerate(text.split("\r\n")) if one.startswith("meter calls"))
    found = rename(document, Position(line, 7), NEW)
    assert found.text == text.replace("meter calls", f"meter {NEW}").replace("for calls", f"for {NEW}").replace(
        "given usage calls", f"given usage {NEW}"
    )


@pytest.mark.parametrize(
    ("old", "offset", "new", "reason"),
    [
        ("meter calls", 6, "2nd", "not a name"),
        ("meter calls", 6, "a.b", "not a name"),
        ("meter calls", 6, "any", "a meaning of its own"),
        ("charge calls", 7, "due", "a meaning of its own"),
        ("charge calls", 7, "vat", "a tax named `vat` already"),
        ("unit call", 5, "EUR", "a meaning of its own"),
        ("unit call", 5, "event", "a meaning of its own"),
        ("unit call", 5, "kcall", "a unit named `kcall` already"),
        ("unit call", 5, "call", "named `call` already"),
        ("currency USD", 9, "EUR", "keeps its name"),
        ("bill monthly", 5, "x", "no name stands here"),
    ],
)
def test_a_name_that_would_not_do_is_refused(old: str, offset: int, new: str, reason: str) -> None:
    document, position = at(old, offset=offset)
    with pytest.raises(CannotRename, match=reason):
        rename(document, position, new)


def test_a_name_that_would_be_read_otherwise_is_refused() -> None:
    # `5% of gross` takes the fee itself in: the charge would be lost
    text = changed("  charge calls", '  charge fee "Fee" {\n    price 5% of calls\n  }\n  charge calls')
    document, position = at("charge calls", text, 7)
    assert f"price 5% of {NEW}" in _new_text(document, position)
    with pytest.raises(CannotRename, match="something else"):
        rename(document, position, "gross")


def test_a_book_that_cannot_be_read_is_not_renamed_in() -> None:
    document, position = at("meter calls", changed("free 10_000", "fre 10_000"), 6)
    with pytest.raises(CannotRename, match="cannot be read"):
        prepare(document, position)


def test_what_other_books_may_use_keeps_its_name(tmp_path: Path) -> None:
    (tmp_path / "shared.rate").write_text("unit request\n")
    book = changed("unit call\n", 'unit call\nuse "shared.rate"\n').replace("as call", "as request")
    document = Document(book, str(tmp_path / "1.rate"))
    position = at("as request", book, 3)[1]
    (place,) = definitions(document, position, (tmp_path / "1.rate").as_uri())
    assert (place.uri, place.range.start) == ((tmp_path / "shared.rate").as_uri(), Position(0, 5))
    with pytest.raises(CannotRename, match="other books may use"):
        rename(document, position, NEW)
    shared = Document("unit request\n", str(tmp_path / "shared.rate"))
    with pytest.raises(CannotRename, match="other books may use"):
        rename(shared, Position(0, 6), NEW)


def test_nothing_is_known_between_names() -> None:
    document, position = marked("|\nunit x\n")
    assert definitions(document, position, URI) == references(document, position, URI, True) == []
    with pytest.raises(CannotRename):
        prepare(document, position)
