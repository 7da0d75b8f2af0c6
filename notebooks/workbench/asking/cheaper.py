"""`ask BOOK cheaper`: from which quantity a plan is cheaper than another."""

from __future__ import annotations

import argparse
from fractions import Fraction
from typing import Any

from engine.model import Book
from engine.questions import Asked, Cheaper, Span, cheaper
from workbench.asking.asked import asked_of, range_of
from workbench.asking.numbers import Numbers, first_data, first_text, pico_data
from workbench.asking.rules import rules_data, rules_text


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options of this question."""
    parser.add_argument("--than", required=True, metavar="P", help="the plan or contract to compare with")


def answer(book: Book, options: argparse.Namespace) -> tuple[Asked, dict[str, Any], list[str]]:
    """The question, its answer as data and as sentences."""
    plan, than = asked_of(book, options, options.plan, options.than)
    found = cheaper(plan, than, *range_of(plan, options))
    numbers = Numbers.of(plan)
    names = {-1: options.plan, 0: "same", 1: options.than, None: None}
    spans = [
        {**numbers.span_data(s), "cheaper": names[s.sign], "billed_from": first_data(numbers, b)}
        for s, b in zip(found.spans, found.billed, strict=True)
    ]
    points = [_point(numbers, at, options, plan, than) for at in found.break_evens]
    data = {"than": options.than, "spans": spans, "break_evens": points}
    return plan, data, _sentences(found, numbers, options, plan, than)


def _point(
    numbers: Numbers, at: Fraction, options: argparse.Namespace, plan: Asked, than: Asked
) -> dict[str, Any]:  # fmt: skip
    sides = {options.plan: plan, options.than: than}
    return {
        "at": numbers.bare(at),
        "exact": {name: pico_data(one.exact(at)) for name, one in sides.items()},
        "billed": {name: pico_data(one.billed(at)) for name, one in sides.items()},
        "rules": {name: rules_data(one, at) for name, one in sides.items()},
    }


def _sentences(
    found: Cheaper, numbers: Numbers, options: argparse.Namespace, plan: Asked, than: Asked
) -> list[str]:  # fmt: skip
    lines = [_headline(found, numbers, options)]
    for span, billed in zip(found.spans, found.billed, strict=True):
        lines.append(f"  {numbers.span(span)}: {_verdict(span, billed, numbers, options)}")
    for at in found.break_evens:
        here = ", ".join(
            f"{name} {numbers.money(one.exact(at))}" for name, one in ((options.plan, plan), (options.than, than))
        )
        lines.append(f"  at {numbers.quantity(at)}: {here}")
        lines += [f"    {text}" for one in (plan, than) for text in rules_text(one, at)]
    return lines


def _headline(found: Cheaper, numbers: Numbers, options: argparse.Namespace) -> str:
    count = sum(s.sign == -1 for s in found.spans)
    if found.first is None:
        return f"{options.plan} is nowhere cheaper than {options.than}"
    where = numbers.span(found.first)
    if count == 1:
        return f"{options.plan} is cheaper than {options.than} {where}"
    return f"{options.plan} is cheaper than {options.than} in {count} ranges, first {where}"


def _verdict(
    span: Span, billed: tuple[Fraction, bool] | None, numbers: Numbers, options: argparse.Namespace
) -> str:  # fmt: skip
    if span.sign is None:
        return "one of them has no price here"
    if span.sign == 0:
        return "both cost the same"
    name = options.plan if span.sign < 0 else options.than
    if billed is None:
        return f"{name} is cheaper, by less than what the bill is rounded to"
    if billed == (span.low, span.low_in):
        return f"{name} is cheaper"
    return f"{name} is cheaper; on the rounded bill {first_text(numbers, billed)}"
