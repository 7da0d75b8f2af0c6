"""`ask BOOK range`: the smallest and the largest bill within a range of usage."""

from __future__ import annotations

import argparse
from typing import Any

from engine.model import Book
from engine.questions import Asked, Extreme, extremes
from workbench.asking.asked import asked_of, range_of
from workbench.asking.numbers import Numbers, pico_data
from workbench.asking.rules import rules_data, rules_text


def answer(book: Book, options: argparse.Namespace) -> tuple[Asked, dict[str, Any], list[str]]:
    """The question, its answer as data and as sentences."""
    [asked] = asked_of(book, options, options.plan)
    least, most = extremes(asked, *range_of(asked, options))
    numbers = Numbers.of(asked)
    data = {"smallest": _data(asked, numbers, least), "largest": _data(asked, numbers, most)}
    words = (("smallest", "becomes smaller without end", least), ("largest", "grows without end", most))
    return asked, data, [line for word, endless, found in words for line in _text(asked, numbers, word, endless, found)]


def _data(asked: Asked, numbers: Numbers, found: Extreme) -> dict[str, Any]:
    where = [numbers.span_data(s) for s in found.where]
    at = next((s.low for s in found.where if s.low_in), None)
    return {
        "exact": None if found.amount is None else pico_data(found.amount),
        "billed": None if at is None else pico_data(asked.billed(at)),
        "where": where,
        "approached": None if found.near is None else numbers.node_data(found.near),
        "rules": [] if at is None else rules_data(asked, at),
    }


def _text(asked: Asked, numbers: Numbers, word: str, endless: str, found: Extreme) -> list[str]:
    if found.amount is None:
        return [f"{word} bill of {asked.name}: none, it {endless}"]
    head = f"{word} bill of {asked.name}: {numbers.money(found.amount)}"
    if found.near is not None:
        return [f"{head}, approached {numbers.node(found.near)} and not reached"]
    lines = [f"{head}, {'; '.join(numbers.span(s) for s in found.where)}"]
    at = next((s.low for s in found.where if s.low_in), None)
    if at is not None and (billed := asked.billed(at)) != found.amount:
        lines.append(f"  the rounded bill at {numbers.quantity(at)} is {numbers.money(billed)}")
    return lines + ([] if at is None else [f"  {text}" for text in rules_text(asked, at)])
