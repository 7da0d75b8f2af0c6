"""What a plan says about its end: `cancel at period end`, `downgrade at period end`, `upgrade now unprorated`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from engine.model import Book, Plan
from engine.rating.shares import Cycle
from engine.rating.subject import PlanUse
from engine.rating.terms import plan_on

PriceOf = Callable[[PlanUse], int]


def by_policy(book: Book, uses: Sequence[PlanUse], cycles: Sequence[Cycle], price_of: PriceOf) -> tuple[PlanUse, ...]:
    """The plans as the policies of the plan that is left let them end and begin.

    at period end: the change waits for the end of the billing period. unprorated: the old plan keeps its fees of the
    period, the new one asks for none before the next. `price_of` (fees of a whole period, pico) tells an upgrade from
    a downgrade; a plan that does not cost less is an upgrade.
    """
    result = list(uses)
    for i, (old, new) in enumerate(pairwise(uses)):
        if not new.changed or old.end is None or old.end != new.start:
            continue
        word = _on_change(_plan_at(book, old), old, new, price_of)
        moment = _period_end(cycles, old.end) if word.startswith("at period end") else old.end
        unprorated = word == "now unprorated"
        result[i] = replace(result[i], end=moment, keeps_fees=unprorated)
        result[i + 1] = replace(result[i + 1], start=moment, fees_next=unprorated)
    last = result[-1]
    if last.end is not None:
        word = _policy(_plan_at(book, last), "cancel")
        moment = _period_end(cycles, last.end) if word.startswith("at period end") else last.end
        result[-1] = replace(last, end=moment, keeps_fees=word == "now unprorated")
    return tuple(result)


def _on_change(plan: Plan, old: PlanUse, new: PlanUse, price_of: PriceOf) -> str:
    """The word on a change; prices are compared only where upgrades and downgrades differ."""
    if not any(event in ("upgrade", "downgrade") for event, _ in plan.changes):
        return _policy(plan, "change")
    return _policy(plan, "upgrade" if price_of(new) >= price_of(old) else "downgrade", "change")


def _plan_at(book: Book, use: PlanUse) -> Plan:
    """The version of a plan on its last day."""
    assert use.end is not None
    return plan_on(book, use.plan, (use.end - dt.timedelta(microseconds=1)).date())


def _policy(plan: Plan, *events: str) -> str:
    """The plan's word on the first of these events that it names; `now prorated` where it says nothing."""
    said = dict(plan.changes)
    return next((said[e] for e in events if e in said), "now prorated")


def _period_end(cycles: Sequence[Cycle], moment: dt.datetime) -> dt.datetime:
    """The end of the billing period that holds a moment; the moment itself outside all of them."""
    return next((c.whole[1] for c in cycles if c.whole[0] < moment <= c.whole[1]), moment)
