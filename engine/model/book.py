"""A price book: one immutable version of everything a bill is computed from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TypeVar

from engine.model.calendars import Calendar
from engine.model.contracts import Contract
from engine.model.examples import Example
from engine.model.extras import Coupon, Dunning, Feature, Index, Tax, Wallet
from engine.model.meters import Meter
from engine.model.place import Place, place_field
from engine.model.plans import Plan
from engine.model.units import BookCurrency, Unit

T = TypeVar("T", Calendar, Contract, Meter, Unit)


@dataclass(frozen=True, slots=True)
class Dimension:
    """A closed set of values of an event property."""

    name: str
    values: tuple[str, ...]
    place: Place = place_field()


@dataclass(frozen=True, slots=True)
class Book:
    """Declarations sorted by name (plans by name and date); `through` None: until the next version.

    `digest` is over the meaning (`engine.model.codec.digest`): no places, labels of examples or white space.
    """

    name: str
    version: int
    start: dt.date
    currency: BookCurrency
    timezone: str
    through: dt.date | None = None
    units: tuple[Unit, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    calendars: tuple[Calendar, ...] = ()
    meters: tuple[Meter, ...] = ()
    features: tuple[Feature, ...] = ()
    plans: tuple[Plan, ...] = ()
    taxes: tuple[Tax, ...] = ()
    coupons: tuple[Coupon, ...] = ()
    wallets: tuple[Wallet, ...] = ()
    dunnings: tuple[Dunning, ...] = ()
    indexes: tuple[Index, ...] = ()
    contracts: tuple[Contract, ...] = ()
    examples: tuple[Example, ...] = ()
    digest: str = ""
    place: Place = place_field()

    def meter(self, name: str) -> Meter:
        """The meter of that name; raises KeyError."""
        return _named(self.meters, name)

    def calendar(self, name: str) -> Calendar:
        """The calendar of that name; raises KeyError."""
        return _named(self.calendars, name)

    def unit(self, name: str) -> Unit:
        """The unit of that name; raises KeyError."""
        return _named(self.units, name)

    def plan_versions(self, name: str) -> tuple[Plan, ...]:
        """All dated versions of a plan, earliest first; raises KeyError when there is none."""
        found = tuple(p for p in self.plans if p.name == name)
        if not found:
            raise KeyError(name)
        return tuple(sorted(found, key=lambda p: p.start or dt.date.min))

    def contract(self, name: str) -> Contract:
        """The contract of that name; raises KeyError."""
        return _named(self.contracts, name)


def _named(items: tuple[T, ...], name: str) -> T:
    for item in items:
        if item.name == name:
            return item
    raise KeyError(name)
