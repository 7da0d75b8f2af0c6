"""Commitments in units: so much of a meter in every window, inside a band or always.

A window that used less owes the missing quantity at the charge's own rate, an empty one all of it. What is beyond is
billed with the charge; an overage at a share of list, or at a rate of its own, adds the difference. In advance the
whole quantity is billed where its window starts, and usage draws it down. What was paid and not used may roll over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from engine.calendar import to_instant, to_local, tumbling
from engine.model import Book, Commit, Contract
from engine.money import exact_sum
from engine.rating.commit_rates import Priced, overage_rate, rate_at, tables_of
from engine.rating.errors import BadRequest
from engine.rating.lines import Kind, Line, rounded
from engine.rating.measure import portions
from engine.rating.parts import Part
from engine.rating.readings import Reading
from engine.rating.shares import Cycle, Interval, intersect
from engine.rating.slicing import Slicer
from engine.rating.spells import Held, from_lots, spell_of, usable_until

DAY = dt.timedelta(days=1)
_WITHIN_CYCLE = ("second", "minute", "hour", "day", "week", "month")


@dataclass(frozen=True, slots=True)
class UnitsSettled:
    """One commitment in units in one period: lines of the total, draw-downs after it, and what is held from then on."""

    total: tuple[Line, ...]
    drawn: tuple[Line, ...]
    held: Held


@dataclass(frozen=True, slots=True)
class Turn:
    """A piece of a window that is settled at once, as instants; `quantity` is what the whole window promises."""

    window: tuple[int, int]
    piece: tuple[int, int]
    quantity: Fraction


@dataclass(slots=True)
class _Sums:
    """Quantities and what they cost (pico) over the turns of a period."""

    prepaid: tuple[Fraction, Fraction] = (Fraction(0), Fraction(0))
    missing: tuple[Fraction, Fraction] = (Fraction(0), Fraction(0))
    beyond: tuple[Fraction, Fraction] = (Fraction(0), Fraction(0))
    drawn: tuple[Fraction, Fraction] = (Fraction(0), Fraction(0))


def _plus(sums: tuple[Fraction, Fraction], quantity: Fraction, rate: Fraction) -> tuple[Fraction, Fraction]:
    return sums[0] + quantity, sums[1] + quantity * rate


def unit_lines(
    book: Book, commit: Commit, contract: Contract, covered: Sequence[Priced],
    readings: Mapping[str, Sequence[Reading]], cycle: Cycle, service: Interval, held: Held | None,
) -> UnitsSettled:  # fmt: skip
    """A commitment in units for one billing period; `held` as the period before left it.

    service: the local interval of the period in which the contract holds. Windows longer than a month count from the
    contract's start. In arrears they are settled in the period in which they end; in advance the quantity is billed
    where they start, and usage draws it to zero.
    """
    if len(covered) != 1:
        raise BadRequest("a commitment in units draws on one metered charge", commit.place, "write `draws CHARGE`")
    priced, zone = covered[0], cycle.timezone
    state = held or Held(dt.date.min)
    turns = _turns(commit, contract, cycle, service)
    if not turns or (cycle.timing == "advance" and not commit.advance):
        return UnitsSettled((), (), state)
    first, last = turns[0].piece[0], turns[-1].piece[1]
    tables = tables_of(book, commit, priced, (first, last), zone)
    meter = book.meter(priced.charge.meter or "")
    found = portions(meter, readings.get(meter.name, ()), Slicer(), first, last, zone)
    sums = _Sums()
    for turn in turns:
        start, end = turn.piece
        if commit.band is None or tables[commit.band[0]].at(start) == commit.band[1]:
            used = exact_sum(p.quantity for p in found if start <= p.time < end)
            rate = rate_at(priced.charge.price, tables, start)
            extra = overage_rate(commit, priced, tables, start, rate) - rate
            state = _take_turn(commit, turn, used, (rate, extra), state, sums, zone)
    if cycle.timing == "advance":
        total = [_line("recurring", "commitment in advance", sums.prepaid, priced, commit, book, cycle)]
        return UnitsSettled(tuple(x for x in total if x.exact), (), held or Held(dt.date.min))
    total = [
        _line("true_up", "up to the commitment", sums.missing, priced, commit, book, cycle),
        _line("overage", "beyond the commitment", sums.beyond, priced, commit, book, cycle),
    ]
    if cycle.timing == "all":
        total.insert(0, _line("recurring", "commitment in advance", sums.prepaid, priced, commit, book, cycle))
    drawn = _line("commit", "drawn from the commitment", sums.drawn, priced, commit, book, cycle)
    return UnitsSettled(tuple(x for x in total if x.exact), (_negative(drawn),) if drawn.exact else (), state)


def _negative(line: Line) -> Line:
    return replace(line, amount=-line.amount, exact=-line.exact)


def _take_turn(
    commit: Commit, turn: Turn, used: Fraction, rates: tuple[Fraction, Fraction], state: Held, sums: _Sums, zone: str
) -> Held:
    """Settle one piece of a window into the sums: what rolled over pays first, then the window's own promise.

    rates: (of the charge, what overage adds to it).
    """
    (start, end), (rate, extra) = turn.window, rates
    day = to_local(start, zone).date()
    counted = state.counted if state.window == day and turn.piece[0] > start else Fraction(0)
    rolled, lots = from_lots(state.units, max(used, Fraction(0)), to_local(turn.piece[0], zone).date())
    rest = used - rolled
    within = min(rest, max(turn.quantity - counted, Fraction(0)))
    counted += rest
    sums.drawn = _plus(sums.drawn, rolled + (within if commit.advance else Fraction(0)), rate)
    sums.beyond = _plus(sums.beyond, rest - within, extra) if rest > within else sums.beyond
    if commit.advance and turn.piece[0] == start:
        sums.prepaid = _plus(sums.prepaid, turn.quantity, rate)
    short = max(turn.quantity - counted, Fraction(0))
    if turn.piece[1] == end:
        sums.missing = sums.missing if commit.advance else _plus(sums.missing, short, rate)
        lots += _rolled(commit, turn, short, to_local(end, zone).date())
    return replace(state, window=day, counted=counted, units=lots)


def _rolled(commit: Commit, turn: Turn, short: Fraction, end: dt.date) -> tuple[tuple[Fraction, dt.date], ...]:
    """What a window that ends leaves for later ones: unused and paid for."""
    if commit.rollover is None or not short:
        return ()
    most = [short, commit.rollover * turn.quantity, *([] if commit.rollover_most is None else [commit.rollover_most])]
    return ((min(most), usable_until(commit, end)),)


def _turns(commit: Commit, contract: Contract, cycle: Cycle, service: Interval) -> list[Turn]:
    """The windows inside the service; of longer ones the one that ends in it, in advance each piece inside it."""
    per, zone, quantity = commit.per, cycle.timezone, commit.quantity or Fraction(0)
    if per is not None and per.unit in _WITHIN_CYCLE:
        inside = intersect([service], (cycle.start, cycle.end))
        windows = [w for a, b in inside for w in tumbling(to_instant(a, zone), to_instant(b, zone), per, zone)]
        return [Turn(w, w, quantity) for w in windows]
    days = {service[0].date(), (cycle.end - DAY).date()}
    turns = []
    for spell in dict.fromkeys(spell_of(commit, contract, day) for day in sorted(days)):
        ends = (dt.datetime.combine(day, dt.time()) for day in (spell.start, spell.end))
        start, end = (to_instant(moment, zone) for moment in ends)
        promised = quantity * spell.count * spell.share
        a, b = (to_instant(moment, zone) for moment in service)
        if commit.advance:
            turns.append(Turn((start, end), (max(start, a), min(end, b)), promised))
        elif cycle.start.date() < spell.end <= cycle.end.date():
            turns.append(Turn((start, end), (start, end), promised))
    return turns


def _line(
    kind: Kind, label: str, sums: tuple[Fraction, Fraction], priced: Priced, commit: Commit, book: Book, cycle: Cycle
) -> Line:
    """A line of a quantity and what it costs; a draw-down belongs to the charge that it pays."""
    charge, (quantity, exact) = priced.charge, sums
    part = Part((kind,), quantity, exact, label, None, commit.place)
    issued = cycle.start if kind == "recurring" else cycle.end
    return Line(
        kind, charge.name if kind == "commit" else None, rounded(exact, book.currency.rounding), exact,
        "commitment" if kind == "recurring" else kind, label, quantity, commit.unit, cycle.start, cycle.end,
        issued.date(), charge.taxed, (part,), None, commit.place,
    )  # fmt: skip
