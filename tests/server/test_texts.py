"""Hover, findings, quick fixes, outline, folds and formatting of a book."""

from __future__ import annotations

import inspect

import pytest
from lsprotocol.types import (
    DiagnosticSeverity,
    DiagnosticTag,
    FoldingRangeKind,
    Position,
    Range,
    SymbolKind,
    TextDocumentEdit,
)

from dsl import syntax
from dsl.format import format_text
from dsl.server.actions import fixes
from dsl.server.document import Document
from dsl.server.findings import published
from dsl.server.formatting import format_edits
from dsl.server.hover import hover
from dsl.server.meanings import MEANINGS
from dsl.server.outline import folds, symbols

from .kit import BOOK, URI, applied, at, changed, marked


def _told(before: str, text: str = BOOK, offset: int = 0) -> str:
    found = hover(*at(before, text, offset))
    return "" if found is None else found.contents.value  # type: ignore[union-attr]


def test_a_rule_is_told_in_a_sentence() -> None:
    assert _told("free 10_000") == "The first 10_000 call of the period cost nothing."
    assert _told("bill monthly") == "Invoices are made monthly, in arrears, day 1."


def test_a_name_is_told_by_its_declaration_and_the_comment_above_it() -> None:
    told = _told("for calls", offset=5)
    assert "# what a customer's programs ask for\nmeter calls" in told
    assert "Charges what meter calls counts in the period." in told


def test_the_prices_of_a_charge_are_a_table() -> None:
    table = inspect.cleandoc(
        """
          above    up to  price of one call  USD there
              0   10_000                  0          0
         10_000  110_000             0.0008         80
        110_000                      0.0006
        """
    )
    told = _told("price graduated", offset=2)
    assert [line.split() for line in table.splitlines()] == [
        line.split() for line in told.split("```text\n")[1].splitlines()[:4]
    ]
    assert _told("charge calls", offset=8).count("110_000") == 2


def test_a_book_that_does_not_compile_has_no_prices_but_the_page_of_its_finding() -> None:
    text = changed("above 100_000", "above 120_000")
    told = _told("above 120_000", text, 2)
    assert "RB301" in told and "USD there" not in told


def test_every_rule_of_the_language_has_a_meaning() -> None:
    clauses = {
        kind
        for name, kind in vars(syntax).items()
        if inspect.isclass(kind) and issubclass(kind, syntax.Node) and name.startswith(("Given", "Expect", "Correct"))
    }
    parts = {syntax.ExpectAmount, syntax.ExpectTier, syntax.ExpectPart, syntax.ExpectOn, syntax.ExpectQuantity}
    assert clauses - parts - {syntax.ExpectBillable} - set(MEANINGS) == set()
    for kind, template in MEANINGS.items():
        named = {word.strip("{}?!:[") for word in template.replace("{", " {").replace("}", "} ").split() if "{" in word}
        assert named <= {*kind.__dataclass_fields__, "text"}, kind


def test_a_finding_has_its_place_its_words_and_the_other_place() -> None:
    document, _ = marked(changed("above 100_000 call: ", "above 120_000 call: "))
    (found,) = published(document, URI)
    assert (found.code, found.severity, found.source) == ("RB301", DiagnosticSeverity.Error, "ratebook")
    assert "help: write `above 100_000 call`" in found.message
    assert found.range == Range(Position(25, 6), Position(25, 24))
    assert found.related_information is not None
    assert "ends here" in found.related_information[0].message


def test_a_failing_example_is_a_finding_at_its_line() -> None:
    document, _ = marked(changed("USD 104.00", "USD 105.00"))
    (found,) = published(document, URI)
    assert "104.00" in found.message and document.lines.line(found.range.start.line + 1).strip().startswith("expect")


def test_what_is_never_used_is_faded() -> None:
    document, _ = marked(changed("tax vat", 'meter lost {\n  events "x"\n  measure count as call\n}\n\ntax vat'))
    (found,) = published(document, URI)
    assert (found.code, found.tags) == ("RB103", [DiagnosticTag.Unnecessary])


def test_a_finding_of_a_used_file_is_shown_at_the_top() -> None:
    texts = {"/books/shared.rate": "unit a = 1 b\nplan x {\n}\n"}
    document = Document(changed("unit call", 'use "shared.rate"\nunit call'), "/books/1.rate", loader=texts.__getitem__)
    found = published(document, URI)[0]
    assert found.range.start == Position(0, 0)
    assert found.related_information is not None
    assert found.related_information[0].location.uri == "file:///books/shared.rate"


@pytest.mark.parametrize(
    ("old", "new", "title"),
    [
        ("    for calls\n", "    for cals\n", "replace by `calls`"),
        ("  bill monthly", "  bil monthly", "replace by `bill`"),
        ("above 100_000 call: ", "above 120_000 call: ", "replace by `above 100_000 call`"),
        ("10_000 call", "10,000 call", "replace by `10_000`"),
        ("through 2026-10-31", "through 2026-10-32", "replace by `2026-10-31`"),
        ("    taxed as vat\n    price", "    taxed as vat price", "start a new line"),
        ("tax vat", 'meter lost {\n  events "x"\n  measure count as call\n}\n\ntax vat', "remove it"),
    ],
)
def test_a_help_line_that_says_what_to_write_is_a_fix(old: str, new: str, title: str) -> None:
    document, _ = marked(changed(old, new))
    everywhere = document.lines.whole()
    (action,) = fixes(document, everywhere, URI, 3)
    assert action.title == title and action.edit is not None and action.edit.document_changes is not None
    (edit,) = action.edit.document_changes
    assert isinstance(edit, TextDocumentEdit) and edit.text_document.version == 3
    assert Document(applied(document, list(edit.edits)), "/books/1.rate").found == []  # type: ignore[arg-type]


def test_a_fix_is_offered_only_where_the_finding_is() -> None:
    document, _ = marked(changed("    for calls\n", "    for cals\n"))
    assert fixes(document, Range(Position(0, 0), Position(0, 1)), URI) == []


def test_the_outline_has_the_declarations_and_what_they_hold() -> None:
    found = symbols(marked(BOOK)[0])
    assert [(one.name, one.detail) for one in found][-3:] == [
        ("tax vat", "VAT"), ("plan starter", "Starter"), ("past the allowance", ""),
    ]  # fmt: skip
    (charge,) = found[-2].children or []
    assert (charge.name, charge.kind) == ("charge calls", SymbolKind.Field)
    for one in found:
        start, end = (one.range.start.line, one.range.start.character), (one.range.end.line, one.range.end.character)
        chosen = one.selection_range
        assert start <= (chosen.start.line, chosen.start.character)
        assert (chosen.end.line, chosen.end.character) <= end


def test_blocks_and_comments_fold() -> None:
    document, _ = marked("# one\n# two\n" + BOOK)
    found = folds(document)
    lines = document.lines
    assert (0, 1) in [(one.start_line, one.end_line) for one in found if one.kind == FoldingRangeKind.Comment.value]
    openers = [lines.line(one.start_line + 1) for one in found if one.kind is None]
    assert all(line.rstrip().endswith("{") for line in openers) and len(openers) == 5


@pytest.mark.parametrize("messy", [BOOK.replace("  ", " \t"), BOOK.rstrip("\n"), BOOK + "\n\n\n", "\n\n" + BOOK])
def test_formatting_makes_the_formatters_text_and_nothing_where_there_is_nothing(messy: str) -> None:
    document, _ = marked(messy)
    wanted = format_text(messy)[0]
    assert wanted is not None
    assert applied(document, format_edits(document)) == wanted
    assert format_edits(marked(wanted)[0]) == []


def test_a_text_that_cannot_be_read_is_not_formatted() -> None:
    assert format_edits(marked(changed("bill", "bil"))[0]) == []
