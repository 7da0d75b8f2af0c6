"""Plans: a cycle, terms, and charges; dated, never edited."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from engine.model.charges import Charge, Discount, Limit, Prorate, Timing
from engine.model.meters import Span
from engine.model.place import Place, place_field


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where cycles start: at `signup`, on `day` of the month (clamped at its end), of `month`, or on `weekday`."""

    signup: bool = False
    day: int | None = None
    month: int | None = None
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class Cycle:
    """`bill monthly in arrears on day 1`: the length of a period, when it is billed, where it starts."""

    length: Span
    timing: Timing = "arrears"
    anchor: Anchor = Anchor(day=1)


@dataclass(frozen=True, slots=True)
class EarlyBill:
    """`bill early at M [once]`, `bill early every M`: an invoice as soon as unbilled usage reaches `amount`."""

    amount: int
    every: bool = False
    once: bool = False


@dataclass(frozen=True, slots=True)
class Grant:
    """An entitlement: a binary feature, or a quantity per span, soft or hard; a lower `priority` burns first.

    `rollover`: (share, at least, at most, for how long) of what is left is kept when the span ends.
    """

    feature: str
    quantity: Fraction | None = None
    unit: str | None = None
    per: Span | None = None
    hard: bool = False
    priority: int | None = None
    rollover: tuple[Fraction | None, Fraction | None, Fraction | None, Span | None] | None = None
    place: Place = place_field()


@dataclass(frozen=True, slots=True)
class Alert:
    """`alert soft at USD 100 per day`, or at a quantity."""

    hard: bool
    amount: int
    per: Span | None = None
    quantity: Fraction | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Corrections:
    """What happens to differences found after an invoice is final."""

    within: Span | None = None
    absorb_below: int = 0
    absorb_share: Fraction | None = None
    charge: Literal["next", "own"] = "next"
    credit: Literal["note", "next", "wallet"] = "note"


@dataclass(frozen=True, slots=True)
class Payment:
    """`payment due in 30 days`, `pay in 3 instalments every 1 month`, `collect automatically`."""

    due: Span | None = None
    instalments: int | None = None
    every: Span | None = None
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class RecurringCredit:
    """`credit USD 10 per month on micro, small`: an allowance of money with its own line.

    `prorated` shrinks it with the days of service; otherwise a part of a period brings all of it.
    """

    amount: int
    per: Span
    on: tuple[str, ...] = ()
    prorated: bool = False
    place: Place = place_field()


@dataclass(frozen=True, slots=True)
class Plan:
    """One dated version of a plan. `through` None: until the next version of the same name."""

    name: str
    cycle: Cycle
    charges: tuple[Charge, ...]
    label: str | None = None
    start: dt.date | None = None
    through: dt.date | None = None
    add_on_to: str | None = None
    add_on: bool = False
    early: tuple[EarlyBill, ...] = ()
    trial: Span | None = None
    prorate: Prorate | None = None
    minimum: Limit | None = None
    cap: Limit | None = None
    grants: tuple[Grant, ...] = ()
    alerts: tuple[Alert, ...] = ()
    dunning: str | None = None
    credits: tuple[RecurringCredit, ...] = ()
    discounts: tuple[Discount, ...] = ()
    stack: Literal["multiply", "add", "in order"] = "multiply"
    apply: tuple[str, ...] = ()
    corrections: Corrections | None = None
    payment: Payment | None = None
    changes: tuple[tuple[str, str], ...] = ()
    place: Place = place_field()

    def charge(self, name: str) -> Charge | None:
        """The charge of that name, if the plan has one."""
        return next((c for c in self.charges if c.name == name), None)
