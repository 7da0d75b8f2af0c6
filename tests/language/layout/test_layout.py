"""The formatter: golden layouts, its three properties, and its refusals."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import dsl
from dsl.builder import SHAPES
from dsl.format import check, format_text, style_findings
from dsl.format.atoms import WRITERS
from dsl.format.comments import Trivias, comments_of
from dsl.format.templates import TEMPLATES

CASES = Path(__file__).parent / "cases"
ROOT = Path(__file__).resolve().parents[3]
SHIPPED = sorted(
    [
        *(ROOT / "pricebooks").rglob("*.rate"),
        *(ROOT / "tests" / "examples" / "books").glob("*.rate"),
        *(ROOT / "tests" / "language").glob("samples/*.rate"),
        *(ROOT / "tests" / "language").glob("*/good/*.rate"),
    ]
)
RATE_BLOCK = re.compile(r"^```rate\n(.*?)^```", re.MULTILINE | re.DOTALL)
# A file that shows every form the surface may be written in, not the one the formatter chooses
AS_WRITTEN = {"everything_else.rate"}


def formatted(text: str) -> str:
    result, found = format_text(text, "b.rate")
    assert found == []
    assert result is not None
    return result


@pytest.mark.parametrize("case", sorted(path.name.removesuffix(".in.txt") for path in CASES.glob("*.in.txt")))
def test_layout(case: str, update_goldens: bool) -> None:
    result = formatted((CASES / f"{case}.in.txt").read_bytes().decode())
    golden = CASES / f"{case}.out.txt"
    if update_goldens:
        golden.write_text(result)
    assert golden.read_text() == result


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_shipped_books_stay_formatted(path: Path) -> None:
    text = path.read_text()
    assert formatted(text) == text or path.name in AS_WRITTEN


def test_price_books_in_the_documents_are_formatted() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "pricebooks").rglob("*.md")]
    blocks = [block for path in documents for block in RATE_BLOCK.findall(path.read_text())]
    assert blocks
    assert [formatted(block) for block in blocks] == blocks


def test_every_node_can_be_written() -> None:
    kinds = {shape.build for shape in SHAPES.values()} - {dsl.syntax.Book}
    assert kinds <= TEMPLATES.keys() | WRITERS.keys()
    assert TEMPLATES.keys() & WRITERS.keys() == set()


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("", ""),
        ("\n\n  \n", ""),
        ("#  alone\t", "#  alone\n"),
        ("\n# a\n\n\n# b\n\n", "# a\n\n# b\n"),
        ('use "a  b\t#c"', 'use "a  b\t#c"\n'),
        ("unit a\nunit b\n\n\nunit c", "unit a\nunit b\n\nunit c\n"),
        ("plan p{bill daily\n}\nunit a", "plan p {\n  bill daily\n}\n\nunit a\n"),
        ("unit a\n# of p\nplan p {\n}", "unit a\n\n# of p\nplan p {}\n"),
        ("plan p {\r# c\r}", "plan p {\n  # c\n}\n"),
        ("unit a = 0001000.500_0 b", "unit a = 1_000.5000 b\n"),
        ("tax t 8.10%", "tax t 8.10%\n"),
        ("tax t 12_000.0bp", "tax t 12_000.0bp\n"),
    ],
)
def test_small_texts(text: str, result: str) -> None:
    assert formatted(text) == result


def test_a_text_that_does_not_parse_is_refused_with_its_findings() -> None:
    result, found = format_text("unit\nplan p {\n  bil monthly\n}\n", "b.rate")
    assert result is None
    assert [(one.code, one.span.line) for one in found] == [("RB012", 1), ("RB002", 3)]


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        ("unit\n", "the result would not be a book (line 1"),
        ("unit b  # c\n", "the result would say something else"),
        ("unit a  # d\n", "a comment would be lost"),
        ("unit a # c\n", "a second time"),
    ],
)
def test_a_result_without_its_properties_is_refused(result: str, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    genuine = check.print_book

    def broken(book: dsl.syntax.Book, trivias: Trivias) -> str:
        return result if next(calls) == 0 else genuine(book, trivias)

    calls = iter(range(9))
    monkeypatch.setattr(check, "print_book", broken)
    text, [found] = format_text("unit a # c", "b.rate")
    assert text is None
    assert (found.code, found.span.path) == ("RB810", "b.rate")
    assert reason in found.message


def test_comments_are_found_outside_texts_only() -> None:
    assert [one[:2] for one in comments_of('a "#" # x # y\n# z\n')] == [(1, 7), (2, 1)]


def test_style_points_at_the_first_difference() -> None:
    [found] = style_findings("unit a\nunit b =  5 a\n", "b.rate")
    assert (found.code, found.span.line, found.span.column) == ("RB802", 2, 10)
    assert found.help == "ratebook fmt b.rate"
    assert style_findings("unit a\n") == []
    assert style_findings("unit a\n\n")[0].span.line == 2
    assert style_findings("unit a\r\n")[0].notes == ("its lines end in line feeds, without a byte-order mark",)
    assert style_findings("unit") == []
