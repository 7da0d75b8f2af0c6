"""Money, quantities, shares, rounding and durations: the atoms that clauses are made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from dsl.syntax import words
from dsl.syntax.base import Name, Node, Number


@dataclass(frozen=True, slots=True)
class Money(Node):
    """`USD 0.023`: a decimal amount of the currency's major unit, signed."""

    currency: Name
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Quantity(Node):
    """`50 TB`: a decimal count of a declared unit, signed."""

    value: Decimal
    unit: Name


Amount: TypeAlias = Money | Quantity


@dataclass(frozen=True, slots=True)
class Share(Node):
    """`12.5%` or `250bp` as an exact ratio (1/8, 1/40); `written` is "%" or "bp".

    `places` counts the digits written after the decimal point; it takes no part in equality.
    """

    ratio: Fraction
    written: words.ShareSign
    places: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Per(Node):
    """`per 1_000 view`: the divisor of a rate. `count` is absent for one."""

    count: Number | None
    unit: Name


@dataclass(frozen=True, slots=True)
class Duration(Node):
    """`15 minutes`, or `month` after `every`: a whole count of a unit.

    unit: second, minute, hour, day, week, month, quarter, half_year or year.
    """

    count: int
    unit: words.DurationUnit


@dataclass(frozen=True, slots=True)
class Period(Node):
    """The word after `per` or `end of`: a unit of Duration, or `term`."""

    unit: words.PeriodUnit


@dataclass(frozen=True, slots=True)
class Decimals(Node):
    """`2 decimals`."""

    count: Number


@dataclass(frozen=True, slots=True)
class Rounding(Node):
    """`rounded half_up to 2 decimals each line`.

    mode: half_up | half_even | up | down, or absent for the default; resolution: Decimals or a multiple of Money;
    grain: event | line | invoice.
    """

    mode: words.Mode | None
    resolution: Decimals | Money | None
    grain: words.Grain | None


@dataclass(frozen=True, slots=True)
class Everything(Node):
    """`everything`: all charges of the plan."""


@dataclass(frozen=True, slots=True)
class Plans(Node):
    """`plan pro, basic`: all charges of these plans."""

    names: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Charges(Node):
    """`compute, storage`: charges by name."""

    names: tuple[Name, ...]


Targets: TypeAlias = Everything | Plans | Charges
