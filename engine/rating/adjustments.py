"""Discounts, minimums and caps of one plan in one period, in their order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

from engine.model import Charge, Discount, Plan, Rounding
from engine.rating.discounts import Scoped, discount_lines
from engine.rating.limits import Which, limit_line
from engine.rating.lines import Line
from engine.rating.shares import DAILY, Cycle, Interval, share
from engine.rating.subject import Activity
from engine.rating.terms import Segment
from engine.rating.times import timing_of

STEPS = ("discount", "minimum", "cap")


def in_order(said: Sequence[str], steps: Sequence[str] = STEPS) -> tuple[str, ...]:
    """Steps in the order that `apply` says: those it names change places among themselves, the others stay."""
    named = iter(word for word in dict.fromkeys(said) if word in steps)
    moved = {word for word in said if word in steps}
    return tuple(next(named) if word in moved else word for word in steps)


def adjustments(
    lines: Sequence[Line], cut: Sequence[Segment], service: Activity, cycle: Cycle, rounding: Rounding
) -> list[Line]:
    """Discounts, then minimums and caps of charges, then of the plan; in another order where the book says so."""
    plan = cut[-1].plan
    scoped = scoped_discounts(cut)
    if cycle.timing == "advance":
        return discount_lines(lines, scoped, rounding)
    active = active_share(service, cycle)
    made: list[Line] = []

    def limits(*, after: bool) -> None:
        for place in range(len(STEPS)):
            for charge, order in orders:
                word, first = order[place], place < order.index("discount")
                if word != "discount" and first != after:
                    made.extend(_charge_limit(word, charge, [*lines, *made], active, plan, cycle, rounding))

    orders = [(charge, in_order(charge.apply or plan.apply)) for charge in plan.charges]
    limits(after=False)
    made += discount_lines([*lines, *made], scoped, rounding)
    limits(after=True)
    return made + _plan_limits(in_order(plan.apply), plan, [*lines, *made], service, active, cycle, rounding)


def _charge_limit(
    word: str, charge: Charge, lines: Sequence[Line], active: Fraction, plan: Plan, cycle: Cycle, rounding: Rounding
) -> list[Line]:
    own = [x for x in lines if x.charge == charge.name]
    limit = charge.minimum if word == "minimum" else charge.cap
    if limit is None or not (active or own):
        return []
    day = (cycle.start if timing_of(charge, plan) == "advance" else cycle.end).date()
    which: Which = "minimum" if word == "minimum" else "cap"
    return limit_line(which, limit, own, active, rounding, charge.name, day, charge.taxed)


def _plan_limits(
    order: Sequence[str], plan: Plan, lines: Sequence[Line], service: Activity, active: Fraction, cycle: Cycle,
    rounding: Rounding,
) -> list[Line]:  # fmt: skip
    made: list[Line] = []
    if not service.active and not lines:
        return made
    for word in order:
        limit = {"minimum": plan.minimum, "cap": plan.cap}.get(word)
        if limit is not None:
            which: Which = "minimum" if word == "minimum" else "cap"
            found = limit_line(which, limit, [*lines, *made], active, rounding, None, cycle.end.date())
            made += [replace(x, plan=plan.name) for x in found]
    return made


def active_share(service: Activity, cycle: Cycle) -> Fraction:
    """The daily share of a period in which a plan serves."""
    return sum((share(i, cycle, DAILY) for i in service.active), Fraction(0))


def scoped_discounts(cut: Sequence[Segment]) -> list[Scoped]:
    """Discounts of charges, then of the contract; each covers the lines of its own segments and charges."""
    return [Scoped(d, _covers(_inside(span), d.on, d.plans), stack) for d, span, stack in standing_discounts(cut)]


def standing_discounts(cut: Sequence[Segment]) -> list[tuple[Discount, Interval, str]]:
    """Discounts as written, each with the local interval in which it stands and how it meets those before it.

    One that the next segment says again, in the same order, goes on: it is one discount, and an amount is taken once.
    """
    stack = cut[-1].plan.stack
    found: list[tuple[Discount, Interval, str]] = []
    for segment in cut:
        low, high = (dt.datetime.combine(day, dt.time()) for day in (segment.start, segment.end))
        own = [(replace(d, on=(c.name,)), c.stack or stack) for c in segment.plan.charges for d in c.discounts]
        at = 0
        for discount, meets in (*own, *((d, stack) for d in segment.discounts)):
            same = (i for i, (d, span, m) in enumerate(found) if (d, m, span[1]) == (discount, meets, low) and i >= at)
            place = next(same, None)
            if place is None:
                found.append((discount, (low, high), meets))
            else:
                found[place] = (discount, (found[place][1][0], high), meets)
                at = place + 1
    return found


def _inside(span: Interval) -> Callable[[Line], bool]:
    low, high = span

    def inside(line: Line) -> bool:
        return line.start is None or low <= line.start < high

    return inside


def _covers(inside: Callable[[Line], bool], on: Sequence[str], plans: Sequence[str]) -> Callable[[Line], bool]:
    def covers(line: Line) -> bool:
        return inside(line) and (not on or line.charge in on) and (not plans or line.plan in plans)

    return covers
