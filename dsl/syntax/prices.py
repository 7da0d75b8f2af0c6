"""Price forms: what follows `price`, and what stands right of the colon in a tier or a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from dsl.syntax import words
from dsl.syntax.amounts import Amount, Decimals, Duration, Money, Per, Share
from dsl.syntax.base import Name, Node, Number, Text


@dataclass(frozen=True, slots=True)
class Once(Node):
    """`once`: charged one time."""


@dataclass(frozen=True, slots=True)
class Flat(Node):
    """`flat M [once | every DURATION]`; without a cadence, once a billing period."""

    amount: Money
    cadence: Once | Duration | None


@dataclass(frozen=True, slots=True)
class PerUnit(Node):
    """`M per [n] UNIT`; a quantity of a wallet's unit in place of money is a price in credits."""

    amount: Amount
    per: Per


@dataclass(frozen=True, slots=True)
class Package(Node):
    """`package M per n UNIT`: whole packages, the last one rounded up."""

    amount: Amount
    per: Per


@dataclass(frozen=True, slots=True)
class Percentage(Node):
    """`2.9%` of a money meter, or `of` other charges; the single name `gross` includes the fee itself."""

    share: Share
    of: tuple[Name, ...] | None


@dataclass(frozen=True, slots=True)
class NotSold(Node):
    """`not sold`: usage here is an error, never free."""


@dataclass(frozen=True, slots=True)
class Series(Node):
    """`series "spot" per kWh`: the rate comes from dated data beside the book."""

    name: Text
    per: Per


Rate: TypeAlias = Flat | PerUnit | Package | Percentage | NotSold | Series


@dataclass(frozen=True, slots=True)
class Committed(Node):
    """`committed Q for M then RATE`."""

    quantity: Amount
    amount: Money
    then: Rate


@dataclass(frozen=True, slots=True)
class BoundUnit(Node):
    """`per day`, `per kW of demand`: what a moving border is multiplied by."""

    unit: Name
    of: Name | None


@dataclass(frozen=True, slots=True)
class Bound(Node):
    """A tier border: a quantity, or money for a money meter."""

    amount: Amount
    per: BoundUnit | None


@dataclass(frozen=True, slots=True)
class UpTo(Node):
    """`up to B`, inclusive."""

    upper: Bound


@dataclass(frozen=True, slots=True)
class Above(Node):
    """`above B`, exclusive."""

    lower: Bound


@dataclass(frozen=True, slots=True)
class Between(Node):
    """`above B up to B`."""

    above: Above
    up_to: UpTo


@dataclass(frozen=True, slots=True)
class Tier(Node):
    """One row of `graduated` or `volume`."""

    bounds: UpTo | Above | Between
    price: Price


@dataclass(frozen=True, slots=True)
class Graduated(Node):
    """`graduated [each event] { tiers }`: each part of the quantity at its own tier's price."""

    each_event: bool
    clauses: tuple[Tier, ...]


@dataclass(frozen=True, slots=True)
class Volume(Node):
    """`volume [each event] { tiers }`: the whole quantity at the price of the tier it reaches."""

    each_event: bool
    clauses: tuple[Tier, ...]


@dataclass(frozen=True, slots=True)
class BandAxis(Node):
    """`band of CALENDAR` as a matrix axis."""

    calendar: Name


@dataclass(frozen=True, slots=True)
class AnyValue(Node):
    """`any`: every value of the axis."""


@dataclass(frozen=True, slots=True)
class OtherValue(Node):
    """`otherwise`: every value that no row with the same other keys names, and every value outside a closed set."""


Key: TypeAlias = Name | Text | AnyValue | OtherValue


@dataclass(frozen=True, slots=True)
class Row(Node):
    """`scout, input: RATE`: one key an axis."""

    keys: tuple[Key, ...]
    price: Price


@dataclass(frozen=True, slots=True)
class Matrix(Node):
    """`matrix by AXIS, AXIS { rows }`."""

    axes: tuple[Name | BandAxis, ...]
    clauses: tuple[Row, ...]


Form: TypeAlias = Rate | Committed | Graduated | Volume | Matrix


@dataclass(frozen=True, slots=True)
class PlusFlat(Node):
    """`plus flat M`: once for the charge or tier."""

    amount: Money


@dataclass(frozen=True, slots=True)
class PlusEach(Node):
    """`plus M [each]`: once an event."""

    amount: Money
    each: bool


@dataclass(frozen=True, slots=True)
class AtLeast(Node):
    """`at least M` after a rate: a floor for each event. A bare number must be 0."""

    amount: Money | Number


@dataclass(frozen=True, slots=True)
class AtMost(Node):
    """`at most M` after a rate: a ceiling for each event."""

    amount: Money | Number


@dataclass(frozen=True, slots=True)
class UnitRounding(Node):
    """`rounded half_up to 6 decimals per 1 second`: a rounded unit price."""

    mode: words.Mode | None
    decimals: Decimals
    per: Per


Suffix: TypeAlias = PlusFlat | PlusEach | AtLeast | AtMost | UnitRounding


@dataclass(frozen=True, slots=True)
class Price(Node):
    """A price form with what is added to it and the bounds around it, in the order written."""

    form: Form
    suffixes: tuple[Suffix, ...]
