"""The catalogue of codes cannot rot: each page's example shows its code, and each code has a page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import dsl
from dsl.diagnostics.codes import PAGES, UnknownCode, example_of, explain_code, mended_of
from dsl.diagnostics.codes.document import document
from dsl.judge import judge
from dsl.versions import check_versions

SHOWN = [code for code in PAGES if example_of(code) is not None]


# What an excerpt is not asked for: examples of its plans, uses of its nouns
ELSEWHERE = {"RB103", "RB702", "RB709"}
# Codes that one text cannot show; each has a test of its own
SEVERAL = {"RB022", "RB023", "RB024", "RB504", "RB505", "RB802", "RB810", "RB820", "RB821", "RB822"}


def found_in(text: str, code: str) -> set[str]:
    """The codes of a book, those of lowering and of its examples included."""
    return {one.code for one in judge(text, "page.rate").found} - (ELSEWHERE - {code})


@pytest.mark.parametrize("code", SHOWN)
def test_the_example_shows_just_its_code(code: str) -> None:
    assert found_in(example_of(code) or "", code) == {code}


@pytest.mark.parametrize("code", SHOWN)
def test_the_mended_example_shows_nothing(code: str) -> None:
    mended = mended_of(code)
    assert mended is not None and mended != example_of(code)
    assert found_in(mended, code) == set()


def test_every_code_that_one_text_can_show_is_shown() -> None:
    assert set(PAGES) - set(SHOWN) == SEVERAL


@pytest.mark.parametrize("code", PAGES)
def test_a_page_has_a_title_a_cause_and_a_fix(code: str) -> None:
    page = PAGES[code]
    assert page.splitlines()[0].endswith((".", "(a warning).", "(a note)."))
    assert "\nFix: " in page


def test_the_document_is_current(root: Path) -> None:
    made = "python -m dsl.diagnostics.codes.document > docs/codes.md"
    assert (root / "docs" / "codes.md").read_text() == document(), made


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


@pytest.mark.parametrize(
    ("texts", "code", "path"),
    [
        ({"b.rate": "b.rate"}, "RB023", "b.rate"),
        ({"b.rate": "c.rate", "c.rate": "x/../d.rate", "d.rate": "c.rate"}, "RB023", "d.rate"),
        ({"b.rate": "0.rate", **{f"{n}.rate": f"{n + 1}.rate" for n in range(101)}}, "RB024", "99.rate"),
    ],
)
def test_files_that_use_one_another_or_too_many(texts: dict[str, str], code: str, path: str) -> None:
    books = {name: f'use "{used}"\n' for name, used in texts.items()}
    found = dsl.check("book b version 1 from 2026-01-01\n" + books["b.rate"], "b.rate", books.__getitem__)[1]
    assert [(one.code, one.span.path) for one in found] == [(code, path)]


def test_a_file_used_on_two_ways_is_read_once() -> None:
    texts = {"a.rate": 'use "c.rate"\n', "d.rate": 'use "c.rate"\n', "c.rate": "unit call\n"}
    text = 'book b version 1 from 2026-01-01\nuse "a.rate"\nuse "d.rate"\n'
    assert dsl.check(text, "b.rate", texts.__getitem__)[1] == []


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
