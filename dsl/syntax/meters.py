"""Meters: which events count, what is measured, over which window; and features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from dsl.syntax import words
from dsl.syntax.amounts import Duration
from dsl.syntax.base import Name, Node, Number, Text


@dataclass(frozen=True, slots=True)
class Property(Node):
    """A property of the event, in a condition or a measured expression."""

    name: Name


@dataclass(frozen=True, slots=True)
class Defaulted(Node):
    """`b or 0`: a property with the value that stands in where an event lacks it."""

    property: Name
    default: Text | Number


Literal: TypeAlias = Text | Number
Operand: TypeAlias = Property | Defaulted | Text | Number


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """`peer = "cdn"`; operator is = != < <= > >=. A bare word on the right is a property, or `true`, `false`."""

    left: Property | Defaulted
    operator: words.Operator
    right: Operand


@dataclass(frozen=True, slots=True)
class Membership(Node):
    """`verb in ["PUT", "COPY"]`, or `not in`."""

    subject: Property | Defaulted
    negated: bool
    values: tuple[Name | Text | Number, ...]


@dataclass(frozen=True, slots=True)
class Negation(Node):
    """`not TEST`."""

    test: Test


@dataclass(frozen=True, slots=True)
class Group(Node):
    """A condition in parentheses."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class AllOf(Node):
    """Two or more tests joined by `and`."""

    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class AnyOf(Node):
    """Two or more tests joined by `or`."""

    tests: tuple[Test, ...]


Test: TypeAlias = Comparison | Membership | Negation | Group
Condition: TypeAlias = Test | AllOf | AnyOf


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """`a * b`, `a + b`, `a - b`."""

    left: Expression
    operator: words.Arithmetic
    right: Expression


@dataclass(frozen=True, slots=True)
class Parenthesised(Node):
    """An expression in parentheses."""

    inner: Expression


Expression: TypeAlias = Property | Defaulted | Number | Binary | Parenthesised


@dataclass(frozen=True, slots=True)
class Measured(Node):
    """What is taken from each event: an expression, held between two bounds."""

    expression: Expression
    at_least: Expression | None
    at_most: Expression | None


@dataclass(frozen=True, slots=True)
class Aggregation(Node):
    """kind: sum, max, min, latest, unique, average, time_weighted, integral or "running sum".

    `changes` says that events carry changes of the level, not the level.
    """

    kind: words.Aggregate
    changes: bool
    measured: Measured


@dataclass(frozen=True, slots=True)
class Counting(Node):
    """`count`: how many events."""


@dataclass(frozen=True, slots=True)
class PercentileOf(Node):
    """`percentile 95 of bytes`, nearest rank."""

    rank: Number
    measured: Measured


@dataclass(frozen=True, slots=True)
class SignedChanges(Node):
    """`with adds and removes [in PROPERTY]`; the property is `operation` unless named."""

    property: Name | None


@dataclass(frozen=True, slots=True)
class BillingWindow(Node):
    """`over billing period`, the default."""


@dataclass(frozen=True, slots=True)
class Tumbling(Node):
    """`over tumbling 15 minutes`."""

    size: Duration


@dataclass(frozen=True, slots=True)
class Sliding(Node):
    """`over sliding 7 days every 1 day`."""

    size: Duration
    step: Duration


@dataclass(frozen=True, slots=True)
class Session(Node):
    """`over session gap 30 minutes`."""

    gap: Duration


@dataclass(frozen=True, slots=True)
class Fold(Node):
    """`then max`: how windows become the period's quantity."""

    kind: words.Fold


@dataclass(frozen=True, slots=True)
class PercentileFold(Node):
    """`then percentile 95`."""

    rank: Number


@dataclass(frozen=True, slots=True)
class Measure(Node):
    """`measure AGG [of EXPR] as UNIT [over WINDOW] [then FOLD]`; the unit may be a currency."""

    aggregation: Aggregation | Counting | PercentileOf
    unit: Name | None = None
    window: BillingWindow | Tumbling | Sliding | Session | None = None
    fold: Fold | PercentileFold | None = None
    signed_changes: SignedChanges | None = None
    carried_over: bool = False


@dataclass(frozen=True, slots=True)
class Events(Node):
    """`events "vm.second"`: one or more event types."""

    types: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Where(Node):
    """`where CONDITION`; two `where` clauses must both hold."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class By(Node):
    """`by model, direction`: the properties that slice the meter."""

    properties: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Lateness(Node):
    """`lateness 3 hours`."""

    duration: Duration


@dataclass(frozen=True, slots=True)
class EventLength(Node):
    """`lasts seconds in seconds`: the property that holds an event's length, and its unit of time."""

    property: Name
    unit: Name


@dataclass(frozen=True, slots=True)
class Meter(Node):
    """`meter NAME "label" { ... }`."""

    name: Name
    label: Text | None
    clauses: tuple[Events | Where | Measure | By | Lateness | EventLength, ...]


@dataclass(frozen=True, slots=True)
class BinaryFeature(Node):
    """`binary`."""


@dataclass(frozen=True, slots=True)
class Licensed(Node):
    """`licensed seat`."""

    unit: Name


@dataclass(frozen=True, slots=True)
class MeteredFeature(Node):
    """`metered by METER`."""

    meter: Name


@dataclass(frozen=True, slots=True)
class Feature(Node):
    """`feature NAME "label" binary | licensed UNIT | metered by METER`."""

    name: Name
    label: Text | None
    kind: BinaryFeature | Licensed | MeteredFeature
