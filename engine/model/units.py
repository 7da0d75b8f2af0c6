"""Units of quantity and the currency of a book."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from engine.money import Mode


@dataclass(frozen=True, slots=True)
class Unit:
    """`factor` base units of `family` make one of this unit; a base unit has factor 1 and is its own family."""

    name: str
    family: str
    factor: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Rounding:
    """Where and how amounts of a book are rounded.

    `step` is the smallest amount in pico (USD cents: 10^10; cash rounding to CHF 0.05: 5 x 10^10).
    `per`: each line (default), each event's share, or only the invoice's total.
    """

    mode: Mode
    step: int
    per: Literal["line", "event", "invoice"] = "line"


@dataclass(frozen=True, slots=True)
class BookCurrency:
    """`worth` is set for a unit of account (`currency CRD worth USD 0.50`): pico of `worth_code` per unit."""

    code: str
    rounding: Rounding
    worth: int | None = None
    worth_code: str | None = None
