"""The cell magic: what it binds, what it says, and that no mistake passes silently."""

from __future__ import annotations

from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from workbench.magics import BookErrors, MagicMisused, compile_cell, rate_line, source_of

from engine.model import Book

CELL = """book gateway version 1 from 2026-01-01
currency USD
timezone "UTC"
unit call
meter calls {
  events "api.called"
  measure sum of calls as call
}
plan starter "Starter" {
  bill monthly in arrears on day 1
  charge calls "API calls" {
    for calls
    price USD 0.80 per 1_000 call
  }
}
example "a small month" {
  given plan starter
  given period 2026-10-01 through 2026-10-31
  given usage calls = 1_500 call
  expect calls = USD 1.20
}
"""


def test_a_good_cell_binds_the_book_and_shows_its_examples() -> None:
    names: dict[str, Any] = {}
    shown = compile_cell(names, "book", CELL)
    assert isinstance(names["book"], Book) and names["book"].name == "gateway"
    assert shown.rows == (("a small month", "calls", "USD 1.20", "USD 1.20", "holds"),)
    assert source_of(names["book"]).endswith(CELL)


def test_findings_name_the_line_of_the_cell_and_nothing_is_bound() -> None:
    names: dict[str, Any] = {"book": "as before"}
    with pytest.raises(BookErrors) as caught:
        compile_cell(names, "book", CELL.replace("per 1_000 call", "per 1_000 cal"))
    shown = "\n".join(caught.value._render_traceback_())
    # the price is on line 13 of the text, and on line 14 of the cell, whose first line is the magic's
    assert "error[RB101]" in shown and "cell:14:" in shown and "Traceback" not in shown
    assert str(caught.value) == "1 error, first RB101" and names == {"book": "as before"}


def test_a_failing_example_is_an_error() -> None:
    with pytest.raises(BookErrors, match="1 of 1 examples fail"):
        compile_cell({}, "book", CELL.replace("USD 1.20", "USD 1.30"))


@pytest.mark.parametrize("line", ["", "two names", "1st"])
def test_a_cell_without_a_name_is_refused(line: str) -> None:
    with pytest.raises(MagicMisused, match="names no variable"):
        compile_cell({}, line, CELL)


def test_rate_shows_lines_and_what_is_due() -> None:
    names: dict[str, Any] = {}
    compile_cell(names, "book", CELL)
    shown = rate_line(names, "book starter 2026-10-01..2026-10-31 calls=0.5")
    assert shown.rows == (("usage", "API calls", "0.00", "0.0004"), ("", "due in USD", "0.00", ""))


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("book starter", "not enough values"),
        ("book starter 2026-10-01..soon", "Invalid isoformat string"),
        ("book starter 2026-10-01..2026-10-31 calls", "write `%rate"),
        ("other starter 2026-10-01..2026-10-31", "there is no price book `other` here"),
        ("book gold 2026-10-01..2026-10-31", "gold"),
        ("book starter 2026-10-01..2026-10-31 minutes=1", "minutes"),
        ("book starter 2026-10-01..2026-10-31 calls=many", "many"),
    ],
)
def test_a_wrong_question_is_an_error(line: str, sentence: str) -> None:
    names: dict[str, Any] = {}
    compile_cell(names, "book", CELL)
    with pytest.raises(MagicMisused) as caught:
        rate_line(names, line)
    assert sentence in str(caught.value) and caught.value._render_traceback_()[0].startswith("error[RBN01]: ")


def test_the_extension_loads_and_a_broken_cell_fails(capsys: pytest.CaptureFixture[str]) -> None:
    shell = InteractiveShell()
    shell.run_line_magic("load_ext", "workbench")
    assert shell.run_cell(f"%%pricebook book\n{CELL}").success and isinstance(shell.user_ns["book"], Book)
    assert not shell.run_cell("%%pricebook book\nbook\n").success
    assert not shell.run_cell("%rate other").success
    shown = capsys.readouterr()
    assert "error[RB" in shown.out and "error[RBN01]" in shown.out and "UsageError" not in shown.out + shown.err
