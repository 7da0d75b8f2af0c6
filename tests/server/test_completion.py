"""Completion offers what the parser takes: every name that a shipped book says is offered where it says it."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol.types import Position, TextEdit

from dsl.server.completion import complete
from dsl.server.document import Document
from dsl.server.occurrences import occurrences

from .kit import BOOK, BOOKS, at, changed, marked

STRIDE = 7
"""One use in so many is tried: each costs the parse of its declaration."""


def _labels(text: str) -> list[str]:
    document, position = marked(text)
    return [item.label for item in complete(document, position)]


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_used_name_is_offered(path: Path) -> None:
    document = Document(path.read_text("utf-8"), str(path))
    uses = [one for one in occurrences(document.scope) if not one.declares and isinstance(one.node.span.path, str)]
    assert uses
    for one in uses[::STRIDE]:
        span = one.node.span
        if document.lines.of(span).startswith('"'):
            continue
        found = complete(document, document.lines.position(span.line, span.column))
        assert one.symbol.name in [item.label for item in found], document.lines.line(span.line)


def test_the_keywords_are_the_ones_that_may_stand_there() -> None:
    assert _labels(changed("  bill monthly in arrears on day 1\n", "  bill |\n")) == [
        *("daily", "early", "every", "half_yearly", "hourly", "monthly", "quarterly", "weekly", "yearly")
    ]


def test_at_the_top_every_declaration_is_offered() -> None:
    assert {"book", "plan", "meter", "currency", "example"} <= set(_labels("|"))


def test_words_that_belong_together_come_together() -> None:
    assert "up to" in _labels("plan p {\n charge c {\n  price graduated {\n   |")
    assert "true up at end of" in _labels('contract c with "x" on p {\n commit USD 5 per year {\n  |')
    assert {"payment due in", "taxed as", "follow dunning", "cap"} <= set(_labels("plan p {\n |"))


def test_names_come_before_keywords_and_only_of_the_right_kind() -> None:
    labels = _labels(changed("    for calls\n", "    for |\n"))
    assert labels == ["calls", "licensed"]


def test_a_begun_word_is_replaced() -> None:
    document, position = marked(changed("    for calls\n", "    for cal|\n"))
    item = complete(document, position)[0]
    assert isinstance(item.text_edit, TextEdit)
    assert (item.text_edit.new_text, item.text_edit.range.start.character, position.character) == ("calls", 8, 11)


def test_a_name_is_offered_while_its_own_declaration_is_broken() -> None:
    text = changed("meter calls", "meter calls_of", BOOK).replace("    for calls\n", "    for |\n")
    assert "calls_of" in _labels(text.replace('  events "api.called"\n  measure count as call\n}', "  events {"))


def test_a_broken_clause_before_the_cursor_does_not_silence_it() -> None:
    assert "calls" in _labels(changed("    for calls\n", "    fre 5 call\n    for |\n"))


@pytest.mark.parametrize(
    "text",
    [
        'plan p "Sta|rter" {',
        "# a comment |",
        "unit x # more |",
        "unit GB = 1_0|",
        "plan p {\n  charge c {\n    price USD $ |",
        'plan p { "never closed\n  bill |',
    ],
)
def test_nothing_is_offered_where_nothing_can_be_known(text: str) -> None:
    assert _labels(text) == []


def test_a_text_that_is_refused_offers_nothing() -> None:
    assert _labels("plan p {\n # " + "x" * 20_001 + "\n |") == []


def test_values_and_bands_of_a_row() -> None:
    text = "dimension zone { eu, us }\ncalendar clock { band night { every day } }\n"
    row = text + "plan p {\n charge c {\n  price matrix by zone, band of clock {\n   "
    assert {"eu", "us", "any", "otherwise"} <= set(_labels(row + "|"))
    assert "night" in _labels(row + "eu, |") and "eu" not in _labels(row + "eu, |")


def test_the_currency_of_the_book_is_offered_for_an_amount() -> None:
    document, position = at("USD 0.80")
    assert "USD" in [item.label for item in complete(document, position)]


def test_a_position_beyond_the_text_is_answered() -> None:
    document, _ = marked("plan p {\n|")
    assert isinstance(complete(document, Position(900, 900)), list)
