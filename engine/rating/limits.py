"""Minimums and caps of charges and plans, each as its own line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

from engine.model import Limit, Rounding
from engine.rating.lines import Line, amount_of, rounded, spanned

Which = Literal["minimum", "cap"]


def limit_line(
    which: Which, limit: Limit | None, lines: Sequence[Line], share: Fraction, rounding: Rounding,
    charge: str | None, issued: dt.date | None, taxed: tuple[str, ...] = (),
) -> list[Line]:  # fmt: skip
    """What lifts the lines to a minimum, or lowers them to a cap; nothing when they are within it.

    `share` is the active part of the period: it shrinks the limit only where the book says `prorated`.
    """
    if limit is None:
        return []
    bound = limit.amount * (share if limit.prorated else Fraction(1))
    missing = bound - amount_of(lines)
    if (which == "minimum" and missing <= 0) or (which == "cap" and missing >= 0):
        return []
    amount = rounded(bound, rounding) - amount_of(lines)
    if not amount:
        return []
    owner = lines[0] if lines else None
    start, end = spanned(lines)
    return [
        Line(
            kind=which,
            charge=charge,
            amount=amount,
            exact=missing,
            name=which,
            label="up to the minimum" if which == "minimum" else "down to the cap",
            start=start,
            end=end,
            issued=issued,
            taxed=taxed or limit.taxed,
            plan=owner.plan if owner else None,
            place=limit.place,
        )
    ]
