"""`ask BOOK falls`: where more usage costs less."""

from __future__ import annotations

import argparse
from typing import Any

from engine.model import Book
from engine.questions import Asked, Fall, Node, falls
from workbench.asking.asked import asked_of, range_of
from workbench.asking.numbers import Numbers, pico_data
from workbench.asking.rules import rule_data, rule_text


def answer(book: Book, options: argparse.Namespace) -> tuple[Asked, dict[str, Any], list[str]]:
    """The question, its answer as data and as sentences."""
    [asked] = asked_of(book, options, options.plan)
    found = falls(asked, *range_of(asked, options))
    numbers = Numbers.of(asked)
    data = {"falls": [_data(asked, numbers, fall) for fall in found]}
    if not found:
        return asked, data, [f"the bill of {asked.name} never falls when usage grows"]
    times = "once" if len(found) == 1 else f"{len(found)} times"
    lines = [f"the bill of {asked.name} falls {times} when usage grows"]
    for fall in found:
        lines += _sentences(asked, numbers, fall)
    return asked, data, lines


def _data(asked: Asked, numbers: Numbers, fall: Fall) -> dict[str, Any]:
    return {
        "from": _side(asked, numbers, fall.high),
        "to": None if fall.low is None else _side(asked, numbers, fall.low),
        "drop": None if fall.drop is None else pico_data(fall.drop),
        "again": None if fall.again is None else {
            "at": numbers.bare(fall.again.low), "included": fall.again.low_in
        },
        "rule": None if fall.rule is None else rule_data(fall.rule),
    }  # fmt: skip


def _side(asked: Asked, numbers: Numbers, node: Node) -> dict[str, Any]:
    billed = pico_data(asked.billed(node.at)) if node.side == 0 else None
    return {**numbers.node_data(node), "exact": pico_data(node.value), "billed": billed}


def _sentences(asked: Asked, numbers: Numbers, fall: Fall) -> list[str]:
    high = f"{numbers.node(fall.high)} it is {numbers.money(fall.high.value)}"
    if fall.low is None:
        lines = [f"  {high}, and from there it falls without end"]
    else:
        assert fall.drop is not None
        low = f"{numbers.node(fall.low)} only {numbers.money(fall.low.value)}"
        lines = [f"  {high}, {low}: a drop of {numbers.money(fall.drop)}"]
        if fall.again is None:
            lines.append("    it does not come back to that in this range")
        else:
            word = "at" if fall.again.low_in else "just above"
            lines.append(f"    it costs as much again {word} {numbers.quantity(fall.again.low)}")
    if fall.high.side == 0:
        billed = asked.billed(fall.high.at)
        if billed != fall.high.value:
            lines.append(f"    the rounded bill {numbers.node(fall.high)} is {numbers.money(billed)}")
    return [*lines, f"    {rule_text(fall.rule)}"] if fall.rule is not None else lines
