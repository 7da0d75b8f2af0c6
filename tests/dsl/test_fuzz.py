"""No text makes a traceback: programs drawn from the grammar, mutated books, and plain noise."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.lark import LarkStrategy

import dsl
from dsl.checker import PASSES
from dsl.diagnostics import Diagnostic, render_all
from dsl.grammar.loader import build
from dsl.passes.scope import scope_of

ROOT = Path(__file__).resolve().parents[1] / "language"
BOOKS = [path.read_text() for path in sorted(ROOT.glob("samples/*.rate")) + sorted(ROOT.glob("*/good/*.rate"))]
WORDS = sorted(set(" ".join(BOOKS).split()))
SIGNS = list('\n\r\t"{}()[]:,$#.-%\u201c\ufeff\x00')
NAMES = st.sampled_from(["alpha", "beta", "gamma", "USD", "plan", "cap", "day", "month", "B", "GB", "storage"])
TERMINALS = {
    "NAME": NAMES,
    "PATH": st.sampled_from(["data.region", "a.b.c"]),
    "CURRENCY": st.sampled_from(["USD", "EUR", "CRD"]),
    "TEXT": st.sampled_from(['""', '"text"', '"us-east-1"']),
    "NUMBER": st.sampled_from(["0", "1", "2.50", "1_000"]),
    "DATE": st.sampled_from(["2026-01-31", "2024-02-29"]),
    "MONTH": st.just("2026-01"),
    "MONTH_DAY": st.sampled_from(["02-29", "12-31"]),
    "TIME": st.sampled_from(["00:00", "24:00", "12:30:15.5"]),
    "PERCENT": st.sampled_from(["0%", "12.5%", "150 %"]),
    "BASIS_POINTS": st.sampled_from(["250bp", "1_500bp"]),
    "_OR_ELSE": st.just("or"),
    "EACH_EVENT": st.just("each event"),
    "WITH_TIERS": st.just("with tiers"),
    "ON_NEW_HIGHS": st.just("on new highs"),
    "WHICHEVER": st.just(", whichever ends first"),
    "_NL": st.just("\n"),
}


class Programs(LarkStrategy):
    """Lark's own strategy, with a space after every word: without it words run together."""

    def gen_ignore(self, data: object, draw_state: list[str]) -> None:
        """Lark's tokens may touch; words may not."""
        draw_state.append(" ")


PROGRAMS = Programs(build(), None, TERMINALS, st.characters(max_codepoint=127))


def _report(text: str) -> list[Diagnostic]:
    found = dsl.check(text, "b.rate", _no_files)[1]
    assert render_all(found, text) or not found
    return found


def _no_files(path: str) -> str:
    raise FileNotFoundError(path)


@settings(max_examples=60)
@given(PROGRAMS)
def test_programs_of_the_grammar_parse_and_no_pass_fails(text: str) -> None:
    book, found = dsl.parse(text, "b.rate")
    assert book is not None
    assert {one.code for one in found} <= {"RB009", "RB014", "RB015"}
    scope = scope_of(book)
    for check_pass in PASSES:
        check_pass(scope)


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
