"""Quantity: an exact decimal of at most 12 places with a unit. Not money, never mixed with it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from engine.money.amount import format_ratio, parse_decimal

PLACES = 12


class UnitMismatch(ValueError):
    """Two units met in one operation."""

    code = "RBM03"


@dataclass(frozen=True, slots=True)
class Quantity:
    """`Quantity.of("2.5", "GB")`; `value` is an exact ratio whose decimals end within 12 places."""

    value: Fraction
    unit: str

    def __post_init__(self) -> None:
        if not isinstance(self.value, Fraction):
            raise TypeError(f"a quantity is exact, not {type(self.value).__name__}")
        if (self.value * 10**PLACES) % 1 != 0:
            raise ValueError("a quantity has at most 12 decimals")

    @classmethod
    def of(cls, text: str | int, unit: str) -> Quantity:
        """A quantity from a decimal string or an integer; floats are refused."""
        if isinstance(text, bool) or not isinstance(text, (str, int)):
            raise TypeError(f"a quantity is not made from {type(text).__name__}; use a decimal string")
        return cls(parse_decimal(text) if isinstance(text, str) else Fraction(text), unit)

    def __add__(self, other: Quantity) -> Quantity:
        if not isinstance(other, Quantity):
            raise TypeError(f"a quantity and {type(other).__name__} do not mix")
        if other.unit != self.unit:
            raise UnitMismatch(f"{self.unit} and {other.unit} do not mix")
        return Quantity(self.value + other.value, self.unit)

    def __str__(self) -> str:
        return f"{format_ratio(self.value)} {self.unit}"
