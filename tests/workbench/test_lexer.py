"""The Pygments lexer reads every shipped book, loses nothing, and knows the grammar's words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name, get_lexer_for_filename
from pygments.token import Comment, Error, Keyword, Literal, Name, Number, String
from workbench.billing.page import notebook_page
from workbench.lexer import RateLexer

from tools.editors import ROOT, words, written

BOOKS = sorted([*(ROOT / "pricebooks").rglob("*.rate"), *(ROOT / "tests" / "examples" / "books").glob("*.rate")])


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_shipped_book_is_lexed_whole_and_without_an_error(path: Path) -> None:
    text = path.read_text("utf-8")
    pieces = list(RateLexer().get_tokens_unprocessed(text))
    assert "".join(value for _, _, value in pieces) == text
    assert [value for _, kind, value in pieces if kind is Error] == []


@given(st.text(max_size=80))
def test_any_text_is_lexed_whole(text: str) -> None:
    assert "".join(value for _, _, value in RateLexer().get_tokens_unprocessed(text)) == text


def test_each_kind_of_word_has_its_colour() -> None:
    text = 'plan cap "Cap" from 2026-01-01 { # note\n  cap USD 1_000\n  discount 250bp on every_one\n  bill monthly\n'
    found = [(kind, value) for _, kind, value in RateLexer().get_tokens_unprocessed(text) if value.strip()]
    assert found == [
        (Keyword.Declaration, "plan"),
        (Name.Class, "cap"),
        (String, '"Cap"'),
        (Keyword, "from"),
        (Literal.Date, "2026-01-01"),
        *[(kind, value) for kind, value in found if value == "{"],
        (Comment.Single, "# note"),
        (Keyword, "cap"),
        (Keyword.Type, "USD"),
        (Number, "1_000"),
        (Keyword, "discount"),
        (Number, "250bp"),
        (Keyword, "on"),
        (Name, "every_one"),
        (Keyword, "bill"),
        (Keyword.Constant, "monthly"),
    ]


def test_pygments_finds_it_by_name_and_by_file() -> None:
    for lexer in (get_lexer_by_name("rate"), get_lexer_for_filename("1.rate")):
        assert 'class="kd">plan' in highlight("plan p {\n}\n", lexer, HtmlFormatter())


def test_the_highlighters_have_the_words_of_the_grammar() -> None:
    assert {path.name: path.read_text("utf-8") == text for path, text in written().items()} == {
        "words.py": True,
        "ratebook.js": True,
        "ratebook.tmLanguage.json": True,
    }, "run: python tools/editors.py"
    found = words()
    assert {"plan", "charge"} <= set(found["declarations"]) and "monthly" in found["atoms"]
    assert not set(found["keywords"]) & set(found["declarations"])


def test_a_price_book_cell_has_its_colours_on_an_exported_page(tmp_path: Path) -> None:
    cell = {"cell_type": "code", "execution_count": 1, "id": "a", "metadata": {}, "outputs": []}
    cell["source"] = '%%pricebook book\nplan p "P" {\n}\n'
    data = {"cells": [cell], "metadata": {"language_info": {"name": "python", "pygments_lexer": "ipython3"}}}
    (tmp_path / "one.ipynb").write_text(json.dumps({**data, "nbformat": 4, "nbformat_minor": 5}), "utf-8")
    page = notebook_page(tmp_path / "one.ipynb")
    assert '<span class="cp">%%pricebook book</span>' in page
    assert '<span class="kd">plan</span>' in page and 'class="err"' not in page
