"""The windows of a commitment, counted from the start of its contract, and the days of its true-ups."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from engine.calendar import add_span, periods_from
from engine.model import Commit, Contract, Span
from engine.rating.shares import months_between

FAR = dt.date(9999, 1, 1)
_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


@dataclass(frozen=True, slots=True)
class Spell:
    """A window `[start, end)`: `count` spans of the commitment, of which the contract leaves `share`."""

    start: dt.date
    end: dt.date
    count: int = 1
    share: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Held:
    """What is known of a commitment after a billing period, in pico.

    window: first day of its window; used: usage that counted in it; paid: its true-ups so far; rolled: what earlier
    windows left, each with the day before which it is usable, earliest first; counted and units: used and
    rolled of a commitment in units, in base units.
    """

    window: dt.date
    used: int = 0
    paid: int = 0
    rolled: tuple[tuple[int, dt.date], ...] = ()
    counted: Fraction = Fraction(0)
    units: tuple[tuple[Fraction, dt.date], ...] = ()


N = TypeVar("N", int, Fraction)


def from_lots(lots: Sequence[tuple[N, dt.date]], wanted: N, day: dt.date) -> tuple[N, tuple[tuple[N, dt.date], ...]]:
    """(what rolled-over lots pay, the lots that are left); one that has ended pays nothing and is gone."""
    open_ = wanted
    left: list[tuple[N, dt.date]] = []
    for amount, until in lots:
        if day >= until:
            continue
        taken = min(amount, open_)
        open_ -= taken
        if amount > taken:
            left.append((amount - taken, until))
    return wanted - open_, tuple(left)


def usable_until(commit: Commit, end: dt.date) -> dt.date:
    """The day before which what a window ending on a day left is usable."""
    span = commit.rollover_for
    return add_span(end, span.count, span.unit) if span is not None else dt.date.max


def spell_of(commit: Commit, contract: Contract, day: dt.date) -> Spell:
    """The window that holds a day: the longer of the commitment's span and its true-up's."""
    last = contract.through + dt.timedelta(days=1) if contract.through is not None else FAR
    if commit.per is None:
        return Spell(contract.start, last)
    if commit.true_up == "term":
        return Spell(contract.start, last, max(1, _spans(contract.start, last, commit.per)))
    span, count = _longer(commit.per, commit.true_up)
    start, end = next(periods_from(contract.start, span.count, span.unit, max(day, contract.start)))
    if end <= last:
        return Spell(start, end, count)
    return Spell(start, last, count, Fraction((last - start).days, (end - start).days))


def _longer(per: Span, true_up: Span | None) -> tuple[Span, int]:
    """(the window's span, how many commitments it holds)."""
    if true_up is None:
        return per, 1
    own, other = _length(per), _length(true_up)
    return (true_up, int(other / own)) if other > own else (per, 1)


def _length(span: Span) -> Fraction:
    """A span in months; weeks and days by the average, only to compare and count."""
    if span.unit in _MONTHS:
        return Fraction(span.count * _MONTHS[span.unit])
    return Fraction(span.count * (7 if span.unit == "week" else 1), 30)


def _spans(start: dt.date, end: dt.date, per: Span) -> int:
    """Whole spans from one day to another."""
    if per.unit in _MONTHS:
        return months_between(start, end) // (per.count * _MONTHS[per.unit])
    return (end - start).days // (per.count * (7 if per.unit == "week" else 1))


def marks_in(commit: Commit, window: Spell, start: dt.date, end: dt.date) -> list[Fraction]:
    """Shares of the window's promise that must be met by the true-ups in `(start, end]`; the last one is whole."""
    rule = commit.true_up
    marks = [window.end]
    if isinstance(rule, Span):
        step = 1
        marks = []
        while (mark := add_span(window.start, rule.count * step, rule.unit)) < window.end:
            marks.append(mark)
            step += 1
        marks.append(window.end)
    return [Fraction(number, len(marks)) for number, mark in enumerate(marks, start=1) if start < mark <= end]
