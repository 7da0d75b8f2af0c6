"""Escalation: rates times (1 + share) at every step, exactly, or rounded to stated decimals step by step."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from typing import Any

from engine.calendar import add_span
from engine.model import Book, Committed, Escalation, Matrix, Price, Rate, Tiered
from engine.money import PICO, round_to_step


def steps_due(escalation: Escalation, before: dt.date) -> list[dt.date]:
    """The days on which an escalation steps, all earlier than `before`."""
    days: list[dt.date] = []
    day = escalation.start
    while day < before:
        days.append(day)
        day = add_span(escalation.start, escalation.every.count * len(days), escalation.every.unit)
    return days


def escalated(price: Price, escalation: Escalation, book: Book, day: dt.date) -> Price:
    """The price with every step taken up to and on `day`."""
    for step in steps_due(escalation, day + dt.timedelta(days=1)):
        price = _scale(price, escalation, _share(escalation, book, step))
    return price


def _share(escalation: Escalation, book: Book, step: dt.date) -> Fraction:
    share = escalation.share or Fraction(0)
    if escalation.index is not None:
        points = next(i.points for i in book.indexes if i.name == escalation.index)
        share = next((value for date, value in sorted(points, reverse=True) if date <= step), Fraction(0))
    if escalation.floor is not None:
        share = max(share, escalation.floor)
    if escalation.ceiling is not None:
        share = min(share, escalation.ceiling)
    return share


def _scale(price: Price, escalation: Escalation, share: Fraction) -> Price:
    def money(amount: int | Fraction) -> int | Fraction:
        if not amount:
            return amount
        value = Fraction(amount) + escalation.amount if escalation.amount is not None else amount * (1 + share)
        if escalation.decimals is not None:
            value = round_to_step(value, Fraction(PICO, 10**escalation.decimals))
        return value.numerator if value.denominator == 1 else value

    def added(one: Rate | Tiered | Matrix | Committed) -> dict[str, Any]:
        return {"plus_flat": money(one.plus_flat), "plus_each": money(one.plus_each)}

    match price:
        case Rate():
            return replace(price, amount=money(price.amount), **added(price))
        case Tiered():
            tiers = tuple(replace(t, price=_scale(t.price, escalation, share)) for t in price.tiers)
            return replace(price, tiers=tiers, **added(price))
        case Matrix():
            cells = tuple(replace(c, price=_scale(c.price, escalation, share)) for c in price.cells)
            rest = None if price.otherwise is None else _scale(price.otherwise, escalation, share)
            return replace(price, cells=cells, otherwise=rest, **added(price))
        case Committed():
            then = _scale(price.then, escalation, share)
            return replace(price, amount=money(price.amount), then=then, **added(price))
    return price
