"""Which terms hold on a date: amendment beats phase beats contract beats plan (language.md, Meaning 3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from engine.model import (
    Book,
    Charge,
    Commit,
    Contract,
    Discount,
    Escalation,
    Limit,
    Meter,
    Override,
    Phase,
    Plan,
    Terms,
)
from engine.rating.axes import sliced_names
from engine.rating.errors import BadRequest, NoPrice
from engine.rating.escalate import escalated, steps_due

FAR = dt.date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Segment:
    """`[start, end)` local dates in which nothing changes: the effective plan, contract discounts and commitments."""

    start: dt.date
    end: dt.date
    plan: Plan
    discounts: tuple[Discount, ...] = ()
    commits: tuple[Commit, ...] = ()


def plan_on(book: Book, name: str, day: dt.date) -> Plan:
    """The version of a plan in force on a date; raises `NoPrice` when there is none."""
    try:
        versions = book.plan_versions(name)
    except KeyError:
        raise BadRequest(f"the book has no plan `{name}`") from None
    for version in reversed(versions):
        if (version.start or dt.date.min) <= day and day <= (version.through or FAR):
            return version
    raise NoPrice(f"no version of plan {name} is in force on {day}", versions[0].place)


def effective_plan(book: Book, name: str, contract: Contract | None, day: dt.date) -> Plan:
    """A plan with what a contract on it says on a date; raises `NoPrice` when no version is in force."""
    bound = contract if contract is not None and contract.plan == name else None
    return _segment(book, name, bound, day, day).plan


def segments(book: Book, plan: str, contract: Contract | None, start: dt.date, end: dt.date) -> list[Segment]:
    """`[start, end)` cut where a plan version, phase, amendment or escalation begins or ends."""
    marks = {start}
    for version in book.plan_versions(plan):
        marks.update(_inside(_edges(version.start, version.through), start, end))
    if contract is not None:
        marks.update(_inside(_contract_edges(contract), start, end))
        marks.update(_inside(_escalation_edges(contract, end), start, end))
    ordered = [*sorted(marks), end]
    return [_segment(book, plan, contract, a, b) for a, b in pairwise(ordered)]


def _inside(days: Iterable[dt.date], start: dt.date, end: dt.date) -> set[dt.date]:
    return {d for d in days if start < d < end}


def _edges(first: dt.date | None, last: dt.date | None) -> list[dt.date]:
    edges = [first] if first else []
    return [*edges, last + dt.timedelta(days=1)] if last and last < FAR else edges


def _contract_edges(contract: Contract) -> list[dt.date]:
    edges: list[dt.date] = []
    phases = [*contract.phases, *(p for a in contract.amendments for p in a.phases)]
    for phase in phases:
        edges += _edges(phase.start, phase.through)
    for amendment in contract.amendments:
        edges += _edges(amendment.start, amendment.through)
    return edges


def _escalation_edges(contract: Contract, end: dt.date) -> list[dt.date]:
    layers = [contract.terms, *(a.terms for a in contract.amendments), *(p.terms for p in contract.phases)]
    return [d for terms in layers for e in terms.escalations for d in steps_due(e, end)]


def all_terms(contract: Contract) -> list[Terms]:
    """Everything a contract ever says: its own terms, its phases, its amendments and theirs."""
    phases = [*contract.phases, *(p for a in contract.amendments for p in a.phases)]
    return [contract.terms, *(p.terms for p in phases), *(a.terms for a in contract.amendments)]


def charges_ever(charges: Iterable[Charge], contracts: Iterable[Contract]) -> list[Charge]:
    """These charges and those that the contracts ever add, each also with every price that a contract ever gives it."""
    layers = [terms for contract in contracts for terms in all_terms(contract)]
    found = [*charges, *(c for terms in layers for c in terms.charges)]
    priced = [(o.charge, o.price) for terms in layers for o in terms.overrides if o.price is not None]
    return found + [replace(c, price=price) for name, price in priced for c in found if c.name == name]


def slicing_names(book: Book, meter: Meter) -> tuple[str, ...]:
    """Properties that slice a meter's usage, sorted: its own, and those of every price that it may ever be rated by."""
    charges = charges_ever((c for plan in book.plans for c in plan.charges), book.contracts)
    return tuple(sorted({*meter.by, *sliced_names(c for c in charges if c.meter == meter.name)}))


def layers_on(contract: Contract | None, day: dt.date) -> list[Terms]:
    """The terms in force on a date, weakest first: contract, its phase, then amendments by number."""
    if contract is None:
        return []
    layers = [contract.terms, *_phases_on(contract.phases, day)]
    for amendment in sorted(contract.amendments, key=lambda a: a.number):
        if amendment.start <= day <= (amendment.through or FAR):
            layers += [amendment.terms, *_phases_on(amendment.phases, day)]
    return layers


def _phases_on(phases: Sequence[Phase], day: dt.date) -> list[Terms]:
    return [p.terms for p in phases if p.start <= day <= p.through]


def _segment(book: Book, name: str, contract: Contract | None, start: dt.date, end: dt.date) -> Segment:
    plan = plan_on(book, name, start)
    layers = layers_on(contract, start)
    if not layers:
        return Segment(start, end, plan, plan.discounts)
    escalations = tuple(e for layer in layers for e in layer.escalations)
    plan = replace(
        plan,
        charges=tuple(_effective(c, layers, escalations, book, start) for c in _all_charges(plan, layers)),
        minimum=_last([plan.minimum, *(layer.minimum for layer in layers)]),
        cap=_last([plan.cap, *(layer.cap for layer in layers)]),
        stack=next((layer.stack for layer in reversed(layers) if layer.stack), plan.stack),
        apply=next((layer.apply for layer in reversed(layers) if layer.apply), plan.apply),
        cycle=next((layer.cycle for layer in reversed(layers) if layer.cycle), plan.cycle),
        trial=next((layer.trial for layer in reversed(layers) if layer.trial), plan.trial),
        prorate=next((layer.prorate for layer in reversed(layers) if layer.prorate), plan.prorate),
        early=next((layer.early for layer in reversed(layers) if layer.early), plan.early),
        dunning=next((layer.dunning for layer in reversed(layers) if layer.dunning), plan.dunning),
        corrections=next((layer.corrections for layer in reversed(layers) if layer.corrections), plan.corrections),
        payment=next((layer.payment for layer in reversed(layers) if layer.payment), plan.payment),
        changes=next((layer.changes for layer in reversed(layers) if layer.changes), plan.changes),
        grants=plan.grants + tuple(g for layer in layers for g in layer.grants),
        alerts=plan.alerts + tuple(a for layer in layers for a in layer.alerts),
        credits=plan.credits + tuple(c for layer in layers for c in layer.credits),
    )
    commits: tuple[Commit, ...] = ()
    for layer in layers:
        commits = layer.commits or commits
    discounts = plan.discounts + tuple(d for layer in layers for d in layer.discounts)
    return Segment(start, end, plan, discounts, commits)


def _last(limits: Sequence[Limit | None]) -> Limit | None:
    return next((limit for limit in reversed(limits) if limit is not None), None)


def _all_charges(plan: Plan, layers: Sequence[Terms]) -> tuple[Charge, ...]:
    """The plan's charges with what a layer says of all of them, and those that it adds or puts in their place."""
    found = {c.name: c for c in plan.charges}
    for layer in layers:
        found = {name: _said_of_all(c, layer) for name, c in found.items()}
        found |= {c.name: replace(_said_of_all(c, layer), **_own(c)) for c in layer.charges}
    return tuple(found.values())


def _said_of_all(charge: Charge, layer: Terms) -> Charge:
    return replace(
        charge,
        taxed=layer.taxed or charge.taxed,
        rounding=layer.rounding or charge.rounding,
        pool_by=layer.pool_by or charge.pool_by,
    )


def _own(charge: Charge) -> dict[str, Any]:
    """What a charge says itself of what its layer says of all."""
    said = {"taxed": charge.taxed, "rounding": charge.rounding, "pool_by": charge.pool_by}
    return {name: value for name, value in said.items() if value}


def _effective(
    charge: Charge, layers: Sequence[Terms], escalations: Sequence[Escalation], book: Book, day: dt.date
) -> Charge:
    for layer in layers:
        for override in layer.overrides:
            if override.charge == charge.name:
                charge = _overridden(charge, override)
    for escalation in escalations:
        if not escalation.on or charge.name in escalation.on:
            charge = replace(charge, price=escalated(charge.price, escalation, book, day))
    return charge


def _overridden(charge: Charge, override: Override) -> Charge:
    return replace(
        charge,
        price=override.price if override.price is not None else charge.price,
        free=override.free if override.free is not None else charge.free,
        minimum=override.minimum if override.minimum is not None else charge.minimum,
        cap=override.cap if override.cap is not None else charge.cap,
    )
