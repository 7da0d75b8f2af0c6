"""A text cut into declarations: every line once, and a missing brace stays in its own declaration."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

import dsl
from dsl.chunks import chunks

LINES = ["plan p {", "  charge c {", "  }", "}", "unit a", "  unit b", "", "# {", 'use "}"', "timezone x"]


@given(st.lists(st.sampled_from(LINES), max_size=12))
def test_every_line_that_says_anything_is_in_one_chunk(lines: list[str]) -> None:
    found = list(chunks("\n".join(lines)))
    covered: dict[int, str] = {}
    for chunk in found:
        for number, line in enumerate(chunk.text.split("\n"), chunk.first):
            assert number not in covered
            covered[number] = line
    assert all(covered.get(number) == line for number, line in enumerate(lines, 1) if line.strip())


def test_declarations_may_be_indented_and_blocks_need_not_be() -> None:
    text = "  unit a\n\tunit b\nplan p {\nbill monthly in arrears\ncharge c {\nprice flat USD 1\n}\n}\nunit c\n"
    book, found = dsl.parse(text)
    assert found == []
    assert book is not None
    assert [type(one).__name__ for one in book.declarations] == ["Unit", "Unit", "Plan", "Unit"]


def test_a_time_zone_in_the_first_column_belongs_to_its_calendar() -> None:
    assert dsl.parse('calendar c {\ntimezone "UTC"\nband all { otherwise }\n}\n')[1] == []


def test_a_text_and_a_comment_hold_no_braces() -> None:
    assert dsl.parse('plan p "{" { # {\n}\nunit a\n')[1] == []


def places(text: str) -> list[tuple[str, int]]:
    return [(one.code, one.span.line) for one in dsl.parse(text)[1]]


def test_several_braces_missing_in_one_declaration() -> None:
    text = "plan p {\n  minimum USD 1\n  charge a {\n    price flat USD 1\n  charge b {\n    price flat USD\n}\n"
    assert places(text) == [("RB010", 3), ("RB010", 5), ("RB012", 6)]


def test_a_missing_brace_hides_nothing_of_its_declaration_and_nothing_after_it() -> None:
    text = "plan p {\n  minimum $5\n  charge c {\n    price flat USD 1\n}\nunit a b\n"
    assert places(text) == [("RB007", 2), ("RB010", 3), ("RB012", 6)]


def test_a_brace_too_many() -> None:
    assert places("plan p {\n  minimum USD 5\n}\n}\nunit a\n") == [("RB010", 4)]
