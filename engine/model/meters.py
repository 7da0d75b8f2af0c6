"""Meters: which events count, what is measured of each, and how values become one quantity."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from engine.model.place import Place, place_field

Aggregation = Literal[
    "count", "sum", "max", "min", "latest", "unique", "average", "time_weighted", "integral", "percentile"
]
Comparison = Literal["=", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Property:
    """An event property by name; `default` is what an absent or non-numeric one counts as (`b or 0`)."""

    name: str
    default: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """An exact constant in a measured expression."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Binary:
    """Sum, difference or product of two measured expressions."""

    operator: Literal["+", "-", "*"]
    left: Value
    right: Value


Value = Property | Number | Binary


@dataclass(frozen=True, slots=True)
class Compare:
    """`property <op> literal-or-property`; text compares as text, numbers as exact numbers, booleans as booleans."""

    name: str
    operator: Comparison
    literal: str | Fraction | bool | None = None
    other: str | None = None


@dataclass(frozen=True, slots=True)
class OneOf:
    """`property in [a, b]`."""

    name: str
    values: tuple[str | Fraction | bool, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Negation."""

    inner: Predicate


@dataclass(frozen=True, slots=True)
class All:
    """Conjunction."""

    parts: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Disjunction."""

    parts: tuple[Predicate, ...]


Predicate = Compare | OneOf | Not | All | AnyOf
"""A property that is absent makes its comparison false (`!=` and `not in` true), as a reader of the text expects."""


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: `count` of `unit`; months and longer follow the calendar."""

    count: int
    unit: Literal["second", "minute", "hour", "day", "week", "month", "quarter", "half_year", "year"]


@dataclass(frozen=True, slots=True)
class Window:
    """`tumbling size`, `sliding size every step`, `session gap`; None in a meter means the billing period."""

    kind: Literal["tumbling", "sliding", "session"]
    size: Span
    step: Span | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """What is measured and how.

    `percentile` is a percent in (0, 100]. `then` (with `then_percentile`) folds window
    values into the period's quantity.
    `changes`: values are changes of a level (`time_weighted changes of`). `running`: the level is the running sum.
    `carried`: what came before the period counts too. `operation`: the property that says `add` or `remove` (`unique`).
    `least`/`most` clamp each value.
    """

    aggregation: Aggregation
    value: Value | None = None
    percentile: Fraction | None = None
    window: Window | None = None
    then: Aggregation | None = None
    then_percentile: Fraction | None = None
    operation: str | None = None
    changes: bool = False
    running: bool = False
    carried: bool = False
    least: Fraction | None = None
    most: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Meter:
    """A meter. `unit` names a declared unit, or is None for money: `currency` is set, quantities are major units.

    `event_type` is the first type of event that it reads, `more_types` are the others; all of them count alike. `by`
    are the sliced properties. `factor` is what one measured unit is worth in base units of the family. `lasts`:
    property and unit seconds of an event with a length.
    """

    name: str
    event_type: str
    measure: Measure
    unit: str | None
    family: str | None = None
    factor: Fraction = Fraction(1)
    currency: str | None = None
    where: Predicate | None = None
    by: tuple[str, ...] = ()
    label: str | None = None
    lateness: Span | None = None
    lasts: tuple[str, Fraction] | None = None
    more_types: tuple[str, ...] = ()
    place: Place = place_field()

    @property
    def event_types(self) -> tuple[str, ...]:
        """Every type of event that the meter reads."""
        return (self.event_type, *self.more_types)
