"""Contracts, phases, amendments, commitments and escalators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from dsl.syntax import words
from dsl.syntax.amounts import Amount, Duration, Period, Rounding, Share, Targets
from dsl.syntax.base import Name, Node, Number, Text
from dsl.syntax.charges import Charge
from dsl.syntax.commerce import WalletPriority
from dsl.syntax.prices import Price, Rate
from dsl.syntax.terms import CommonClause, Rollover, Source
from dsl.syntax.time import Moment


@dataclass(frozen=True, slots=True)
class Coterm(Node):
    """`coterm with NAME`: these contracts end together."""

    contracts: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Override(Node):
    """`override CHARGE price FORM`."""

    charge: Name
    price: Price


@dataclass(frozen=True, slots=True)
class ByIndex(Node):
    """`by cpi`."""

    index: Name


@dataclass(frozen=True, slots=True)
class Escalate(Node):
    """`escalate 3% every 12 months from D on TARGETS [rounded ...]`, or `by INDEX at least S at most S`."""

    by: Share | ByIndex
    every: Duration | None = None
    start: Moment | None = None
    on: Targets | None = None
    rounding: Rounding | None = None
    least: Share | None = None
    most: Share | None = None


@dataclass(frozen=True, slots=True)
class InBand(Node):
    """`in band B of CALENDAR`."""

    band: Name
    calendar: Name


@dataclass(frozen=True, slots=True)
class Draws(Node):
    """`draws compute, storage`."""

    targets: Targets


@dataclass(frozen=True, slots=True)
class TrueUp(Node):
    """`true up at end of year`."""

    period: Period


@dataclass(frozen=True, slots=True)
class OfList(Node):
    """`110% of list`."""

    share: Share


@dataclass(frozen=True, slots=True)
class Overage(Node):
    """`overage at 110% of list` or at a rate of its own."""

    price: OfList | Rate


CommitClause: TypeAlias = Draws | TrueUp | Rollover | Overage | Source | WalletPriority


@dataclass(frozen=True, slots=True)
class Commit(Node):
    """`commit M per year [in advance] [in band B of C] { draws, true up, rollover, overage }`."""

    amount: Amount
    per: Period
    timing: words.Timing | None
    band: InBand | None
    clauses: tuple[CommitClause, ...]


TermClause: TypeAlias = CommonClause | Override | Commit | Escalate


@dataclass(frozen=True, slots=True)
class Phase(Node):
    """`phase NAME from D through D { terms }`."""

    name: Name
    clauses: tuple[TermClause, ...]
    start: Moment | None = None
    through: Moment | None = None


ContractClause: TypeAlias = TermClause | Phase | Coterm | Charge


@dataclass(frozen=True, slots=True)
class Contract(Node):
    """`contract NAME with "customer" on PLAN from D through D { terms }`."""

    name: Name
    customer: Text
    plan: Name
    clauses: tuple[ContractClause, ...]
    start: Moment | None = None
    through: Moment | None = None


@dataclass(frozen=True, slots=True)
class Amendment(Node):
    """`amendment 1 of CONTRACT from D "document" { terms }`."""

    number: Number
    contract: Name
    clauses: tuple[ContractClause, ...]
    start: Moment | None = None
    through: Moment | None = None
    document: Text | None = None
