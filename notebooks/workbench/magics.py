"""`%%pricebook NAME` and `%rate`: price books in a notebook.

A magic here never raises `UsageError`: IPython prints that one on the error stream and goes on, so that a notebook
with a broken cell would seem to run well.
"""

from __future__ import annotations

import datetime as dt
import shlex
import warnings
from fractions import Fraction
from pathlib import Path
from typing import Any

from dsl.diagnostics import Severity
from engine.model import Book
from engine.money import PICO, format_pico, format_ratio
from engine.rating import Quote, RatingError, quote
from workbench.books import BookReport, checked_text
from workbench.show import Shown, shown

_SOURCES: dict[str, str] = {}


def source_of(book: Book) -> str:
    """The text that a cell's book was compiled from, for publishing it; raises `KeyError` for a book of elsewhere."""
    return _SOURCES[book.digest]


class BookErrors(Exception):
    """A price book cell that does not hold. Its message says how many findings there are and the first code."""

    def __init__(self, summary: str, report: str) -> None:
        super().__init__(summary)
        self.report = report

    def _render_traceback_(self) -> list[str]:
        """What IPython shows instead of a traceback: the findings, and nothing of Python."""
        return [*self.report.split("\n"), "", str(self)]


class MagicMisused(Exception):
    """A magic that was called in a way it cannot understand."""

    def _render_traceback_(self) -> list[str]:
        return [f"error[RBN01]: {self}"]


def register(shell: Any) -> None:
    """Register the magics with a shell."""
    # DuckDB advises a notebook's reader how to write engine code; it is no finding about the reader's data
    warnings.filterwarnings("ignore", message="Arrow output on a DB-API result")

    def pricebook(line: str, cell: str) -> Shown:
        return compile_cell(shell.user_ns, line, cell)

    def rate(line: str) -> Shown:
        return rate_line(shell.user_ns, line)

    shell.register_magic_function(pricebook, "cell", "pricebook")
    shell.register_magic_function(rate, "line", "rate")


def compile_cell(names: dict[str, Any], line: str, cell: str) -> Shown:
    """Compile a cell's book, run its examples, bind `NAME` to the `Book`; returns the table of examples.

    Raises `BookErrors` with every finding, and binds nothing, when the book or an example does not hold.
    """
    words = line.split()
    if len(words) != 1 or not words[0].isidentifier():
        raise MagicMisused(f"`%%pricebook {line}` names no variable; write `%%pricebook book`")
    # the magic's own line is line 1 of the cell that people see, so the book begins on line 2
    report = checked_text(f"#\n{cell}", Path("cell"))
    if report.failed or report.book is None:
        raise BookErrors(_summary(report), report.text())
    names[words[0]] = report.book
    _SOURCES[report.book.digest] = report.source
    if report.diagnostics:
        print(report.text())
    return _examples(report)


def _summary(report: BookReport) -> str:
    failing = sum(not e.passed for e in report.examples)
    first = next((d.code for d in report.diagnostics if d.severity is Severity.ERROR), "no code")
    count = f"{report.errors} error{'' if report.errors == 1 else 's'}"
    parts = [f"{count}, first {first}"] if report.errors else []
    parts += [f"{failing} of {len(report.examples)} examples fail"] if failing else []
    return "; ".join(parts)


def _examples(report: BookReport) -> Shown:
    rows = [
        (example.title if i == 0 else "", e.what, e.expected, e.actual, "holds" if e.passed else "differs")
        for example in report.examples
        for i, e in enumerate(example.expectations)
    ]
    return shown(("example", "what", "expected", "computed", ""), rows, right=(2, 3))


def rate_line(names: dict[str, Any], line: str) -> Shown:
    """`%rate BOOK PLAN FIRST..LAST meter=quantity ...`: the lines a customer would be billed, quantities exact."""
    try:
        name, plan, days, *given = shlex.split(line)
        first, _, last = days.partition("..")
        usage = dict(pair.split("=", 1) for pair in given)
        period = (dt.date.fromisoformat(first), dt.date.fromisoformat(last))
    except ValueError as error:
        hint = "write `%rate book plan 2026-10-01..2026-10-31 calls=1500`"
        raise MagicMisused(f"{error}: {hint}") from None
    book = names.get(name)
    if not isinstance(book, Book):
        raise MagicMisused(f"there is no price book `{name}` here; compile one with `%%pricebook {name}`")
    try:
        answer = quote(book, plan=plan, period=period, usage=dict(usage))
    except (RatingError, ValueError) as error:
        raise MagicMisused(str(error)) from None
    return quote_table(answer)


def quote_table(answer: Quote) -> Shown:
    """The lines of a quote with their exact amounts, and what is due."""
    code = answer.book.currency.code
    rows: list[tuple[str, ...]] = [
        (x.kind, x.label or x.charge or x.name, format_pico(x.amount), _exact(x.exact)) for x in answer.lines
    ]
    rows.append(("", f"due in {code}", format_pico(answer.due), ""))
    return shown(("kind", "what", code, "exact"), rows, right=(2, 3))


def _exact(value: Fraction) -> str:
    return format_ratio(value / PICO, 24)
