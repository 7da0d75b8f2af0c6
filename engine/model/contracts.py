"""Contracts: what one customer agreed on top of a plan."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from engine.model.charges import Charge, Discount, Free, Limit, Prorate
from engine.model.meters import Span
from engine.model.place import Place, place_field
from engine.model.plans import Alert, Corrections, Cycle, EarlyBill, Grant, Payment, RecurringCredit
from engine.model.prices import Price
from engine.model.units import Rounding


@dataclass(frozen=True, slots=True)
class Override:
    """Another price (or free allowance, minimum, cap) for one charge of the plan."""

    charge: str
    price: Price | None = None
    free: Free | None = None
    minimum: Limit | None = None
    cap: Limit | None = None
    place: Place = place_field()


@dataclass(frozen=True, slots=True)
class Escalation:
    """Rates times (1 + share) at every step from `start`; `index` names a dated series of shares instead.

    `amount` adds pico instead of a share. `decimals` rounds the escalated rate (None: exact).
    """

    every: Span
    start: dt.date
    on: tuple[str, ...]
    share: Fraction | None = None
    amount: int | None = None
    index: str | None = None
    floor: Fraction | None = None
    ceiling: Fraction | None = None
    decimals: int | None = None
    place: Place = place_field()


@dataclass(frozen=True, slots=True)
class Commit:
    """A promise to spend `amount` pico (or use `quantity`) per span, or per term (`per` None).

    `advance`: billed at the start and drawn down; else billed as used with a true-up. `overage` is a share of list
    for what is beyond. `band`: (calendar, band) that the commitment holds in. `rollover`: the share of what is unused
    and paid for that stays usable, at most `rollover_most` (pico or base units), for the span `rollover_for`.
    """

    amount: int | None = None
    quantity: Fraction | None = None
    unit: str | None = None
    per: Span | None = None
    advance: bool = False
    draws: tuple[str, ...] = ()
    true_up: Span | Literal["term"] | None = None
    rollover: Fraction | None = None
    rollover_most: Fraction | None = None
    rollover_for: Span | None = None
    overage: Fraction | None = None
    overage_of_list: bool = True
    overage_price: Price | None = None
    band: tuple[str, str] | None = None
    priority: int | None = None
    expires: Span | None = None
    place: Place = place_field()


@dataclass(frozen=True, slots=True)
class Terms:
    """What a contract, a phase or an amendment may say; plan-level terms replace the plan's, grants and credits add.

    `taxed`, `rounding` and `pool_by` are of all charges, in place of what the plan's own say.
    """

    overrides: tuple[Override, ...] = ()
    charges: tuple[Charge, ...] = ()
    discounts: tuple[Discount, ...] = ()
    escalations: tuple[Escalation, ...] = ()
    commits: tuple[Commit, ...] = ()
    minimum: Limit | None = None
    cap: Limit | None = None
    payment: Payment | None = None
    stack: Literal["multiply", "add", "in order"] | None = None
    apply: tuple[str, ...] = ()
    cycle: Cycle | None = None
    trial: Span | None = None
    prorate: Prorate | None = None
    early: tuple[EarlyBill, ...] = ()
    grants: tuple[Grant, ...] = ()
    alerts: tuple[Alert, ...] = ()
    credits: tuple[RecurringCredit, ...] = ()
    dunning: str | None = None
    corrections: Corrections | None = None
    changes: tuple[tuple[str, str], ...] = ()
    taxed: tuple[str, ...] = ()
    rounding: Rounding | None = None
    pool_by: str | None = None


@dataclass(frozen=True, slots=True)
class Phase:
    """Terms for a part of the contract; both dates included."""

    name: str
    start: dt.date
    through: dt.date
    terms: Terms
    place: Place = place_field()


@dataclass(frozen=True, slots=True)
class Amendment:
    """Numbered changes from a date on; they beat phases, which beat the contract, which beats the plan."""

    number: int
    contract: str
    start: dt.date
    terms: Terms
    through: dt.date | None = None
    document: str | None = None
    phases: tuple[Phase, ...] = ()
    place: Place = place_field()


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract with one customer on one plan; both dates included."""

    name: str
    customer: str
    plan: str
    start: dt.date
    through: dt.date | None
    terms: Terms
    phases: tuple[Phase, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    coterm: tuple[str, ...] = ()
    source: str | None = None
    place: Place = place_field()
