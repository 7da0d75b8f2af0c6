"""Commitments in money: what usage draws from them, what is due when they are not used, what is beyond them.

A commitment holds in windows of its span from the contract's start (per term: one window). A billing period belongs to
the window that holds its first day. In arrears usage is billed as used, and what is missing at a true-up is billed; in
advance the amount is billed when its window starts, and usage draws it to zero.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from engine.model import Commit, Contract, Rounding
from engine.rating.commit_rates import plain_slope
from engine.rating.errors import BadRequest
from engine.rating.lines import AFTER_TOTAL, Kind, Line, rounded
from engine.rating.spells import Held, Spell, from_lots, marks_in, spell_of, usable_until
from engine.rating.splitting import is_due, split

LABELS: dict[Kind, str] = {
    "recurring": "commitment in advance",
    "true_up": "up to the commitment",
    "overage": "beyond the commitment",
}
ListPrice = Callable[[tuple[str, ...]], Fraction]
"""Pico that the usage of these charges (none: all) costs at list prices in this period."""


@dataclass(frozen=True, slots=True)
class Settled:
    """One commitment in one period: lines of the total, draw-downs after it, and what is held from then on."""

    total: tuple[Line, ...]
    drawn: tuple[Line, ...]
    held: Held


@dataclass(frozen=True, slots=True)
class Period:
    """The billing period that a commitment meets: its days `[start, end)`, its rounding, and which lines it carries."""

    start: dt.date
    end: dt.date
    rounding: Rounding
    timing: str = "all"


def settle_commit(
    commit: Commit, contract: Contract, period: Period, lines: Sequence[Line], held: Held | None, used_before: int,
    list_price: ListPrice,
) -> Settled:  # fmt: skip
    """One money commitment against a period's lines (after discounts and coupons).

    held: as the period before left it; None where nothing is known, then `used_before` pico count as used.
    """
    window = spell_of(commit, contract, period.start)
    promised = _promised(commit, window)
    state = _opened(held, window, used_before)
    nets = _nets(commit, lines)
    rolled, lots = from_lots(state.rolled, max(_positive(nets), 0), period.start)
    drawn = _draw(commit, rolled, nets, lines, period)
    base = sum(nets.values()) - rolled
    total = _prepaid(commit, window, promised, period, lines)
    room = max(promised - state.used, 0)
    if commit.advance:
        taken = max(0, min(room, _positive(_nets(commit, [*lines, *drawn]))))
        drawn += _draw(commit, taken, _nets(commit, [*lines, *drawn]), lines, period)
    total += _overage(commit, max(base - room, 0), base + rolled, list_price, lines, period)
    state = replace(state, used=state.used + base, rolled=lots)
    if not commit.advance and period.timing != "advance":
        made, state = _true_ups(commit, window, promised, state, lines, period)
        total += made
    return Settled(tuple(total), tuple(drawn), _closed(commit, window, promised, state, period))


def _promised(commit: Commit, window: Spell) -> int:
    """Pico promised for a window; one that the contract cuts short owes the share of its days."""
    exact = (commit.amount or 0) * window.count * window.share
    return exact.numerator // exact.denominator


def _opened(held: Held | None, window: Spell, used_before: int) -> Held:
    if held is None:
        return Held(window.start, used_before)
    if held.window == window.start:
        return held
    return replace(held, window=window.start, used=0, paid=0)


def _nets(commit: Commit, lines: Sequence[Line]) -> dict[str | None, int]:
    """Nets by charge of the lines that the commitment covers, without its own."""
    found: dict[str | None, int] = {}
    for line in lines:
        if line.kind in AFTER_TOTAL - {"commit"} or line.charge is None or line.kind in ("true_up", "overage"):
            continue
        if not commit.draws or line.charge in commit.draws:
            found[line.charge] = found.get(line.charge, 0) + line.amount
    return found


def _positive(nets: Mapping[str | None, int]) -> int:
    return sum(amount for amount in nets.values() if amount > 0)


def _draw(
    commit: Commit, amount: int, nets: Mapping[str | None, int], lines: Sequence[Line], period: Period
) -> list[Line]:
    """Draw-down lines, shared over the charges by largest remainder; they carry the taxes of what they pay."""
    covered = {charge: net for charge, net in nets.items() if net > 0}
    if amount <= 0 or not covered:
        return []
    taxed = {line.charge: line.taxed for line in lines if line.charge in covered and line.taxed}
    parts = zip(covered, split(amount, list(covered.values())), strict=True)
    return [
        Line(
            "commit", charge, -part, Fraction(-1) * part, "commit", "drawn from the commitment", issued=period.end,
            taxed=taxed.get(charge, ()), place=commit.place,
        )
        for charge, part in parts
        if is_due(part)
    ]  # fmt: skip


def _prepaid(commit: Commit, window: Spell, promised: int, period: Period, lines: Sequence[Line]) -> list[Line]:
    """The whole amount on the invoice of the day its window starts."""
    if not commit.advance or period.timing == "arrears" or not period.start <= window.start < period.end:
        return []
    return [_line(commit, "recurring", "commitment", Fraction(promised), lines, period, window.start)]


def _overage(
    commit: Commit, beyond: int, whole: int, list_price: ListPrice, lines: Sequence[Line], period: Period
) -> list[Line]:
    """What usage beyond the commitment costs more (or less), at its share of list prices or at a rate of its own.

    `whole`: what all the usage cost. Which part of it is beyond is told by money.
    """
    if beyond <= 0 or (commit.overage is None and commit.overage_price is None):
        return []
    if commit.overage_price is not None:
        exact = _quantity(commit, lines) * plain_slope(commit.overage_price) / whole * beyond - beyond
    else:
        exact = list_price(commit.draws) / whole * (commit.overage or 0) * beyond - beyond
    return [_line(commit, "overage", "overage", exact, lines, period, period.end)] if exact else []


def _quantity(commit: Commit, lines: Sequence[Line]) -> Fraction:
    """The quantity that a commitment covers: of one charge, else a rate per unit says nothing."""
    covered = [x for x in lines if x.charge is not None and (not commit.draws or x.charge in commit.draws)]
    if (
        any(x.kind in ("recurring", "one_time", "licensed", "percent") for x in covered)
        or len({x.charge for x in covered if x.kind == "usage"}) > 1
    ):
        raise BadRequest("an overage at a rate needs one metered charge", commit.place, "write `draws CHARGE`")
    return sum((x.quantity or Fraction(0) for x in covered if x.kind == "usage"), Fraction(0))


def _true_ups(
    commit: Commit, window: Spell, promised: int, state: Held, lines: Sequence[Line], period: Period
) -> tuple[list[Line], Held]:
    """What is missing at each true-up that falls into the period: its share of the promise, less use and true-ups."""
    made: list[Line] = []
    for share in marks_in(commit, window, period.start, period.end):
        missing = share * promised - state.used - state.paid
        if missing > 0:
            line = _line(commit, "true_up", "true_up", Fraction(1) * missing, lines, period, period.end)
            made.append(line)
            state = replace(state, paid=state.paid + line.amount)
    return made, state


def _closed(commit: Commit, window: Spell, promised: int, state: Held, period: Period) -> Held:
    """At the end of a window what is unused and paid for rolls over, up to its share."""
    if not period.start < window.end <= period.end or commit.rollover is None:
        return state
    unused = max(promised - state.used, 0) if commit.advance else state.paid
    most = min(commit.rollover * promised, promised if commit.rollover_most is None else commit.rollover_most)
    rolled = min(unused, most.numerator // most.denominator)
    return replace(state, rolled=(*state.rolled, (rolled, usable_until(commit, window.end)))) if rolled else state


def _line(
    commit: Commit, kind: Kind, name: str, exact: Fraction, lines: Sequence[Line], period: Period, issued: dt.date
) -> Line:
    """A line of the commitment itself; it is taxed as the charges it covers where they are all taxed alike."""
    taxes = {line.taxed for line in lines if line.charge in commit.draws or (not commit.draws and line.charge)}
    return Line(
        kind, None, rounded(exact, period.rounding), exact, name, LABELS[kind], issued=issued,
        taxed=next(iter(taxes)) if len(taxes) == 1 else (), place=commit.place,
    )  # fmt: skip
