"""No text makes a traceback: mutated books, and plain noise."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

import dsl
from dsl.diagnostics import Diagnostic, render_all
from tests.dsl.properties import no_files

ROOT = Path(__file__).resolve().parents[1] / "language"
BOOKS = [path.read_text() for path in sorted(ROOT.glob("samples/*.rate")) + sorted(ROOT.glob("*/good/*.rate"))]
WORDS = sorted(set(" ".join(BOOKS).split()))
SIGNS = list('\n\r\t"{}()[]:,$#.-%\u201c\ufeff\x00')


def _report(text: str) -> list[Diagnostic]:
    found = dsl.check(text, "b.rate", no_files)[1]
    assert render_all(found, text) or not found
    return found


@settings(max_examples=150)
@given(st.data())
def test_mutated_books_never_raise(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(BOOKS))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 40)))
        new = data.draw(
            st.sampled_from(WORDS) | st.sampled_from(list('\n\r\t"{}()[]:,$#.-%\u201c\ufeff\x00')) | st.just("")
        )
        text = text[:start] + new + text[end:]
    _report(text)


@settings(max_examples=100)
@given(st.text(max_size=200) | st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join))
def test_noise_never_raises(text: str) -> None:
    _report(text)


@settings(max_examples=50)
@given(st.binary(max_size=200))
def test_bytes_never_raise(raw: bytes) -> None:
    _report(raw.decode("latin-1"))
