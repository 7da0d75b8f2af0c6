"""`ask BOOK buys`: the most usage that a budget pays for."""

from __future__ import annotations

import argparse
from typing import Any

from engine.model import Book
from engine.questions import Asked, bought
from workbench.asking.asked import asked_of, money_of, range_of
from workbench.asking.numbers import Numbers, first_data, first_text, pico_data
from workbench.asking.rules import rules_data, rules_text


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options of this question."""
    parser.add_argument("--budget", required=True, metavar="M", help="`100` or `USD 100`")


def answer(book: Book, options: argparse.Namespace) -> tuple[Asked, dict[str, Any], list[str]]:
    """The question, its answer as data and as sentences."""
    [asked] = asked_of(book, options, options.plan)
    budget = money_of(book, options.budget)
    found = bought(asked, budget, *range_of(asked, options))
    numbers = Numbers.of(asked)
    most = found.most
    data = {
        "budget": pico_data(budget),
        "most": None if most is None or most.high is None else numbers.bare(most.high),
        "most_included": most is not None and most.high_in,
        "spans": [numbers.span_data(s) for s in found.spans],
        "billed_over": first_data(numbers, found.billed_over),
        "rules": [] if most is None or most.high is None else rules_data(asked, most.high),
    }
    money = numbers.money(budget)
    if most is None:
        return asked, data, [f"{money} buys nothing of {asked.name} in this range"]
    if most.high is None:
        head = f"{money} buys any quantity of {asked.name}"
    else:
        head = f"{money} buys {'' if most.high_in else 'less than '}{numbers.quantity(most.high)} of {asked.name}"
    lines = [head]
    if len(found.spans) > 1 or most.low > 0:
        lines.append(f"  within the budget: {'; '.join(numbers.span(s) for s in found.spans)}")
    beyond = None if most.high is None else most.high + int(asked.whole)
    if found.billed_over is not None and found.billed_over[0] != beyond:
        lines.append(f"  the rounded bill is above it {first_text(numbers, found.billed_over)}")
    if most.high is not None:
        lines += [f"  {text}" for text in rules_text(asked, most.high)]
    return asked, data, lines
