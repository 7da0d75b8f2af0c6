"""RB5: dates. Ends before starts, versions of a plan that overlap or leave a gap."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields
from inspect import isclass
from itertools import pairwise

from dsl import syntax
from dsl.diagnostics.model import Diagnostic, Label, error
from dsl.passes.pieces import Piece
from dsl.passes.scope import PlanLike, Scope
from dsl.syntax.base import Node

ONE_DAY = dt.timedelta(days=1)


_DATED = tuple(
    kind
    for kind in vars(syntax).values()
    if isclass(kind) and issubclass(kind, Node) and {"through", "first"} & {field.name for field in fields(kind)}
)


def check_dates(scope: Scope, piece: Piece) -> list[Diagnostic]:
    """Findings about dates."""
    found = [one for node in piece.any_of(*_DATED) for one in _order(node)]
    if isinstance(piece.node, (syntax.Plan, syntax.AddOn)):
        found += _versions(scope, piece.node)
    return found


def _order(node: Node) -> list[Diagnostic]:
    start: object
    through: object
    if isinstance(node, (syntax.GivenPeriod, syntax.GivenPaused)):
        start, through = node.first, node.last
    else:
        start, through = getattr(node, "start", None), getattr(node, "through", None)
    if not isinstance(start, syntax.Moment) or not isinstance(through, syntax.Moment):
        return []
    if sort_key(through) >= sort_key(start):
        return []
    return [
        error(
            "RB503",
            through.span,
            "this ends before it starts",
            caret="before the start",
            labels=(Label(start.span, "starts here"),),
        )
    ]


def sort_key(moment: syntax.Moment) -> tuple[dt.date, int]:
    """Moments in order; a bare day sorts at its start."""
    return moment.date.value, moment.time.microseconds if moment.time else 0


def _versions(scope: Scope, plan: PlanLike) -> list[Diagnostic]:
    """How the versions of a plan follow one another; told once, with the one written first."""
    plans = scope.plans(plan.name.text)
    if len(plans) < 2 or plans[0] is not plan:
        return []
    found: list[Diagnostic] = []
    ordered = sorted(plans, key=lambda plan: first_day(scope, plan))
    for before, after in pairwise(ordered):
        found += _joint(scope, before, after)
    return found


def first_day(scope: Scope, plan: PlanLike) -> dt.date:
    """The day from which a plan version counts: its own, or the book's first."""
    header = scope.header
    if plan.start is not None:
        return plan.start.date.value
    return header.start.date.value if header is not None else dt.date.min


def _joint(scope: Scope, before: PlanLike, after: PlanLike) -> list[Diagnostic]:
    """A version without `through` lasts until the next one starts."""
    start = first_day(scope, after)
    label = (Label(before.name.span, "the version before"),)
    if start == first_day(scope, before):
        return [
            error(
                "RB501",
                after.name.span,
                f"two versions of plan {after.name.text} from the same day",
                labels=label,
                help="give one of them a later `from`",
            )
        ]
    if before.through is None:
        return []
    end = before.through.date.value
    if end >= start:
        return [
            error(
                "RB501",
                after.name.span,
                f"two versions of plan {after.name.text} on {start}",
                labels=label,
                help=f"end the earlier one `through {start - ONE_DAY}`",
            )
        ]
    if end + ONE_DAY < start:
        return [
            error(
                "RB502",
                after.name.span,
                f"no version of plan {after.name.text} from {end + ONE_DAY} through {start - ONE_DAY}",
                labels=label,
                help=f"start this one `from {end + ONE_DAY}`",
            )
        ]
    return []
