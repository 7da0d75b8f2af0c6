"""Taxes, coupons, wallets, dunning, features: what surrounds the charges."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from engine.model.charges import Discount, Stack
from engine.model.meters import Span
from engine.model.place import Place, place_field


@dataclass(frozen=True, slots=True)
class Tax:
    """A tax category; `rate` None means an outside adapter decides. `each_invoice`: on the sum of its category."""

    name: str
    label: str | None = None
    rate: Fraction | None = None
    included: bool = False
    each_invoice: bool = False
    place: Place = place_field()


@dataclass(frozen=True, slots=True)
class Coupon:
    """A discount a customer redeems.

    `lasts`: on every invoice for so long; `forever`: on every one. Otherwise an amount is given until it is used up,
    and a share on every invoice, with `once` on the first one only. `stack`: how its discounts meet those before them
    (None: as the plan says).
    """

    name: str
    discounts: tuple[Discount, ...]
    label: str | None = None
    lasts: Span | None = None
    once: bool = False
    forever: bool = False
    stack: Stack | None = None
    redeem_from: dt.date | None = None
    redeem_through: dt.date | None = None
    limit: int | None = None
    place: Place = place_field()


@dataclass(frozen=True, slots=True)
class Wallet:
    """Prepaid credits: `worth` pico of `currency` per unit. `pays` empty means everything. `draw`: order of lots."""

    name: str
    unit: str
    worth: int
    label: str | None = None
    top_ups: tuple[tuple[int, Fraction], ...] = ()
    recharge: tuple[int, Fraction] | None = None
    expires: Span | None = None
    pays: tuple[str, ...] = ()
    draw: tuple[str, ...] = ("expiring first",)
    priority: int = 50
    grant: tuple[Fraction, Span, bool] | None = None
    rollover: tuple[Fraction | None, Fraction | None, Span | None] | None = None
    place: Place = place_field()


@dataclass(frozen=True, slots=True)
class Dunning:
    """Retries after the first failure, then a final action."""

    name: str
    retries: tuple[Span, ...]
    finally_: str | None = None
    actions: tuple[str, ...] = ()
    place: Place = place_field()


@dataclass(frozen=True, slots=True)
class Feature:
    """An entitlement kind: binary, a licensed unit, or metered by a meter."""

    name: str
    kind: Literal["binary", "licensed", "metered"]
    target: str | None = None
    label: str | None = None
    place: Place = place_field()


@dataclass(frozen=True, slots=True)
class Index:
    """A dated series of shares that escalations name (`index cpi { 2026-01-01: 3.1% }`)."""

    name: str
    points: tuple[tuple[dt.date, Fraction], ...]
    place: Place = place_field()
