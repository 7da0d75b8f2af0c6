"""RB5: dates and versions. Ends before starts, versions of a plan or a book that overlap or leave a gap."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import fields
from inspect import isclass
from itertools import pairwise

from dsl import syntax
from dsl.diagnostics.model import Diagnostic, Label, error
from dsl.passes.pieces import Piece
from dsl.passes.scope import PlanLike, Scope
from dsl.syntax import only
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


def check_versions(books: Sequence[syntax.Book]) -> list[Diagnostic]:
    """Findings across the versions of one book: numbers must increase, dates must neither overlap nor leave a gap."""
    headers = [header for header in (only(book, syntax.Header) for book in books) if header is not None]
    headers.sort(key=lambda header: header.version.value)
    found: list[Diagnostic] = []
    for before, after in pairwise(headers):
        start, earlier = after.start.date.value, before.start.date.value
        if before.version.value == after.version.value:
            found.append(
                error("RB504", after.version.span, f"two versions {after.version.value} of book {after.name.text}")
            )
        elif start <= earlier:
            found.append(
                error(
                    "RB504",
                    after.start.span,
                    f"version {after.version.value} starts on {start}, version {before.version.value} on {earlier}",
                    help="a later version starts later",
                )
            )
        elif before.through is not None and before.through.date.value >= start:
            found.append(
                error(
                    "RB501",
                    after.start.span,
                    f"versions {before.version.value} and {after.version.value} overlap on {start}",
                )
            )
        elif before.through is not None and before.through.date.value + ONE_DAY < start:
            found.append(
                error(
                    "RB502",
                    after.start.span,
                    f"no version of book {after.name.text} from "
                    f"{before.through.date.value + ONE_DAY} through {start - ONE_DAY}",
                )
            )
    return found
