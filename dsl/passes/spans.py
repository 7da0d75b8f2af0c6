"""Lengths of time that do not go together: trials and billing periods; and rates that escalate without end."""

from __future__ import annotations

from collections.abc import Iterator

from dsl import syntax
from dsl.diagnostics.model import Diagnostic, Label, note, warning
from dsl.passes.pieces import HOLDERS, Piece
from dsl.passes.scope import Scope
from dsl.syntax import only
from dsl.syntax.base import Node

# The longest that each may last
_DAYS = {"week": 7, "month": 31, "quarter": 92, "half_year": 184, "year": 366}
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
_CADENCES = {
    "hourly": "hour", "daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter",
    "half_yearly": "half_year", "yearly": "year",
}  # fmt: skip


def check_spans(scope: Scope, piece: Piece) -> list[Diagnostic]:
    """Findings about trials and escalations."""
    if not isinstance(piece.node, HOLDERS):
        return []
    return [*_trial(scope, piece.node), *_escalations(piece)]


def longest(count: int, unit: str) -> int:
    """The most seconds that a length of time may last."""
    return count * (_SECONDS[unit] if unit in _SECONDS else _DAYS[unit] * _SECONDS["day"])


def _trial(scope: Scope, holder: Node) -> Iterator[Diagnostic]:
    trial = only(holder, syntax.Trial)
    bill = only(holder, syntax.Bill)
    contract = scope.contract_of(holder)
    if bill is None and contract is not None:
        bill = next((one for plan in scope.plans(contract.plan.text) if (one := only(plan, syntax.Bill))), None)
    if trial is None or bill is None:
        return
    cadence = bill.cadence
    period = longest(1, _CADENCES[cadence.word]) if isinstance(cadence, syntax.Cadence) else None
    if isinstance(cadence, syntax.Duration):
        period = longest(cadence.count, cadence.unit)
    if period is not None and longest(trial.duration.count, trial.duration.unit) > period:
        yield warning(
            "RB506",
            trial.span,
            "this trial is longer than the first period",
            caret="whole periods pass without a bill",
            labels=(Label(bill.span, "billed like this"),),
            help="check the unit of the trial; a free period of its own is a contract's phase",
        )


def _escalations(piece: Piece) -> Iterator[Diagnostic]:
    """Exact rates grow two decimals a year or more; what is printed in a price list has an end."""
    for one in piece.of(syntax.Escalate):
        if one.rounding is None:
            yield note(
                "RB613",
                one.span,
                "these rates are not rounded when they escalate",
                caret="each step adds decimals",
                help="say where they end if the contract prints them: `rounded to 4 decimals`",
            )
