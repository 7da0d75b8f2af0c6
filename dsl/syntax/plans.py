"""Plans and add-ons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from dsl.syntax.base import Name, Node, Text
from dsl.syntax.charges import Charge
from dsl.syntax.terms import CommonClause
from dsl.syntax.time import Moment

PlanClause: TypeAlias = CommonClause | Charge


@dataclass(frozen=True, slots=True)
class Plan(Node):
    """`plan NAME "label" [from D] [through D] { ... }`: plan clauses and charges."""

    name: Name
    label: Text | None
    clauses: tuple[PlanClause, ...]
    start: Moment | None = None
    through: Moment | None = None


@dataclass(frozen=True, slots=True)
class AddOn(Node):
    """A plan that attaches to others: `add_on NAME "label" [to PLAN, ...] { ... }`."""

    name: Name
    label: Text | None
    attaches_to: tuple[Name, ...] | None
    clauses: tuple[PlanClause, ...]
    start: Moment | None = None
    through: Moment | None = None
