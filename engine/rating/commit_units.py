"""Commitments in units: so much of a meter in every window, inside a band or always.

A window that used less owes the missing quantity at the charge's own rate, an empty one all of it. What is beyond is
billed with the charge; an overage at a share of list, or at a rate of its own, adds the difference.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from engine.calendar import BandTable, band_table, to_instant, to_local, tumbling
from engine.model import Book, Charge, Commit, Contract, Matrix, Price, Rate
from engine.rating.errors import BadRequest
from engine.rating.lines import Kind, Line, rounded
from engine.rating.measure import portions
from engine.rating.parts import Part
from engine.rating.rates import slope
from engine.rating.readings import Reading
from engine.rating.shares import Cycle, Interval, intersect
from engine.rating.slicing import Slicer
from engine.rating.spells import spell_of

DAY = dt.timedelta(days=1)
_WITHIN_CYCLE = ("second", "minute", "hour", "day", "week", "month")


@dataclass(frozen=True, slots=True)
class Priced:
    """A charge that a commitment covers, as the contract prices it and at list."""

    charge: Charge
    listed: Charge


def unit_lines(
    book: Book, commit: Commit, contract: Contract, covered: Sequence[Priced],
    readings: Mapping[str, Sequence[Reading]], cycle: Cycle, service: Interval,
) -> list[Line]:  # fmt: skip
    """The true-up and overage lines of a commitment in units for one billing period.

    service: the local interval of the period in which the contract holds. Windows longer than a month count from the
    contract's start and are settled in the period in which they end.
    """
    if len(covered) != 1:
        raise BadRequest("a commitment in units draws on one metered charge", commit.place, "write `draws CHARGE`")
    priced, zone = covered[0], cycle.timezone
    meter = book.meter(priced.charge.meter or "")
    windows = _windows(commit, contract, cycle, service)
    if not windows:
        return []
    first, last = windows[0][0], windows[-1][1]
    tables = _tables(book, commit, priced, (first, last), zone)
    found = portions(meter, readings.get(meter.name, ()), Slicer(), first, last, zone)
    missing = beyond = owed = extra = Fraction(0)
    for start, end in windows:
        if commit.band is not None and tables[commit.band[0]].at(start) != commit.band[1]:
            continue
        used = sum((p.quantity for p in found if start <= p.time < end), Fraction(0))
        rate = _rate_at(priced.charge.price, tables, start)
        short = max((commit.quantity or Fraction(0)) - used, Fraction(0))
        over = max(used - (commit.quantity or Fraction(0)), Fraction(0))
        missing, owed = missing + short, owed + short * rate
        if over:
            beyond, extra = beyond + over, extra + over * (_overage_rate(commit, priced, tables, start, rate) - rate)
    made = [_line("true_up", "up to the commitment", missing, owed, priced, commit, book, cycle)]
    made.append(_line("overage", "beyond the commitment", beyond, extra, priced, commit, book, cycle))
    return [line for line in made if line.exact]


def _windows(commit: Commit, contract: Contract, cycle: Cycle, service: Interval) -> list[tuple[int, int]]:
    """Windows as instants: those inside the service, or the one long window that ends in this period."""
    per, zone = commit.per, cycle.timezone
    if per is not None and per.unit in _WITHIN_CYCLE:
        inside = intersect([service], (cycle.start, cycle.end))
        return [w for a, b in inside for w in tumbling(to_instant(a, zone), to_instant(b, zone), per, zone)]
    spell = spell_of(commit, contract, (cycle.end - DAY).date())
    if not cycle.start.date() < spell.end <= cycle.end.date():
        return []
    ends = (dt.datetime.combine(day, dt.time()) for day in (spell.start, spell.end))
    start, end = (to_instant(moment, zone) for moment in ends)
    return [(start, end)]


def _tables(book: Book, commit: Commit, priced: Priced, window: tuple[int, int], zone: str) -> dict[str, BandTable]:
    """Band tables of the commitment's own calendar and of those that price the charge."""
    names = {commit.band[0]} if commit.band is not None else set()
    for price in (priced.charge.price, priced.listed.price):
        if isinstance(price, Matrix):
            names.update(axis.calendar for axis in price.axes if axis.calendar is not None)
    tables: dict[str, BandTable] = {}
    for name in names:
        calendar = book.calendar(name)
        here = calendar.timezone or zone
        days = to_local(window[0], here).date() - DAY, to_local(window[1], here).date() + DAY
        tables[name] = band_table(calendar, here, *days)
    return tables


def _rate_at(price: Price, tables: Mapping[str, BandTable], instant: int) -> Fraction:
    """Pico per base unit of a plain rate, or of the row of the band at an instant."""
    match price:
        case Rate(kind="unit"):
            return slope(price)
        case Matrix(axes=(axis,)) if axis.calendar is not None:
            band = tables[axis.calendar].at(instant)
            row = next((cell.price for cell in price.cells if cell.keys[0] in (band, None)), price.otherwise)
            if row is not None:
                return _rate_at(row, tables, instant)
    raise BadRequest("a commitment in units needs one price for a unit, the same for all of them", price.place)


def _overage_rate(
    commit: Commit, priced: Priced, tables: Mapping[str, BandTable], instant: int, rate: Fraction
) -> Fraction:
    if commit.overage_price is not None:
        return _rate_at(commit.overage_price, tables, instant)
    if commit.overage is not None:
        return commit.overage * _rate_at(priced.listed.price, tables, instant)
    return rate


def _line(
    kind: Kind, label: str, quantity: Fraction, exact: Fraction, priced: Priced, commit: Commit, book: Book,
    cycle: Cycle,
) -> Line:  # fmt: skip
    charge = priced.charge
    part = Part((kind,), quantity, exact, label, None, commit.place)
    return Line(
        kind, None, rounded(exact, book.currency.rounding), exact, kind, label, quantity, commit.unit, cycle.start,
        cycle.end, cycle.end.date(), charge.taxed, (part,), None, commit.place,
    )  # fmt: skip
