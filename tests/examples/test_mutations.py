"""Whatever is done to a book, it is a book or it has findings; whatever its examples say, they have results."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

import dsl
from dsl.examples import run_examples

BOOKS = [path.read_text().split("\n") for path in sorted((Path(__file__).parent / "books").glob("*.rate"))]
LINES = sorted({line for book in BOOKS for line in book if line.strip()})
NUMBERS = ("0", "1", "7", "99", "1_000_000_000")


def _none(path: str) -> str:
    raise FileNotFoundError(path)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A book with a line taken out, put in, replaced, or with another number."""
    lines = list(draw(st.sampled_from(BOOKS)))
    at = draw(st.integers(0, len(lines) - 1))
    match draw(st.sampled_from(("drop", "insert", "replace", "number"))):
        case "drop":
            del lines[at]
        case "insert":
            lines.insert(at, draw(st.sampled_from(LINES)))
        case "replace":
            lines[at] = draw(st.sampled_from(LINES))
        case "number":
            lines[at] = re.sub(r"\d+", draw(st.sampled_from(NUMBERS)), lines[at], count=1)
    return "\n".join(lines)


@settings(max_examples=120)
@given(text=mutated())
def test_no_mutation_crashes(text: str) -> None:
    try:
        book = dsl.compile(text, "mutated.rate", _none)
    except dsl.BookError as refused:
        assert any(one.severity.value == "error" for one in refused.diagnostics)
        return
    results = run_examples(book)
    assert len(results) == len(book.examples)
    assert all(result.passed or result.diagnostics for result in results)
