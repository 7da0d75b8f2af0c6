"""Every shipped book compiles, and every example in it holds; so does the book on the front page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from data.generate import Request, generate
from dsl import compile as compile_book
from dsl.examples import run_examples
from engine.model import Book

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = sorted((ROOT / "pricebooks").rglob("*.rate"))


def unmet(book: Book) -> list[str]:
    """What the examples of a book expected and did not get."""
    found = []
    for result in run_examples(book):
        wrong = [f"{e.what} is {e.actual}, not {e.expected}" for e in result.expectations if not e.passed]
        if not result.passed:
            found.append(f"{result.title}: {result.error or '; '.join(wrong)}")
    return found


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.relative_to(ROOT / "pricebooks").as_posix())
def test_a_shipped_book_keeps_its_examples(path: Path) -> None:
    book = compile_book(path.read_text("utf-8"), str(path.relative_to(ROOT)))
    assert book.examples
    assert unmet(book) == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.relative_to(ROOT / "pricebooks").as_posix())
def test_a_broken_expectation_is_noticed(path: Path) -> None:
    last = re.compile(r"(expect \w+ = [A-Z]{3} )([\d_]+)(?!.*expect)", re.DOTALL)
    text, changed = last.subn(lambda found: f"{found[1]}{int(found[2].replace('_', '')) + 1}", path.read_text("utf-8"))
    assert changed == 1
    assert len(unmet(compile_book(text, str(path)))) == 1


def test_a_file_says_which_book_and_version_it_is() -> None:
    for path in SHIPPED:
        if path.stem.isdigit():
            book = compile_book(path.read_text("utf-8"), str(path))
            assert (book.name, str(book.version)) == (path.parent.name, path.stem)


def test_every_book_has_its_row_in_the_list() -> None:
    listed = re.findall(r"^\| `(\w+)/` \|", (ROOT / "pricebooks" / "README.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted({p.relative_to(ROOT / "pricebooks").parts[0] for p in SHIPPED})


def test_the_plans_of_the_sample_company_exist(tmp_path: Path) -> None:
    generate(Request(accounts=80, events=1000), tmp_path)
    plans: set[tuple[str, str]] = set()
    for path in SHIPPED:
        book = compile_book(path.read_text("utf-8"), str(path))
        plans |= {(book.name, plan.name) for plan in book.plans}
    rows = [line.split(",") for line in (tmp_path / "subscriptions.csv").read_text().splitlines()[1:]]
    assert {(row[2], row[3]) for row in rows} <= plans


def test_the_front_page_shows_a_book_that_holds() -> None:
    blocks = re.findall(r"```rate\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert len(blocks) == 1
    assert unmet(compile_book(blocks[0], "README.md")) == []
