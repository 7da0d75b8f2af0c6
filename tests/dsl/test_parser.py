"""Reading text: several mistakes in one run, tolerated forms, and refusals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from dsl import parse, syntax
from dsl.diagnostics import Diagnostic
from dsl.limits import MAX_CHARACTERS, MAX_LINE
from dsl.parser import MAX_SYNTAX_ERRORS
from dsl.syntax import every, only, walk


def codes(text: str) -> list[str]:
    return [one.code for one in parse(text, "b.rate")[1]]


def only_one(text: str) -> Diagnostic:
    found = parse(text, "b.rate")[1]
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("meter m {\n  mesure count as call\n}", "measure"),
        ("plan p {\n  bill monthly in arears\n}", "arrears"),
        ("plan p {\n  charge c {\n    price gradated {\n    }\n  }\n}", "graduated"),
        ("plan p {\n  charge c {\n    price volume {\n      upto 5 GB: USD 1 per GB\n    }\n  }\n}", "up to"),
        ('example "e" {\n  expects total = USD 5\n}', "expect"),
        ("pln p {\n}", "plan"),
        ("plan p {\n  trial 5 dais\n}", "day"),
    ],
)
def test_did_you_mean(text: str, meant: str) -> None:
    assert only_one(text).caret == f"did you mean `{meant}`?"


def test_four_mistakes_give_four_findings_and_no_other() -> None:
    text = """book b version 1 form 2026-01-01
meter m {
  mesure count as call
}
plan p {
  bill monthly in arears
  charge c {
    price gradated {
      up to 5 GB: USD 1 per GB
    }
  }
}
plan q
  minimum USD 5
}
unit x
"""
    book, found = parse(text)
    assert [(one.code, one.span.line) for one in found] == [
        ("RB012", 1),
        ("RB002", 3),
        ("RB012", 6),
        ("RB004", 8),
        ("RB010", 13),
    ]
    assert book is not None
    assert [one.name.text for one in every(book, syntax.Unit)] == ["x"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plan p {\n  charge c\n    price flat USD 1\n  }\n}\nunit a\n", 2),
        ("plan p {\n  charge c {\n    price flat USD 1\n  }\nunit a\n", 1),
        ("plan p {\n  minimum USD 1\n}\n}\nunit a\n", 4),
        ("unit a\nplan p\n  minimum USD 1\n}\n", 2),
    ],
)
def test_one_brace_is_one_finding(text: str, line: int) -> None:
    found = only_one(text)
    assert (found.code, found.span.line) == ("RB010", line)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_byte_order_mark_tabs_line_ends_and_comments_change_nothing(ending: str) -> None:
    plain = 'book b version 1 from 2026-01-01\nplan p "P" {\n  bill monthly in arrears\n}\n'
    noisy = "\ufeff# top\nbook b version 1 from 2026-01-01 # here\n\n\n"
    noisy += 'plan\tp "P" { # x\n\tbill monthly in arrears\n # y\n\n}'
    assert parse(noisy.replace("\n", ending))[0] == parse(plain)[0]
    assert parse(noisy.replace("\n", ending))[1] == []


def test_a_number_touches_its_unit_and_text_holds_signs() -> None:
    book, found = parse('unit GB = 100B\nplan p "a # b { $" {\n}\n')
    assert found == [] and book is not None
    assert [type(node).__name__ for node in book.declarations] == ["Unit", "Plan"]


def test_values_are_exact() -> None:
    text = "plan p {\n  charge c {\n    price 2.9% plus USD 0.000000000001 each\n    discount 250bp\n  }\n}"
    book, _ = parse(text)
    assert book is not None
    shares = [node.ratio for node in walk(book) if isinstance(node, syntax.Share)]
    monies = [node.amount for node in walk(book) if isinstance(node, syntax.Money)]
    assert shares == [Fraction(29, 1000), Fraction(1, 40)]
    assert monies == [Decimal("0.000000000001")]


def test_spans_point_at_the_text_and_do_not_count_in_equality() -> None:
    book, _ = parse("\n\n  unit GB = 5 B", "b.rate")
    other, _ = parse("unit GB=5 B", "c.rate")
    assert book is not None and other is not None
    unit = only(book, syntax.Unit)
    assert unit == only(other, syntax.Unit)
    assert unit is not None
    assert (unit.name.span.path, unit.name.span.line, unit.name.span.column, unit.name.span.end_column) == (
        "b.rate",
        3,
        8,
        10,
    )


def test_times_and_dates() -> None:
    text = 'example "e" {\n given plan p signed 2024-02-29 21:55:18.5\n'
    book, found = parse(text + " given paused 2024-01-01 24:00 through 2024-01-02\n}")
    assert found == [] and book is not None
    moments = [node for node in walk(book) if isinstance(node, syntax.Moment)]
    assert moments[0].date.value == date(2024, 2, 29)
    assert moments[0].time is not None and moments[0].time.microseconds == 78_918_500_000


@pytest.mark.parametrize("text", ["2026-02-30", "2026-13-01", "0000-01-01", "2025-02-29", "9999-12-32"])
def test_days_that_do_not_exist(text: str) -> None:
    assert codes(f"book b version 1 from {text}") == ["RB009"]


@pytest.mark.parametrize("text", ["25:00", "12:60", "24:01", "12:30:61", "10:00:00.1234567"])
def test_times_that_do_not_exist(text: str) -> None:
    assert codes(f'example "e" {{\n  given as of 2026-01-01 {text}\n}}') == ["RB009"]


@pytest.mark.parametrize("text", ["1/2/2026", "2026-1-5", "01.02.2026", "2026/01/02"])
def test_other_dates(text: str) -> None:
    assert codes(f"book b version 1 from {text}") == ["RB008"]


def test_currency_in_small_letters() -> None:
    assert only_one("plan p {\n  minimum usd 5\n}").help == "a currency is written in capitals: `USD`"


def test_an_amount_alone_is_no_price() -> None:
    found = only_one("plan p {\n  charge c {\n    price USD 5\n  }\n}")
    assert (found.code, found.help) == ("RB012", "a price is per something; a fixed amount is `flat`: `flat USD 5`")


def test_a_clause_of_another_block() -> None:
    assert only_one("plan p {\n  price flat USD 5\n}").message == "`price` does not belong in `plan`"


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment", "\ufeff"])
def test_nothing_is_a_book_without_declarations(text: str) -> None:
    book, found = parse(text)
    assert found == [] and book is not None and book.declarations == ()


@pytest.mark.parametrize(
    "text",
    [
        "# " + "x" * (MAX_LINE + 1),
        "meter m {\n  where " + "(" * 10_000 + "a = 1" + ")" * 10_000 + "\n}",
        "meter m {\n  measure sum of " + "(" * 500 + "a" + ")" * 500 + " as x\n}",
        "{" * 1000,
        "x\n" * (MAX_CHARACTERS // 2 + 1),
    ],
    ids=["long line", "parentheses", "measure", "braces", "long file"],
)
def test_too_large_is_refused_before_it_is_parsed(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dsl.parser.parser", lambda: pytest.fail("the parser was asked"))
    book, found = parse(text)
    assert book is None
    assert [one.code for one in found] == ["RB013"]


def test_long_chains_are_read() -> None:
    tests = " and ".join("a = 1" for _ in range(1_500))
    assert codes("meter m {\n  where " + tests + "\n}") == []


@pytest.mark.parametrize("chain", ["measure sum of " + "a-5-" * 2_000 + "5 as x", "where " + "not " * 2_000 + "a = 1"])
def test_deep_chains_are_refused(chain: str) -> None:
    assert codes("meter m {\n  " + chain + "\n}") == ["RB013"]


def test_the_deepest_line_that_is_read() -> None:
    assert codes("meter m {\n  measure sum of " + "a + " * 90 + "a as x\n}") == []
    assert codes("meter m {\n  where " + "(" * 58 + "a = 1" + ")" * 58 + "\n}") == []


def test_many_mistakes_stop_at_a_limit() -> None:
    text = "".join(f"unitt a{number}\n" for number in range(100))
    book, found = parse(text)
    assert book is None
    assert len(found) == MAX_SYNTAX_ERRORS


def test_a_book_without_indentation_is_a_book() -> None:
    calendar = 'calendar c {\ntimezone "UTC"\nband all {\nevery day\n}\n}\n'
    plan = "plan p {\ncharge x {\nprice matrix by k {\nunit: USD 1 per b\n}\n}\n}\n"
    assert codes(calendar + plan) == []
    assert codes(calendar.replace("every day", "evry day") + plan) == ["RB002"]
