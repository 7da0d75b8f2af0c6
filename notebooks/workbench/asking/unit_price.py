"""`ask BOOK unit-price`: what a unit costs on average, what the next one costs, and where the average is lowest."""

from __future__ import annotations

import argparse
from fractions import Fraction
from typing import Any

from engine.model import Book
from engine.questions import Asked, Lowest, UnitPrice, lowest_price, unit_price
from workbench.asking.asked import asked_of, quantity_of, range_of
from workbench.asking.numbers import Numbers, pico_data
from workbench.asking.rules import rules_data, rules_text


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options of this question."""
    parser.add_argument("--at", metavar="Q", help="the quantity to price")


def answer(book: Book, options: argparse.Namespace) -> tuple[Asked, dict[str, Any], list[str]]:
    """The question, its answer as data and as sentences."""
    [asked] = asked_of(book, options, options.plan)
    numbers = Numbers.of(asked)
    lowest = lowest_price(asked, *range_of(asked, options))
    data: dict[str, Any] = {"at": None, "lowest": _lowest_data(numbers, lowest)}
    lines: list[str] = []
    if options.at is not None:
        found = unit_price(asked, quantity_of(asked, options.at))
        data["at"] = _data(asked, numbers, found)
        lines += _text(asked, numbers, found)
    return asked, data, [*lines, _lowest_text(asked, numbers, lowest)]


def _per(numbers: Numbers, pico: Fraction) -> str:
    return pico_data(pico * numbers.factor)


def _data(asked: Asked, numbers: Numbers, found: UnitPrice) -> dict[str, Any]:
    return {
        "quantity": numbers.bare(found.quantity),
        "exact": pico_data(found.amount),
        "billed": pico_data(asked.billed(found.quantity)),
        "effective": _per(numbers, found.effective),
        "marginal": None if found.marginal is None else _per(numbers, found.marginal),
        "jump": pico_data(found.jump),
        "rules": rules_data(asked, found.quantity),
    }


def _text(asked: Asked, numbers: Numbers, found: UnitPrice) -> list[str]:
    at = numbers.quantity(found.quantity)
    lines = [f"{at} of {asked.name} cost {numbers.money(found.amount)}: {numbers.price(found.effective)} on average"]
    billed = asked.billed(found.quantity)
    if billed != found.amount:
        lines.append(f"  the rounded bill is {numbers.money(billed)}")
    if found.marginal is None:
        lines.append("  more than that is not sold")
    elif found.jump:
        lines.append(f"  any more adds {numbers.money(found.jump)} at once, and then {numbers.price(found.marginal)}")
    elif asked.whole:
        lines.append(f"  the next {numbers.unit} adds {numbers.money(found.marginal)}")
    else:
        lines.append(f"  more costs {numbers.price(found.marginal)}")
    return lines + [f"  {text}" for text in rules_text(asked, found.quantity)]


def _lowest_data(numbers: Numbers, found: Lowest) -> dict[str, Any]:
    return {
        "effective": _per(numbers, found.effective),
        "where": None if found.node is None else numbers.node_data(found.node),
        "beyond": found.beyond,
    }


def _lowest_text(asked: Asked, numbers: Numbers, found: Lowest) -> str:
    price = numbers.price(found.effective)
    if found.node is None:
        return f"the more, the nearer the average comes to {price}, its lowest, without reaching it"
    if found.beyond:
        return f"the average is lowest everywhere above {numbers.quantity(found.node.at)}: {price}"
    if found.node.side:
        return f"the average is lowest {numbers.node(found.node)}: it comes near {price}"
    return f"the average is lowest {numbers.node(found.node)}: {price}"
