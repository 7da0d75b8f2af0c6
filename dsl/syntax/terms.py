"""The commercial terms that plans, phases and contracts share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from dsl.syntax import words
from dsl.syntax.amounts import Amount, Duration, Money, Period, Quantity, Rounding, Share, Targets
from dsl.syntax.base import Name, Node, Number, Text


@dataclass(frozen=True, slots=True)
class Cadence(Node):
    """hourly | daily | weekly | monthly | quarterly | half_yearly | yearly."""

    word: words.Cadence


@dataclass(frozen=True, slots=True)
class OnSignup(Node):
    """`on signup`: periods start on the day of signing."""


@dataclass(frozen=True, slots=True)
class OnDay(Node):
    """`on day 15 [of jan]`."""

    day: Number
    month: words.Month | None


@dataclass(frozen=True, slots=True)
class OnWeekday(Node):
    """`on mon`."""

    weekday: words.Weekday


@dataclass(frozen=True, slots=True)
class Bill(Node):
    """`bill monthly in arrears on day 1`; timing is advance, arrears or absent."""

    cadence: Cadence | Duration
    timing: words.Timing | None
    anchor: OnSignup | OnDay | OnWeekday | None


@dataclass(frozen=True, slots=True)
class BillEarly(Node):
    """`bill early at M [once]` or `bill early every M`; mode is at or every."""

    mode: words.Early
    amount: Money
    once: bool


@dataclass(frozen=True, slots=True)
class Trial(Node):
    """`trial 14 days`."""

    duration: Duration


@dataclass(frozen=True, slots=True)
class Prorate(Node):
    """mode: daily, secondly, full, none or 30/360; `with tiers` shrinks tier borders with the days."""

    mode: words.Prorate
    fixed_days: Duration | None
    with_tiers: bool


@dataclass(frozen=True, slots=True)
class Taxed(Node):
    """`taxed as state, county`."""

    names: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Minimum(Node):
    """`minimum M [prorated] [taxed as T]`."""

    amount: Money
    prorated: bool
    taxed: Taxed | None


@dataclass(frozen=True, slots=True)
class Cap(Node):
    """`cap M [prorated] [taxed as T]`."""

    amount: Money
    prorated: bool
    taxed: Taxed | None


@dataclass(frozen=True, slots=True)
class Rollover(Node):
    """`rollover 20% for 3 months`, `rollover at least Q at most Q`: what a reset keeps."""

    share: Share | None
    at_least: Amount | None
    at_most: Amount | None
    lasting: Duration | None


@dataclass(frozen=True, slots=True)
class Grant(Node):
    """`grant FEATURE [Q [per PERIOD]] [soft | hard]`."""

    feature: Name
    quantity: Quantity | None
    per: Period | None
    limit: words.Limit | None = None
    priority: Number | None = None
    rollover: Rollover | None = None


@dataclass(frozen=True, slots=True)
class Alert(Node):
    """`alert soft at M per day`."""

    limit: words.Limit
    amount: Amount
    per: Period | None


@dataclass(frozen=True, slots=True)
class Follow(Node):
    """`follow dunning NAME`."""

    dunning: Name


@dataclass(frozen=True, slots=True)
class Discount(Node):
    """`discount 20% [on TARGETS]` or `discount USD 5 ...`."""

    amount: Share | Money
    targets: Targets | None


@dataclass(frozen=True, slots=True)
class Stack(Node):
    """`stack multiply | add | in order`: how several discounts meet."""

    mode: words.Stack


@dataclass(frozen=True, slots=True)
class Apply(Node):
    """`apply discount, cap, minimum`: the order of these steps."""

    steps: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class CorrectWithin(Node):
    """`within 90 days`."""

    duration: Duration


@dataclass(frozen=True, slots=True)
class Absorb(Node):
    """`absorb below M` or a share of the invoice."""

    amount: Money | Share


@dataclass(frozen=True, slots=True)
class CorrectCharge(Node):
    """`charge on next invoice | own invoice`."""

    where: words.ChargeOn


@dataclass(frozen=True, slots=True)
class CorrectCredit(Node):
    """`credit by credit note | next invoice | wallet`."""

    by: words.CreditBy


@dataclass(frozen=True, slots=True)
class Corrections(Node):
    """`corrections { ... }`: what happens to usage that arrives after the invoice."""

    clauses: tuple[CorrectWithin | Absorb | CorrectCharge | CorrectCredit, ...]


@dataclass(frozen=True, slots=True)
class PaymentDue(Node):
    """`payment due in 30 days`."""

    duration: Duration


@dataclass(frozen=True, slots=True)
class Instalments(Node):
    """`pay in 3 instalments every 1 month`; `word` must be instalments."""

    count: Number
    word: Name
    every: Duration


@dataclass(frozen=True, slots=True)
class Collect(Node):
    """`collect automatically | manually`."""

    mode: words.Collect


@dataclass(frozen=True, slots=True)
class RecurringCredit(Node):
    """`credit USD 10 per month [prorated] [on TARGETS]`."""

    amount: Money
    per: Period
    prorated: bool
    targets: Targets | None


@dataclass(frozen=True, slots=True)
class ChangePolicy(Node):
    """`upgrade now prorated`: event upgrade, downgrade, change, cancel; when `now` or `at period end`."""

    event: words.Change
    when: words.When
    proration: words.ChangeProration | None


@dataclass(frozen=True, slots=True)
class Source(Node):
    """`source "schedule B"`: the clause of the paper that this text writes down."""

    document: Text


@dataclass(frozen=True, slots=True)
class Pool(Node):
    """`pool by organization`: tiers shared by a customer tree."""

    by: Name


CommonClause: TypeAlias = (
    Bill
    | BillEarly
    | Trial
    | Prorate
    | Minimum
    | Cap
    | Grant
    | Alert
    | Follow
    | Discount
    | Stack
    | Apply
    | Corrections
    | PaymentDue
    | Instalments
    | Collect
    | RecurringCredit
    | ChangePolicy
    | Taxed
    | Source
    | Rounding
    | Pool
)
