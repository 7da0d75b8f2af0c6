"""The catalogue of codes cannot rot: each page's example shows its code, and each code has a page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import dsl
from dsl.diagnostics.codes import PAGES, UnknownCode, example_of, explain_code
from dsl.examples import run_examples
from dsl.passes.dates import check_versions

SHOWN = [code for code in PAGES if example_of(code) is not None]


def found_in(text: str) -> set[str]:
    """The codes of a book, those of lowering and of its examples included."""
    try:
        book = dsl.compile(text, "page.rate")
    except dsl.BookError as problem:
        return {one.code for one in problem.diagnostics}
    failures = [one for result in run_examples(book) for one in result.diagnostics]
    return {one.code for one in (*dsl.check(text, "page.rate")[1], *failures)}


@pytest.mark.parametrize("code", SHOWN)
def test_the_example_shows_the_code(code: str) -> None:
    assert code in found_in(example_of(code) or "")


@pytest.mark.parametrize("code", PAGES)
def test_a_page_has_a_title_and_a_fix_or_says_where_it_is_found(code: str) -> None:
    page = PAGES[code]
    assert page.splitlines()[0].endswith((".", "(a warning).", "(a note)."))
    assert "Fix:" in page or example_of(code) is None


def test_every_code_in_the_source_has_a_page(root: Path) -> None:
    sources = [path.read_text() for path in (root / "dsl").rglob("*.py") if "codes" not in path.parts]
    raised = set(re.findall(r'"(RB\d{3})"', "".join(sources)))
    assert raised == set(PAGES)


def test_explain() -> None:
    assert explain_code("rb301").startswith("RB301: A gap between tiers.")
    with pytest.raises(UnknownCode, match="did you mean RB30"):
        explain_code("RB300")


def test_a_used_file_with_a_plan() -> None:
    texts = {"shared.rate": "unit B\nplan p { bill monthly in arrears }\n"}
    found = dsl.check('book b version 1 from 2026-01-01\nuse "shared.rate"\n', "b.rate", texts.__getitem__)[1]
    assert [one.code for one in found] == ["RB022"]


def _header(line: str) -> dsl.syntax.Book:
    book, found = dsl.parse(line)
    assert book is not None and found == []
    return book


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        (("book b version 1 from 2026-01-01", "book b version 2 from 2026-02-01"), []),
        (("book b version 1 from 2026-02-01", "book b version 2 from 2026-01-01"), ["RB504"]),
        (("book b version 1 from 2026-02-01", "book b version 1 from 2026-03-01"), ["RB504"]),
        (("book b version 1 from 2026-01-01 through 2026-02-01", "book b version 2 from 2026-02-01"), ["RB501"]),
        (("book b version 1 from 2026-01-01 through 2026-01-30", "book b version 2 from 2026-02-01"), ["RB502"]),
    ],
)
def test_versions_of_a_book(lines: tuple[str, ...], codes: list[str]) -> None:
    assert [one.code for one in check_versions([_header(line) for line in lines])] == codes
