"""Places in a text: code units, line ends, and what lies beyond the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol.types import Position, Range

from dsl.server.lines import Lines, units
from dsl.syntax.base import Span

TEXTS = st.text(st.sampled_from('aé€😀\n\r" '), max_size=40)


@pytest.mark.parametrize(("encoding", "size"), [("utf-8", 1 + 2 + 3 + 4), ("utf-16", 1 + 1 + 1 + 2), ("utf-32", 4)])
def test_letters_have_the_size_of_their_encoding(encoding: str, size: int) -> None:
    assert units("aé€😀", encoding) == size
    assert Lines("aé€😀b", encoding).place(Position(0, size)) == (1, 5)
    assert Lines("aé€😀b", encoding).position(1, 5) == Position(0, size)


def test_a_place_inside_a_character_is_before_it() -> None:
    assert Lines("a😀b").place(Position(0, 2)) == (1, 2)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_one(end: str) -> None:
    lines = Lines(f"ab{end}cd{end}")
    assert lines.all == ["ab", "cd", ""]
    assert lines.place(Position(1, 1)) == (2, 2)
    assert lines.whole() == Range(Position(0, 0), Position(2, 0))


def test_signs_that_end_a_line_elsewhere_do_not_here() -> None:
    assert Lines("a\x0cb\u2028c\x85d").all == ["a\x0cb\u2028c\x85d"]


def test_a_byte_order_mark_is_counted_by_the_editor_alone() -> None:
    lines = Lines("\ufeffbook x")
    assert lines.position(1, 1) == Position(0, 1)
    assert lines.place(Position(0, 1)) == (1, 1)
    assert lines.place(Position(0, 0)) == (1, 1)


def test_beyond_the_text_is_its_nearest_place() -> None:
    assert Lines("ab\nc").place(Position(0, 99)) == (1, 3)
    assert Lines("ab\nc").place(Position(99, 0)) == (2, 2)


def test_the_text_of_a_span() -> None:
    assert Lines("ab\r\ncd\r\nef").of(Span("", 1, 2, 3, 2)) == "b\ncd\ne"


@given(TEXTS, st.sampled_from(["utf-8", "utf-16", "utf-32"]), st.data())
def test_there_and_back(text: str, encoding: str, data: st.DataObject) -> None:
    lines = Lines(text, encoding)
    line = data.draw(st.integers(1, len(lines.all)))
    column = data.draw(st.integers(1, len(lines.line(line)) + 1))
    assert lines.place(lines.position(line, column)) == (line, column)
