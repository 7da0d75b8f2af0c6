"""Every book of this folder and of the price books holds: the language's own tests, worked by hand in comments."""

from __future__ import annotations

from pathlib import Path

import pytest

import dsl
from dsl.examples import run_example

ROOT = Path(__file__).resolve().parents[2]
BOOKS = sorted([*(Path(__file__).parent / "books").glob("*.rate"), *(ROOT / "pricebooks").rglob("*.rate")])


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_example_holds(path: Path) -> None:
    book = dsl.compile(path.read_text(), str(path))
    assert book.examples
    failures = [
        f"{example.title}: {one.what} expected {one.expected}, got {one.actual}"
        for example in book.examples
        for result in [run_example(book, example)]
        for one in result.expectations
        if not one.passed
    ]
    errors = [result.error for result in (run_example(book, e) for e in book.examples) if result.error]
    assert (failures, errors) == ([], [])
