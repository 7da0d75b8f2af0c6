"""Exact numbers for people and for programs: quantities in their unit, money in its currency, spans of a quantity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from engine.money import PICO, format_ratio
from engine.questions import Asked, Node, Span

PLACES = 30
"""Decimals after which a number that does not end is written as a ratio."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """How the numbers of one question are written: the unit of its quantity, what it is worth, and the currency."""

    unit: str
    factor: Fraction
    currency: str

    @classmethod
    def of(cls, asked: Asked) -> Numbers:
        """Those of a question."""
        unit, factor = asked.unit
        return cls(unit, factor, asked.book.currency.code)

    def bare(self, quantity: Fraction) -> str:
        """A quantity as data, in its unit."""
        return format_ratio(quantity / self.factor, PLACES)

    def quantity(self, quantity: Fraction) -> str:
        """A quantity for people: `12_500 call`."""
        return f"{mixed(quantity / self.factor)} {self.unit}"

    def money(self, pico: Fraction | int) -> str:
        """An amount for people, exact: `USD 12.50`."""
        return f"{self.currency} {mixed(Fraction(pico) / PICO, 2)}"

    def price(self, pico: Fraction) -> str:
        """Pico per base unit, for people: `USD 0.80 per call`."""
        return f"{self.currency} {mixed(pico * self.factor / PICO, 2)} per {self.unit}"

    def span(self, span: Span) -> str:
        """Quantities for people: `above 10 call up to 20 call`."""
        if span.low == span.high:
            return f"at {self.quantity(span.low)}"
        low = f"{'from' if span.low_in else 'above'} {self.quantity(span.low)}"
        if span.high is None:
            return f"{low} on" if span.low_in else low
        return f"{low} {'up to' if span.high_in else 'and below'} {self.quantity(span.high)}"

    def span_data(self, span: Span) -> dict[str, Any]:
        """Quantities as data."""
        return {
            "from": self.bare(span.low), "from_included": span.low_in,
            "to": None if span.high is None else self.bare(span.high), "to_included": span.high_in,
        }  # fmt: skip

    def node(self, node: Node) -> str:
        """A quantity, or just beside it, for people."""
        return ("just below ", "at ", "just above ")[node.side + 1] + self.quantity(node.at)

    def node_data(self, node: Node) -> dict[str, Any]:
        """A quantity, or just beside it, as data."""
        return {"at": self.bare(node.at), "side": ("below", "at", "above")[node.side + 1]}


def pico_data(pico: Fraction | int) -> str:
    """An amount as data: a decimal string of the major unit, or `n/d`."""
    return format_ratio(Fraction(pico) / PICO, PLACES)


def mixed(value: Fraction, decimals: int = 0) -> str:
    """An exact number with groups of three: decimals where it ends, else a whole and a fraction (`4_166 2/3`)."""
    text = format_ratio(value, 12)
    sign = "-" if value < 0 else ""
    whole, rest = divmod(abs(value.numerator), value.denominator)
    if "/" in text:
        fraction = f"{rest}/{value.denominator}"
        return f"{sign}{whole:_} {fraction}" if whole else f"{sign}{fraction}"
    places = text.partition(".")[2].ljust(decimals, "0")
    return f"{sign}{whole:_}.{places}" if places else f"{sign}{whole:_}"


def first_data(numbers: Numbers, first: tuple[Fraction, bool] | None) -> dict[str, Any] | None:
    """The first quantity of something, as data."""
    return None if first is None else {"at": numbers.bare(first[0]), "included": first[1]}


def first_text(numbers: Numbers, first: tuple[Fraction, bool]) -> str:
    """The first quantity of something, for people."""
    return f"{'from' if first[1] else 'just above'} {numbers.quantity(first[0])}"


Data = Mapping[str, Any]
