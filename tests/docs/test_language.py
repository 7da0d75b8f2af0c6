"""The guide to the language: blocks compile, examples hold, amounts are computed, messages are real."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from workbench.books import checked_text

from dsl.format import format_text
from dsl.grammar.loader import keywords
from tests.docs.pages import HEADER, Section, anchor, sections

PAGE = Path(__file__).resolve().parents[2] / "docs" / "language.md"
SECTIONS = sections(PAGE)
WITH_BOOK = [one for one in SECTIONS if one.book]


@pytest.mark.parametrize("section", WITH_BOOK, ids=lambda s: anchor(s.title))
def test_the_blocks_of_a_heading_are_a_book_that_holds(section: Section) -> None:
    report = checked_text(section.book, Path("guide.rate"))
    assert report.diagnostics == [], report.text()
    assert report.examples
    assert [e.title for e in report.examples if not e.passed] == [], report.text()


@pytest.mark.parametrize("section", WITH_BOOK, ids=lambda s: anchor(s.title))
def test_the_blocks_are_laid_out_as_the_formatter_does(section: Section) -> None:
    for kind, block in section.blocks:
        if kind == "rate":
            assert format_text(block, "guide.rate") == (block, [])


@pytest.mark.parametrize("section", SECTIONS, ids=lambda s: anchor(s.title))
def test_every_amount_in_the_prose_is_in_a_block(section: Section) -> None:
    assert section.unproven == set()


@pytest.mark.parametrize("book, said", [pair for s in SECTIONS for pair in s.shown])
def test_what_is_shown_is_what_check_prints(book: str, said: str) -> None:
    named = re.search(r"\w+\.rate", said)
    assert named is not None
    assert checked_text(book, Path(named[0])).text() == said.rstrip("\n")


def test_the_page_shows_the_lines_that_come_first() -> None:
    assert HEADER.strip() in PAGE.read_text("utf-8")


def test_the_table_of_contents_is_the_headings() -> None:
    linked = re.findall(r"\[([^\]]+)\]\(#([^)]+)\)", SECTIONS[0].prose)
    chapters = re.findall(r"^## (.*)$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert [title for title, _ in linked] == chapters
    assert [to for _, to in linked] == [anchor(title) for title in chapters]


def test_every_word_of_the_language_is_in_the_guide() -> None:
    text = PAGE.read_text("utf-8")
    blocks = "\n".join(block for s in SECTIONS for kind, block in s.blocks)
    words = set(re.findall(r"[a-z_]+", blocks + " ".join(re.findall(r"`([^`]*)`", text))))
    assert set(keywords().values()) - words == set()
