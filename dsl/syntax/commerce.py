"""Coupons, wallets, dunning, taxes and indexes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from dsl.syntax import words
from dsl.syntax.amounts import Amount, Duration, Money, Period, Share, Targets
from dsl.syntax.base import Name, Node, Number, Text
from dsl.syntax.terms import Discount, Rollover, Stack
from dsl.syntax.time import Date, Moment


@dataclass(frozen=True, slots=True)
class Forever(Node):
    """`forever`."""


@dataclass(frozen=True, slots=True)
class Lasts(Node):
    """`lasts 3 months` or `lasts forever`."""

    lifetime: Duration | Forever


@dataclass(frozen=True, slots=True)
class LastsOnce(Node):
    """`once`: a share on one invoice, an amount once in all."""


@dataclass(frozen=True, slots=True)
class LastsForever(Node):
    """`forever` as a clause of its own."""


@dataclass(frozen=True, slots=True)
class Redeem(Node):
    """`redeem from D through D`."""

    start: Moment | None = None
    through: Moment | None = None


@dataclass(frozen=True, slots=True)
class Limit(Node):
    """`limit 500 redemptions`."""

    count: Number


CouponClause: TypeAlias = Discount | Lasts | LastsOnce | LastsForever | Redeem | Limit | Stack


@dataclass(frozen=True, slots=True)
class Coupon(Node):
    """`coupon NAME "label" { ... }`."""

    name: Name
    label: Text | None
    clauses: tuple[CouponClause, ...]


@dataclass(frozen=True, slots=True)
class Holds(Node):
    """`holds credit worth USD 0.01`."""

    unit: Name
    worth: Money | None


@dataclass(frozen=True, slots=True)
class TopUp(Node):
    """`top up USD 50 grants 5_000 credit`."""

    amount: Money
    grants: Amount


@dataclass(frozen=True, slots=True)
class Recharge(Node):
    """`recharge USD 50 when below 1_000 credit`."""

    amount: Money
    below: Amount


@dataclass(frozen=True, slots=True)
class Expires(Node):
    """`expires after 12 months`."""

    after: Duration


@dataclass(frozen=True, slots=True)
class Pays(Node):
    """`pays TARGETS`."""

    targets: Targets


@dataclass(frozen=True, slots=True)
class Draw(Node):
    """`draw rolled, free, narrowest, expiring first`: the order in which lots burn."""

    order: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class WalletGrants(Node):
    """`grants 100 credit per month [prorated]`."""

    quantity: Amount
    per: Period
    prorated: bool


@dataclass(frozen=True, slots=True)
class WalletPriority(Node):
    """`priority 10`: lower draws first, 50 unless said."""

    value: Number


WalletClause: TypeAlias = Holds | TopUp | Recharge | Expires | Pays | Draw | WalletGrants | Rollover | WalletPriority


@dataclass(frozen=True, slots=True)
class Wallet(Node):
    """`wallet NAME "label" { ... }`; `rollover` is a terms.Rollover."""

    name: Name
    label: Text | None
    clauses: tuple[WalletClause, ...]


@dataclass(frozen=True, slots=True)
class Retry(Node):
    """`retry 3 days after failure [and ACTION]`."""

    after: Duration
    action: Name | None


@dataclass(frozen=True, slots=True)
class Finally(Node):
    """`finally suspend`."""

    action: Name


@dataclass(frozen=True, slots=True)
class Dunning(Node):
    """`dunning NAME { ... }`."""

    name: Name
    label: Text | None
    clauses: tuple[Retry | Finally, ...]


@dataclass(frozen=True, slots=True)
class Tax(Node):
    """`tax NAME "label" [20%] [included] [each line | each invoice]`."""

    name: Name
    label: Text | None
    rate: Share | None
    included: bool = False
    each: words.TaxGrain | None = None


@dataclass(frozen=True, slots=True)
class IndexValue(Node):
    """`2026-01-01: 3.1%`; the ratio is negative where a sign is written."""

    date: Date
    share: Share


@dataclass(frozen=True, slots=True)
class Index(Node):
    """`index cpi { 2026-01-01: 3.1% }`."""

    name: Name
    label: Text | None
    clauses: tuple[IndexValue, ...]
