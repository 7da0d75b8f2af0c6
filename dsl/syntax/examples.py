"""Examples: what is given, and what the book must answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from dsl.syntax.amounts import Amount, Money, Quantity
from dsl.syntax.base import Name, Node, Number, Text
from dsl.syntax.time import Date, Moment, Month


@dataclass(frozen=True, slots=True)
class Attribute(Node):
    """`region = "us-east-1"`: a property of a given event or usage."""

    property: Name
    value: Name | Text | Number


@dataclass(frozen=True, slots=True)
class GivenPlan(Node):
    """`given plan P [signed M] [from M] [through M]`."""

    plan: Name
    signed: Moment | None = None
    start: Moment | None = None
    through: Moment | None = None


@dataclass(frozen=True, slots=True)
class GivenAddOn(Node):
    """`given add_on A [signed M] [from M] [through M]`."""

    add_on: Name
    signed: Moment | None = None
    start: Moment | None = None
    through: Moment | None = None


@dataclass(frozen=True, slots=True)
class GivenContract(Node):
    """`given contract C [signed M] [from M] [through M]`."""

    contract: Name
    signed: Moment | None = None
    start: Moment | None = None
    through: Moment | None = None


@dataclass(frozen=True, slots=True)
class GivenPeriod(Node):
    """`given period M through M`, both days included; with clock times the second one is the end."""

    first: Moment
    last: Moment


@dataclass(frozen=True, slots=True)
class GivenUsage(Node):
    """`given usage METER = Q [at M] [with a = v, ...] [for ACCOUNT]`."""

    meter: Name
    amount: Amount
    at: Moment | None = None
    attributes: tuple[Attribute, ...] = ()
    account: Name | None = None


@dataclass(frozen=True, slots=True)
class GivenLicensed(Node):
    """`given licensed 5 seat [from M] [through M]`."""

    quantity: Quantity
    start: Moment | None = None
    through: Moment | None = None


@dataclass(frozen=True, slots=True)
class GivenCoupon(Node):
    """`given coupon C [from M] [used M]`: redeemed on a day, and the money already used."""

    coupon: Name
    start: Moment | None = None
    used: Money | None = None


@dataclass(frozen=True, slots=True)
class GivenBilled(Node):
    """`given billed [CHARGE =] M`: billed before this invoice."""

    charge: Name | None
    amount: Money


@dataclass(frozen=True, slots=True)
class GivenWallet(Node):
    """`given wallet W = Q [expires M] [priority N] [from M]`: one lot."""

    wallet: Name
    quantity: Amount
    expires: Moment | None = None
    priority: Number | None = None
    start: Moment | None = None


@dataclass(frozen=True, slots=True)
class GivenGrant(Node):
    """`given grant G of FEATURE = Q [priority N] [from M through M]`."""

    name: Name
    feature: Name
    quantity: Quantity
    priority: Number | None = None
    start: Moment | None = None
    through: Moment | None = None


@dataclass(frozen=True, slots=True)
class GivenCredit(Node):
    """`given credit M`: an open credit note."""

    amount: Money


@dataclass(frozen=True, slots=True)
class GivenPaused(Node):
    """`given paused M through M`, both days included."""

    first: Moment
    last: Moment


@dataclass(frozen=True, slots=True)
class GivenEarlier(Node):
    """`given earlier demand = 440 kW in 2017-01`: what a meter gave in a month before."""

    meter: Name
    amount: Amount
    month: Month


@dataclass(frozen=True, slots=True)
class GivenEvent(Node):
    """`given event "type" [id "e1"] [from "source"] at M [known M] [with a = v, ...]`."""

    type: Text
    id: Text | None = None
    source: Text | None = None
    at: Moment | None = None
    known: Moment | None = None
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class GivenAsOf(Node):
    """`given as of M`: only what was known by then counts."""

    moment: Moment


@dataclass(frozen=True, slots=True)
class GivenEvents(Node):
    """`given events "type" from "samples.csv"`."""

    type: Text
    file: Text


@dataclass(frozen=True, slots=True)
class ExpectAmount(Node):
    """A charge, a step, `total`, a coupon, a tax, a wallet, or `quarantined`."""

    name: Name


@dataclass(frozen=True, slots=True)
class ExpectTier(Node):
    """`CHARGE tier 2`."""

    charge: Name
    tier: Number


@dataclass(frozen=True, slots=True)
class ExpectPart(Node):
    """`CHARGE minimum`: one part of a charge."""

    charge: Name
    part: Name


@dataclass(frozen=True, slots=True)
class ExpectOn(Node):
    """`discount on CHARGE`: a step's share of one charge."""

    step: Name
    charge: Name


@dataclass(frozen=True, slots=True)
class ExpectQuantity(Node):
    """`quantity NAME`: of a meter, or what is left of a wallet or a grant."""

    name: Name


@dataclass(frozen=True, slots=True)
class ExpectBillable(Node):
    """`billable CHARGE`: the quantity after rounding and allowance."""

    charge: Name


Expected: TypeAlias = ExpectAmount | ExpectTier | ExpectPart | ExpectOn | ExpectQuantity | ExpectBillable


@dataclass(frozen=True, slots=True)
class Expect(Node):
    """`expect SUBJECT [with a = v] [at M] = VALUE [on D]`."""

    subject: Expected
    value: Amount | Number
    on: Date | None
    attributes: tuple[Attribute, ...] = ()
    at: Moment | None = None


ExampleClause: TypeAlias = (
    GivenPlan
    | GivenAddOn
    | GivenContract
    | GivenPeriod
    | GivenUsage
    | GivenLicensed
    | GivenCoupon
    | GivenBilled
    | GivenWallet
    | GivenGrant
    | GivenCredit
    | GivenPaused
    | GivenEarlier
    | GivenEvent
    | GivenAsOf
    | GivenEvents
    | Expect
)


@dataclass(frozen=True, slots=True)
class Example(Node):
    """`example "title" { given ..., expect ... }`."""

    title: Text
    clauses: tuple[ExampleClause, ...]
