"""Charges: what is counted, its price, and the clauses that apply to it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from engine.model.meters import Span
from engine.model.place import Place, place_field
from engine.model.prices import Price
from engine.model.units import Rounding
from engine.money import Mode

Timing = Literal["advance", "arrears"]
Stack = Literal["multiply", "add", "in order"]


@dataclass(frozen=True, slots=True)
class QuantityRounding:
    """`round up to step [each event] [at least least each event]`; on a money meter `step` is in major units."""

    step: Fraction
    mode: Literal["up", "down", "half_up"] = "up"
    each_event: bool = False
    least: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Free:
    """An allowance in event-time order: a quantity, a number of events, or both (`whichever ends first`)."""

    quantity: Fraction | None = None
    events: int | None = None
    place: Place = place_field()


@dataclass(frozen=True, slots=True)
class Limit:
    """A `minimum` or `cap` in pico; `prorated` shrinks it with the active share of the period."""

    amount: int
    prorated: bool = False
    taxed: tuple[str, ...] = ()
    place: Place = place_field()


@dataclass(frozen=True, slots=True)
class Discount:
    """A share (percent, basis points) or an amount off. `on` empty means everything of its scope.

    `plans` restricts it to the lines of these plans.
    """

    share: Fraction | None = None
    amount: int | None = None
    on: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    label: str = ""
    place: Place = place_field()


@dataclass(frozen=True, slots=True)
class Prorate:
    """`daily`, `secondly`, `full`, `none`, `daily of 30 days` (fixed length), `30/360`. `tiers`: bounds shrink too."""

    basis: Literal["daily", "secondly", "full", "none", "fixed", "30/360"] = "daily"
    days: int | None = None
    tiers: bool = False


@dataclass(frozen=True, slots=True)
class Ratchet:
    """A floor under a demand: `share` of the highest over the last `over`, other shares in some months, a floor."""

    share: Fraction
    over: Span
    months: tuple[tuple[int, Fraction], ...] = ()
    least: Fraction | None = None
    place: Place = place_field()


@dataclass(frozen=True, slots=True)
class Charge:
    """A charge. Exactly one of `meter`, `licensed` is set, or neither for a recurring or one-time fee.

    `once`: billed a single time; `every`: a cadence other than the plan's. `apply`: an order of the steps
    `discount`, `minimum`, `cap` other than the default. `stack`: how its own discounts meet (None: as the plan says).
    """

    name: str
    price: Price
    label: str | None = None
    meter: str | None = None
    licensed: str | None = None
    once: bool = False
    every: Span | None = None
    weigh: tuple[str, tuple[tuple[str, Fraction], ...]] | None = None
    round_to: QuantityRounding | None = None
    free: Free | None = None
    discounts: tuple[Discount, ...] = ()
    minimum: Limit | None = None
    cap: Limit | None = None
    timing: Timing | None = None
    on_new_highs: bool = False
    prorate: Prorate | None = None
    taxed: tuple[str, ...] = ()
    when_zero: Literal["nothing", "flat"] = "nothing"
    ratchet: Ratchet | None = None
    rounding: Rounding | None = None
    pool_by: str | None = None
    apply: tuple[str, ...] = ()
    stack: Stack | None = None
    source: str | None = None
    place: Place = place_field()


@dataclass(frozen=True, slots=True)
class SeriesData:
    """The dated data of a `price series`."""

    name: str
    points: tuple[tuple[dt.datetime, int], ...]


__all__ = [
    "Charge",
    "Discount",
    "Free",
    "Limit",
    "Mode",
    "Prorate",
    "QuantityRounding",
    "Ratchet",
    "SeriesData",
    "Timing",
]
