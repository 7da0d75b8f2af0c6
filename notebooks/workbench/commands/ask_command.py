"""`ratebook ask BOOK cheaper|falls|range|unit-price|buys --plan P --usage METER`."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path
from typing import Any

from engine.questions import Asked
from workbench.asking import asked, buys, cheaper, extremes, falls, unit_price
from workbench.books import checked_file
from workbench.output import Refused

QUESTIONS = {
    "cheaper": ("from which quantity a plan is cheaper than another", cheaper),
    "falls": ("where more usage costs less", falls),
    "range": ("the smallest and the largest bill in a range of usage", extremes),
    "unit-price": ("what a unit costs, and where the average is lowest", unit_price),
    "buys": ("the most usage that a budget pays for", buys),
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options: the book, the question, and those of the question."""
    parser.add_argument("book", metavar="BOOK")
    questions = parser.add_subparsers(dest="question", required=True, metavar="QUESTION")
    for name, (help_text, module) in QUESTIONS.items():
        sub = questions.add_parser(name, help=help_text, description=help_text)
        # the option of the command itself is kept when it stands before the question
        sub.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print one JSON document")
        asked.arguments(sub)
        if hasattr(module, "arguments"):
            module.arguments(sub)


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """The exact answer; nothing is stored."""
    report = checked_file(Path(options.book))
    if report.book is None:
        raise Refused({"files": [report.data()]}, report.text())
    question, data, lines = QUESTIONS[options.question][1].answer(report.book, options)
    first, last = question.period[0].date(), question.period[1].date() - dt.timedelta(days=1)
    given = [*options.given, *(f"coupon {name}" for name in options.coupon)]
    document = {
        "book": f"{report.book.name}/{report.book.version}", "question": options.question, "plan": options.plan,
        "usage": options.usage, "given": given, "currency": report.book.currency.code, "unit": question.unit[0],
        "whole": question.whole, "period": {"from": first.isoformat(), "through": last.isoformat()},
        **data,
    }  # fmt: skip
    return document, "\n".join([*lines, _scope(question, first, last, given)])


def _scope(question: Asked, first: dt.date, last: dt.date, given: list[str]) -> str:
    """What the answer holds for."""
    others = f", given {', '.join(given)}" if given else ""
    kind = "whole" if question.whole else "exact"
    return f"for the billing period {first} through {last}, before tax and wallets, {kind} quantities{others}"
