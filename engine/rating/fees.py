"""One line of a fee or licensed charge: its price for a quantity, and the invoice it stands on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from engine.model import Charge, Plan, Rounding
from engine.rating.evaluate import Context, price_parts
from engine.rating.lines import Kind, Line, rounded
from engine.rating.parts import Part
from engine.rating.readings import Portion
from engine.rating.shares import Cycle, Interval
from engine.rating.times import timing_of


def priced(charge: Charge, quantity: Fraction | None) -> list[Part]:
    """What a whole period costs at a licensed quantity in base units; a fee has none."""
    portions = [] if quantity is None else [Portion(quantity, 0)]
    return price_parts(charge.price, portions, Context({}, {}, charge.when_zero == "flat", subject=charge.name))


def scaled(parts: Iterable[Part], times: Fraction) -> list[Part]:
    """The parts when they are due so many times."""
    return [replace(p, amount=p.amount * times) for p in parts]


def issued(charge: Charge, plan: Plan, cycle: Cycle) -> dt.date:
    """The day of the invoice a charge of this period stands on: its start when in advance, else its end."""
    return (cycle.start if timing_of(charge, plan) == "advance" else cycle.end).date()


def fee_line(
    charge: Charge, plan: Plan, interval: Interval, cycle: Cycle, exact: Fraction, quantity: Fraction | None,
    parts: tuple[Part, ...], rounding: Rounding, credit: bool = False,
) -> Line:  # fmt: skip
    """A line of a fee, or a credit of one."""
    kind: Kind = "one_time" if charge.once else "licensed" if charge.licensed else "recurring"
    return Line(
        kind="credit" if credit else kind,
        charge=charge.name,
        amount=rounded(exact, charge.rounding or rounding),
        exact=exact,
        name="credit" if credit else charge.name,
        label=charge.label or charge.name,
        quantity=quantity,
        unit=charge.licensed,
        start=interval[0],
        end=interval[1],
        issued=interval[0].date() if credit else issued(charge, plan, cycle),
        taxed=charge.taxed,
        parts=parts,
        plan=plan.name,
        place=charge.place,
    )
