"""Lines: what an invoice is made of, from the first charge to the amount due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, cast

from engine.model import NOWHERE, Place, Rounding
from engine.money import check_pico, round_ratio
from engine.rating.parts import Part

Kind = Literal[
    "usage", "recurring", "one_time", "licensed", "percent", "discount", "minimum", "cap", "credit", "coupon",
    "true_up", "overage", "correction", "commit", "tax", "credit_note", "wallet", "billed",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `exact` is pico as a ratio, `amount` whole pico rounded to the book's smallest unit.

    `charge` is the charge it belongs to (shares of discounts and coupons carry it too), `name` the clause that made
    it (a coupon, tax or wallet by its name). `start`/`end` are the local days it is for, `issued` the invoice's day.
    Discounts, credits and draw-downs are negative.
    """

    kind: Kind
    charge: str | None
    amount: int
    exact: Fraction
    name: str = ""
    label: str = ""
    quantity: Fraction | None = None
    unit: str | None = None
    start: dt.datetime | None = None
    end: dt.datetime | None = None
    issued: dt.date | None = None
    taxed: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    plan: str | None = None
    place: Place = NOWHERE


def rounded(exact: Fraction, rounding: Rounding) -> int:
    """Whole pico of a line: rounded once to the book's step, or only to pico where the book rounds the invoice.

    A step of zero rounds nothing: questions about exact amounts are asked of a book that does not round. The amount is
    then the ratio itself, and so is every sum of such amounts.
    """
    if rounding.per == "invoice":
        return _within(round_ratio(exact, rounding.mode))
    return to_step(exact, rounding)


def to_step(exact: Fraction, rounding: Rounding) -> int:
    """Whole pico rounded to the book's step, whatever the book says about where."""
    if not rounding.step:
        return cast(int, exact)
    return _within(round_ratio(exact / rounding.step, rounding.mode) * rounding.step)


def _within(amount: int | Fraction) -> int:
    """Amounts of a bill must fit; one that is not settled, or not rounded, is no amount of a bill."""
    return cast(int, amount) if isinstance(amount, Fraction) else check_pico(amount)


def amount_of(lines: Iterable[Line]) -> int:
    """The sum of the rounded amounts, in pico."""
    return _within(sum(line.amount for line in lines))


def spanned(lines: Sequence[Line]) -> tuple[dt.datetime | None, dt.datetime | None]:
    """The first start and the last end of lines."""
    starts = [x.start for x in lines if x.start is not None]
    ends = [x.end for x in lines if x.end is not None]
    return (min(starts) if starts else None), (max(ends) if ends else None)


AFTER_TOTAL: frozenset[str] = frozenset({"commit", "billed", "tax", "credit_note", "wallet"})
"""The kinds that come after `total`."""
