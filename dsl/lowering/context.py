"""What lowering knows of the book while it goes: units, currency, wallets, source lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from dsl import syntax
from dsl.passes.scope import Scope
from dsl.syntax.base import Node
from engine.model import Place, Span, Unit
from engine.money import PICO

DAY = dt.timedelta(days=1)


class Unlowerable(ValueError):
    """A clause that passed the checks and still cannot be meant; `node` is where."""

    def __init__(self, node: Node, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.node, self.message, self.hint = node, message, hint


@dataclass(frozen=True, slots=True)
class Context:
    """`units` by name; `currency` the book's code; `credits`: pico that one of a wallet's unit is worth.

    `loader` gives the text of a file beside the book by its path.
    """

    scope: Scope
    units: dict[str, Unit]
    currency: str
    credits: dict[str, int]
    lines: dict[str, list[str]]
    loader: Callable[[str], str]

    def place(self, node: Node) -> Place:
        """Where a node stands, with the text of its first line."""
        span = node.span
        lines = self.lines.get(span.path, [])
        text = lines[span.line - 1] if 0 < span.line <= len(lines) else ""
        end = span.end_column - 1 if span.end_line == span.line else len(text)
        return Place(span.path, span.line, span.column, text[span.column - 1 : end].strip())

    def is_money(self, name: str) -> bool:
        """Whether a name is the currency: declared units win, never the shape."""
        return name == self.currency and name not in self.units

    def factor(self, name: str, node: Node) -> Fraction:
        """Base units of one unit; 1 for the currency."""
        if name in self.units:
            return self.units[name].factor
        if self.is_money(name):
            return Fraction(1)
        raise Unlowerable(node, f"`{name}` is no unit of this book")

    def quantity(self, amount: syntax.Amount) -> Fraction:
        """A quantity in base units, or an amount of a money meter in major units."""
        if isinstance(amount, syntax.Money):
            if amount.currency.text in self.units:
                return Fraction(amount.amount) * self.units[amount.currency.text].factor
            return Fraction(amount.amount)
        return Fraction(amount.value) * self.factor(amount.unit.text, amount)

    def money(self, amount: syntax.Money | syntax.Number) -> int:
        """Pico of an amount; a bare number is zero."""
        value = amount.value if isinstance(amount, syntax.Number) else amount.amount
        return pico(value, amount)

    def price_money(self, amount: syntax.Amount) -> tuple[int, str | None]:
        """(pico, wallet unit): a price in credits is worth what the wallet says."""
        if isinstance(amount, syntax.Money) and amount.currency.text not in self.credits:
            return self.money(amount), None
        unit = amount.currency.text if isinstance(amount, syntax.Money) else amount.unit.text
        value = amount.amount if isinstance(amount, syntax.Money) else amount.value
        if unit not in self.credits:
            raise Unlowerable(amount, f"`{unit}` is neither money nor a wallet's unit")
        worth = Fraction(value) * self.credits[unit]
        if worth.denominator != 1:
            raise Unlowerable(amount, "a price in credits must be a whole number of pico")
        return worth.numerator, unit


def pico(value: Decimal, node: Node) -> int:
    """Pico-units of a decimal amount."""
    scaled = Fraction(value) * PICO
    if scaled.denominator != 1:
        raise Unlowerable(node, "an amount has at most 12 decimals")
    return scaled.numerator


def span_of(duration: syntax.Duration) -> Span:
    """A duration as the model has it."""
    unit: Any = duration.unit
    return Span(duration.count, unit)


def span_per(node: syntax.Period) -> Span:
    """The span after `per`, where a whole term is none."""
    if node.unit == "term":
        raise Unlowerable(node, "this comes again and again, not once a term", "write e.g. `per month`")
    return one(node.unit)


def one(unit: str) -> Span:
    """One of a unit of time."""
    word: Any = unit
    return Span(1, word)


def moment(value: syntax.Moment | None) -> dt.datetime | None:
    """A local moment; a day alone is its midnight."""
    if value is None:
        return None
    start = dt.datetime.combine(value.date.value, dt.time())
    return start if value.time is None else start + dt.timedelta(microseconds=value.time.microseconds)


def end_moment(value: syntax.Moment | None) -> dt.datetime | None:
    """The moment after an included day; a stated time is itself the end."""
    found = moment(value)
    return found + DAY if found is not None and value is not None and value.time is None else found


def day(value: syntax.Moment | None) -> dt.date | None:
    """The day of a moment."""
    return None if value is None else value.date.value


def texts(names: Iterable[syntax.Name]) -> tuple[str, ...]:
    """Plain names."""
    return tuple(n.text for n in names)


def word(value: syntax.Name | syntax.Text) -> str:
    """A bare or quoted word."""
    return value.text if isinstance(value, syntax.Name) else value.value


def label(value: syntax.Text | None) -> str | None:
    """An optional label."""
    return None if value is None else value.value


def first(clauses: Sequence[Node], kind: type) -> Node | None:
    """The first clause of a kind."""
    return next((c for c in clauses if isinstance(c, kind)), None)
