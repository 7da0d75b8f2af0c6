"""Charges: what is counted, how it is rounded, and its price."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from dsl.syntax import words
from dsl.syntax.amounts import Amount, Duration, Money, Quantity, Rounding, Share
from dsl.syntax.base import Name, Node, Number, Text
from dsl.syntax.prices import Price
from dsl.syntax.terms import Apply, Cap, Discount, Minimum, Pool, Prorate, Source, Stack, Taxed
from dsl.syntax.time import MonthRange


@dataclass(frozen=True, slots=True)
class ForMeter(Node):
    """`for METER`."""

    meter: Name


@dataclass(frozen=True, slots=True)
class ForLicensed(Node):
    """`for licensed UNIT`."""

    unit: Name


@dataclass(frozen=True, slots=True)
class RoundUsage(Node):
    """`round up to Q [at least Q] [each event]`; mode half_up, half_even, up or down."""

    mode: words.Mode
    step: Amount
    at_least: Amount | None = None
    each_event: bool = False


@dataclass(frozen=True, slots=True)
class Free(Node):
    """`free Q`, or `free 3 events or USD 250, whichever ends first`."""

    amount: Amount
    other: Amount | None
    whichever: bool


@dataclass(frozen=True, slots=True)
class PriceClause(Node):
    """`price FORM`."""

    price: Price


@dataclass(frozen=True, slots=True)
class Timing(Node):
    """`in advance [on new highs]` or `in arrears`; timing is advance or arrears."""

    timing: words.Timing
    on_new_highs: bool


@dataclass(frozen=True, slots=True)
class WhenZero(Node):
    """`when zero bill nothing | flat`."""

    bill: words.WhenZero


@dataclass(frozen=True, slots=True)
class Weight(Node):
    """`strong: 1`."""

    value: Name | Text
    factor: Number


@dataclass(frozen=True, slots=True)
class Weigh(Node):
    """`weigh by PROPERTY { value: factor ... }`."""

    property: Name
    clauses: tuple[Weight, ...]


@dataclass(frozen=True, slots=True)
class RatchetSeason(Node):
    """`with 95% in jun, jul`."""

    share: Share
    months: tuple[MonthRange, ...]


@dataclass(frozen=True, slots=True)
class Ratchet(Node):
    """`ratchet 60% of highest over 12 months [with 95% in jun, jul] [at least 300 kW]`."""

    share: Share
    lookback: Duration
    season: RatchetSeason | None
    at_least: Quantity | None


@dataclass(frozen=True, slots=True)
class Floor(Node):
    """`at least 0` on a charge: a bill below it is raised to it."""

    amount: Money | Number


ChargeClause: TypeAlias = (
    ForMeter
    | ForLicensed
    | RoundUsage
    | Free
    | PriceClause
    | Discount
    | Minimum
    | Cap
    | Timing
    | Prorate
    | Taxed
    | Source
    | WhenZero
    | Pool
    | Weigh
    | Ratchet
    | Rounding
    | Stack
    | Apply
    | Floor
)


@dataclass(frozen=True, slots=True)
class Charge(Node):
    """`charge NAME "label" { ... }`."""

    name: Name
    label: Text | None
    clauses: tuple[ChargeClause, ...]
