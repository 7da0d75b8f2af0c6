"""RB6: contracts. Phases, amendments, terms that meet, commitments and escalation."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from dsl import syntax
from dsl.diagnostics.model import Diagnostic, Label, error
from dsl.passes.pieces import Piece
from dsl.passes.scope import Scope, described
from dsl.syntax import every
from dsl.syntax.base import Node

ONE_DAY = dt.timedelta(days=1)
Holder: TypeAlias = syntax.Contract | syntax.Phase | syntax.Amendment


class Term(NamedTuple):
    """Days, both included; a term without end runs to the last day there is."""

    first: dt.date
    last: dt.date

    def meets(self, other: Term) -> bool:
        """Whether the two share a day."""
        return self.first <= other.last and other.first <= self.last


def term_of(holder: Holder, around: Term | None = None) -> Term:
    """The days of a contract, phase or amendment; what it leaves open comes from the term around it."""
    first = holder.start.date.value if holder.start else (around.first if around else dt.date.min)
    last = holder.through.date.value if holder.through else (around.last if around else dt.date.max)
    return Term(first, last)


def check_contracts(scope: Scope, piece: Piece) -> list[Diagnostic]:
    """Findings about contracts."""
    found: list[Diagnostic] = []
    for contract in piece.of(syntax.Contract):
        amendments: list[syntax.Amendment] = list(scope.look("amendment of", contract.name.text))
        found += _phases(contract) + _amendments(contract, amendments) + _escalations(contract)
        found += _coterm(scope, contract) + _same_level(contract, amendments)
    return found


def _phases(contract: syntax.Contract) -> list[Diagnostic]:
    whole = term_of(contract)
    found: list[Diagnostic] = []
    phases = sorted(every(contract, syntax.Phase), key=lambda phase: term_of(phase, whole).first)
    for phase in phases:
        term = term_of(phase, whole)
        if term.first < whole.first or term.last > whole.last:
            found.append(
                error(
                    "RB601",
                    phase.name.span,
                    f"phase {phase.name.text} is outside the term of contract {contract.name.text}",
                    labels=(Label(contract.name.span, "this contract"),),
                )
            )
    for before, after in pairwise(phases):
        end, start = term_of(before, whole).last, term_of(after, whole).first
        label = (Label(before.name.span, "the phase before"),)
        if end >= start:
            found.append(
                error(
                    "RB602",
                    after.name.span,
                    f"phases {before.name.text} and {after.name.text} overlap on {start}",
                    labels=label,
                )
            )
        elif end + ONE_DAY < start:
            found.append(
                error(
                    "RB603",
                    after.name.span,
                    f"no phase from {end + ONE_DAY} through {start - ONE_DAY}",
                    labels=label,
                    help=f"start {after.name.text} on {end + ONE_DAY}",
                )
            )
    return found


def _amendments(contract: syntax.Contract, amendments: list[syntax.Amendment]) -> list[Diagnostic]:
    whole = term_of(contract)
    found: list[Diagnostic] = []
    ordered = sorted(amendments, key=lambda one: one.number.value)
    for expected, one in enumerate(ordered, 1):
        if one.number.value != expected:
            found.append(
                error(
                    "RB604",
                    one.number.span,
                    f"amendment {one.number.value} of {contract.name.text}, {expected} is expected",
                    help="amendments are numbered 1, 2, 3 without holes",
                )
            )
            break
    for one in ordered:
        term = term_of(one, whole)
        if term.first < whole.first or term.last > whole.last:
            found.append(
                error(
                    "RB605",
                    one.start.span if one.start else one.span,
                    f"amendment {one.number.value} is outside the term of contract {contract.name.text}",
                    labels=(Label(contract.name.span, "this contract"),),
                )
            )
    return found


def _escalations(contract: syntax.Contract) -> list[Diagnostic]:
    whole = term_of(contract)
    return [
        error(
            "RB609",
            one.start.span,
            f"the escalation starts before contract {contract.name.text}",
            labels=(Label(contract.name.span, "this contract"),),
        )
        for one in every(contract, syntax.Escalate)
        if one.start is not None and one.start.date.value < whole.first
    ]


def _coterm(scope: Scope, contract: syntax.Contract) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    for clause in every(contract, syntax.Coterm):
        for name in clause.contracts:
            other = scope.contract(name.text)
            if other is not None and term_of(other).last != term_of(contract).last:
                found.append(
                    error(
                        "RB607",
                        name.span,
                        f"contracts {contract.name.text} and {name.text} do not end together",
                        labels=(Label(other.name.span, "ends on another day"),),
                    )
                )
    return found


class _Set(NamedTuple):
    """One term for one charge: its level (contract, phase or amendment), its days and its clause."""

    level: str
    what: str
    days: Term
    clause: Node


def _same_level(contract: syntax.Contract, amendments: list[syntax.Amendment]) -> list[Diagnostic]:
    """Two terms of one level for the same charge and day: nobody could say which holds."""
    whole = term_of(contract)
    holders: list[tuple[str, Node, Term]] = [("contract", contract, whole)]
    holders += [("phase", phase, term_of(phase, whole)) for phase in every(contract, syntax.Phase)]
    starts = sorted(term_of(one, whole).first for one in amendments)
    holders += [("amendment", one, _amended(one, starts, whole)) for one in amendments]
    found: list[Diagnostic] = []
    seen: dict[tuple[str, str], list[_Set]] = {}
    for level, holder, days in holders:
        for one in _terms(level, holder, days):
            before = seen.setdefault((one.level, one.what), [])
            clash = next((other for other in before if other.days.meets(one.days)), None)
            if clash is not None:
                found.append(
                    error(
                        "RB612",
                        one.clause.span,
                        f"two prices for {one.what} at the same level in {described(contract)}",
                        labels=(Label(clash.clause.span, "first here"),),
                    )
                )
            before.append(one)
    return found


def _amended(one: syntax.Amendment, starts: list[dt.date], whole: Term) -> Term:
    """An amendment without an end lasts until the next amendment that starts later; `starts` are sorted."""
    term = term_of(one, whole)
    later = bisect_right(starts, term.first)
    return Term(term.first, starts[later] - ONE_DAY) if later < len(starts) and one.through is None else term


def _terms(level: str, holder: Node, days: Term) -> Iterator[_Set]:
    for override in every(holder, syntax.Override):
        yield _Set(level, override.charge.text, days, override)
