"""`in advance on new highs`: a licensed quantity is paid for when it rises above what was paid in the period."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from engine.model import Charge, Plan, Rounding
from engine.rating.fees import fee_line, scaled
from engine.rating.licensed import highest, quantities, rise
from engine.rating.lines import Line
from engine.rating.parts import total
from engine.rating.shares import Interval, intersect
from engine.rating.times import Service


def high_lines(
    charge: Charge, plan: Plan, piece: Interval, pieces: list[Interval], service: Service, rounding: Rounding
) -> list[Line]:
    """The lines of a piece: one for each rise of the service's quantity up to its end, for what of the piece is left.

    Each is of the day it happens; a fall gives nothing back, and a rise to where the level has been costs nothing. The
    first one is billed with the period.
    """
    lines: list[Line] = []
    for served in pieces:
        for interval, quantity in quantities(charge, served, service.subject):
            before = highest(charge, pieces, interval[0], service.subject)
            found = rise(charge, quantity, before)
            rest = intersect([(interval[0], served[1])], piece)
            if found is None or quantity is None or not rest:
                continue
            own = replace(service, origin=interval[0])
            parts = tuple(scaled(found, own.times(charge, plan, rest[0])))
            line = fee_line(
                charge, plan, rest[0], service.cycle, total(parts), quantity - (before or Fraction(0)), parts, rounding
            )
            lines.append(line if not before else replace(line, issued=interval[0].date()))
    return lines
