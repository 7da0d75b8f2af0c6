"""Examples: tests inside a book. Quantities in base units, money in pico, times on the book's clock."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from engine.model.place import Place, place_field

Scalar = str | Fraction | bool


@dataclass(frozen=True, slots=True)
class GivenPlan:
    """A plan the customer is on; `start`: since a change; `signed`: first service; `end`: after the last."""

    plan: str
    start: dt.datetime | None = None
    signed: dt.datetime | None = None
    end: dt.datetime | None = None
    place: Place = place_field()


@dataclass(frozen=True, slots=True)
class GivenUsage:
    """A measured value of a meter; `at` None: at the start of the period, in the order given."""

    meter: str
    quantity: Fraction
    at: dt.datetime | None = None
    attributes: tuple[tuple[str, Scalar], ...] = ()
    customer: str | None = None
    place: Place = place_field()


@dataclass(frozen=True, slots=True)
class GivenEvent:
    """A raw event; `known` is when the system learnt it."""

    type: str
    at: dt.datetime
    attributes: tuple[tuple[str, Scalar], ...] = ()
    id: str | None = None
    source: str | None = None
    known: dt.datetime | None = None
    customer: str | None = None
    count: int = 1
    place: Place = place_field()


@dataclass(frozen=True, slots=True)
class GivenLicensed:
    """A licensed quantity from a day on (`start` None: from the start of the period)."""

    unit: str
    quantity: Fraction
    start: dt.datetime | None = None
    end: dt.datetime | None = None
    place: Place = place_field()


@dataclass(frozen=True, slots=True)
class GivenCoupon:
    """A redeemed coupon; `used` pico already used up."""

    coupon: str
    start: dt.date | None = None
    used: int = 0


@dataclass(frozen=True, slots=True)
class GivenWallet:
    """A lot of a wallet in its own unit, there from `start` through `expires` (None: always was, never ends).

    `origin` tells a granted and a rolled-over lot from one that was given.
    """

    wallet: str
    quantity: Fraction
    expires: dt.date | None = None
    priority: int | None = None
    free: bool = False
    origin: Literal["given", "granted", "rolled"] = "given"
    start: dt.date | None = None


@dataclass(frozen=True, slots=True)
class GivenGrant:
    """A grant of an entitlement."""

    name: str
    feature: str
    quantity: Fraction
    priority: int | None = None
    start: dt.date | None = None
    through: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Givens:
    """Everything an example (or a quote) is told. `period` and `paused` are half-open local intervals: a last day that
    the text includes ends at the next midnight. `signed` holds where a plan has no own. `earlier` are a meter's
    quantities by month; `committed` what earlier periods drew from a commitment (by charge, or None)."""

    plans: tuple[GivenPlan, ...] = ()
    contract: str | None = None
    signed: dt.datetime | None = None
    period: tuple[dt.datetime, dt.datetime] | None = None
    usage: tuple[GivenUsage, ...] = ()
    events: tuple[GivenEvent, ...] = ()
    licensed: tuple[GivenLicensed, ...] = ()
    coupons: tuple[GivenCoupon, ...] = ()
    wallets: tuple[GivenWallet, ...] = ()
    grants: tuple[GivenGrant, ...] = ()
    credits: tuple[int, ...] = ()
    billed: tuple[tuple[str | None, int], ...] = ()
    paused: tuple[tuple[dt.datetime, dt.datetime], ...] = ()
    earlier: tuple[tuple[str, Fraction, dt.date], ...] = ()
    committed: tuple[tuple[str | None, int], ...] = ()
    as_of: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Expect:
    """One expectation.

    kind "money": `target` is a charge, step, coupon, tax, wallet, `total` or `due`; `part` narrows a charge to
    `tier N` (as `("tier", N)`), `minimum` or `discount`; `on` picks the invoice issued that day.
    kind "quantity": a meter, wallet, grant or `overage`; `where` narrows slices; `at` picks one window;
    `places` is the number of decimals written.
    kind "billable": a charge's quantity after rounding and allowance. kind "quarantined": a number of events.
    """

    kind: str
    target: str
    value: Fraction
    unit: str | None = None
    part: tuple[str, int | None] | None = None
    on: dt.date | None = None
    at: dt.datetime | None = None
    where: tuple[tuple[str, Scalar], ...] = ()
    places: int = 0
    factor: Fraction = Fraction(1)
    text: str = ""
    place: Place = place_field()


@dataclass(frozen=True, slots=True)
class Example:
    """A titled test: givens and expectations."""

    title: str
    givens: Givens
    expects: tuple[Expect, ...]
    place: Place = place_field()
