"""Early bills: an invoice as soon as the usage of a period reaches an amount."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from engine.calendar import to_local
from engine.model import EarlyBill
from engine.rating.lines import Line
from engine.rating.readings import Reading
from engine.rating.shares import Cycle

USAGE_KINDS = ("usage", "discount", "cap")


@dataclass(frozen=True, slots=True)
class Early:
    """An early invoice: its local day and what it bills, in pico."""

    day: dt.date
    amount: int


def used(lines: Sequence[Line], metered: frozenset[str]) -> int:
    """What usage has cost by these lines, in pico: metered charges after their discounts and caps."""
    return sum(line.amount for line in lines if line.charge in metered and line.kind in USAGE_KINDS)


def early_invoices(
    rules: Sequence[EarlyBill], cycle: Cycle, readings: Mapping[str, Sequence[Reading]],
    cost_until: Callable[[int], int], billed: int, spent: set[EarlyBill],
) -> list[Early]:  # fmt: skip
    """The early invoices of a period, in time order.

    cost_until: what the usage up to and at an instant costs, in pico. billed: billed for the period before. spent:
    rules with `once` that have fired in the subscription's life; those that fire now are added.
    `at M` fires once a period, when its usage reaches M; `every M` whenever M is unbilled. Each bills all that is
    unbilled.
    """
    start, end = cycle.instants
    moments = sorted({r.time for found in readings.values() for r in found if start <= r.time < end})
    waiting = [rule for rule in rules if rule not in spent]
    result: list[Early] = []
    for moment in moments if waiting else ():
        cost = cost_until(moment)
        fired = [rule for rule in waiting if (cost - billed if rule.every else cost) >= rule.amount]
        waiting = [rule for rule in waiting if rule.every or rule not in fired]
        spent.update(rule for rule in fired if rule.once)
        if fired and cost > billed:
            result.append(Early(to_local(moment, cycle.timezone).date(), cost - billed))
            billed = cost
    return result


def early_lines(found: Sequence[Early], issued: dt.date) -> list[Line]:
    """What stands on the early invoices, and what the invoice of the period's end takes off for them."""
    lines: list[Line] = []
    for one in found:
        amount, exact = one.amount, Fraction(one.amount)
        lines.append(Line("billed", None, amount, exact, "early", "billed early", issued=one.day))
        lines.append(Line("billed", None, -amount, -exact, "early", "already billed", issued=issued))
    return lines
