"""The book itself and its small declarations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from dsl.syntax.amounts import Money, Rounding
from dsl.syntax.base import Name, Node, Number, Text
from dsl.syntax.commerce import Coupon, Dunning, Index, Tax, Wallet
from dsl.syntax.contracts import Amendment, Contract
from dsl.syntax.examples import Example
from dsl.syntax.meters import Feature, Meter
from dsl.syntax.plans import AddOn, Plan
from dsl.syntax.time import Band, Holidays, Moment


@dataclass(frozen=True, slots=True)
class Header(Node):
    """`book NAME version N from D [through D]`, the first line of a book."""

    name: Name
    version: Number
    start: Moment
    through: Moment | None = None


@dataclass(frozen=True, slots=True)
class Use(Node):
    """`use "path"`: the units, calendars and dimensions of another file, found from this file's folder."""

    path: Text


@dataclass(frozen=True, slots=True)
class Currency(Node):
    """`currency USD [worth M] [rounded ...]`; `worth` makes it a unit of account."""

    name: Name
    worth: Money | None
    rounding: Rounding | None


@dataclass(frozen=True, slots=True)
class Timezone(Node):
    """`timezone "Europe/Madrid"`, an IANA name."""

    zone: Text


@dataclass(frozen=True, slots=True)
class Multiple(Node):
    """`= 1_000 GB` of a unit declaration."""

    factor: Number
    of: Name


@dataclass(frozen=True, slots=True)
class Unit(Node):
    """`unit B` or `unit GB = 1_000_000_000 B`."""

    name: Name
    multiple: Multiple | None


@dataclass(frozen=True, slots=True)
class Dimension(Node):
    """`dimension model { scout, atlas }`: a closed set of values."""

    name: Name
    values: tuple[Name | Text, ...]


@dataclass(frozen=True, slots=True)
class Calendar(Node):
    """`calendar NAME { timezone, holidays, band ... }`."""

    name: Name
    label: Text | None
    clauses: tuple[Timezone | Holidays | Band, ...]


Declaration: TypeAlias = (
    Header
    | Use
    | Currency
    | Timezone
    | Unit
    | Dimension
    | Calendar
    | Meter
    | Feature
    | Plan
    | AddOn
    | Coupon
    | Wallet
    | Dunning
    | Tax
    | Index
    | Contract
    | Amendment
    | Example
)


@dataclass(frozen=True, slots=True)
class Book(Node):
    """A whole file: its declarations in the order written. `path` is the file's name as given to the parser."""

    path: str
    declarations: tuple[Declaration, ...]
