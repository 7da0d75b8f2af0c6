"""Price forms as data. Every form compiles to price curves (`engine.rating.curves`).

Quantities are in base units of the meter's family (major units of money for a money meter); money is in pico.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from engine.model.meters import Span
from engine.model.place import Place, place_field
from engine.money import Mode

RateKind = Literal["unit", "package", "percent", "flat", "not_sold"]


@dataclass(frozen=True, slots=True)
class UnitRounding:
    """`rounded half_up to 6 decimals per 1 second`: the unit price itself is rounded to `step` pico per `per`."""

    mode: Mode
    step: int
    per: Fraction


@dataclass(frozen=True, slots=True)
class Rate:
    """The atom of every price.

    unit: `amount` pico per `per` base units. package: `amount` per started `per`. percent: `share` of a money quantity
    (`gross`: of an amount that includes the fee). flat: `amount` once when reached. not_sold: usage here is an error.
    Any of them: `plus_flat` once when reached, `plus_each` per event, `at_least`/`at_most` bound each event's amount.
    Amounts are whole pico as written; escalation may make them ratios.
    `credit_unit`: the amount is written in a wallet's unit, already valued in pico here.
    """

    kind: RateKind
    amount: int | Fraction = 0
    per: Fraction = Fraction(1)
    share: Fraction = Fraction(0)
    gross: bool = False
    plus_flat: int | Fraction = 0
    plus_each: int | Fraction = 0
    at_least: int | None = None
    at_most: int | None = None
    unit_rounding: UnitRounding | None = None
    credit_unit: str | None = None
    label: str = ""
    place: Place = place_field()


@dataclass(frozen=True, slots=True)
class Bound:
    """An inclusive upper bound of a tier. It may move: per span of the period, or per base unit of another meter."""

    value: Fraction
    per_span: Span | None = None
    per_meter: str | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Tier:
    """One row: everything above the row before and up to `upper` (None: without end)."""

    upper: Bound | None
    price: Price
    label: str = ""
    place: Place = place_field()


@dataclass(frozen=True, slots=True)
class Tiered:
    """graduated: each tier prices what falls in it; volume: the tier of the whole prices all of it.

    `each_event`: tiers start anew inside every event.
    """

    mode: Literal["graduated", "volume"]
    tiers: tuple[Tier, ...]
    each_event: bool = False
    plus_flat: int | Fraction = 0
    plus_each: int | Fraction = 0
    at_least: int | None = None
    at_most: int | None = None
    place: Place = place_field()


@dataclass(frozen=True, slots=True)
class Axis:
    """A matrix axis: a property of the event (`name`), or the bands of a calendar (`calendar`)."""

    name: str
    calendar: str | None = None
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """A matrix row: one key per axis, None for `any`; a price."""

    keys: tuple[str | None, ...]
    price: Price
    label: str = ""
    place: Place = place_field()


@dataclass(frozen=True, slots=True)
class Matrix:
    """The first row whose keys all match prices the slice, exact keys before `any`; `otherwise` the rest."""

    axes: tuple[Axis, ...]
    cells: tuple[Cell, ...]
    otherwise: Price | None = None
    plus_flat: int | Fraction = 0
    plus_each: int | Fraction = 0
    at_least: int | None = None
    at_most: int | None = None
    place: Place = place_field()


@dataclass(frozen=True, slots=True)
class Committed:
    """`amount` for the first `quantity`, used or not; `then` for what is beyond."""

    quantity: Fraction
    amount: int | Fraction
    then: Price
    label: str = ""
    plus_flat: int | Fraction = 0
    plus_each: int | Fraction = 0
    at_least: int | None = None
    at_most: int | None = None
    place: Place = place_field()


@dataclass(frozen=True, slots=True)
class PercentOf:
    """A share of other charges' amounts, plus `plus_flat`, within bounds."""

    share: Fraction
    charges: tuple[str, ...]
    plus_flat: int = 0
    at_least: int | None = None
    at_most: int | None = None
    place: Place = place_field()


@dataclass(frozen=True, slots=True)
class Series:
    """A dated series of prices: pico per `per` base units from each local instant on."""

    name: str
    per: Fraction
    points: tuple[tuple[dt.datetime, int], ...]
    place: Place = place_field()


Price = Rate | Tiered | Matrix | Committed | PercentOf | Series
