"""Recurring, one-time and licensed charges of one plan in one period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from engine.model import Charge, Plan, Rounding
from engine.rating.fees import fee_line, priced, scaled
from engine.rating.highs import high_lines
from engine.rating.licensed import highest, quantities, rise
from engine.rating.lines import Line
from engine.rating.parts import Part, total
from engine.rating.shares import Cycle, Interval, intersect
from engine.rating.subject import Activity, Subject
from engine.rating.terms import Segment
from engine.rating.times import Service, is_indivisible, rule_of, timing_of


def local_segments(segments: Iterable[Segment], cycle: Cycle) -> list[tuple[Interval, Segment]]:
    """Segments as local intervals inside the cycle."""
    result = []
    for segment in segments:
        interval = (_moment(segment.start), _moment(segment.end))
        cut = intersect([interval], (cycle.start, cycle.end))
        if cut:
            result.append((cut[0], segment))
    return result


def _moment(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day)


def recurring_lines(
    name: str, segments: Sequence[Segment], activity: Activity, cycle: Cycle, subject: Subject, rounding: Rounding,
    origin: dt.datetime | None = None,
) -> list[Line]:  # fmt: skip
    """Lines of a fee or licensed charge: one for every part of the period with its own price and service.

    A licensed quantity that changes inside a part makes parts of one line, rounded once. In advance the whole known
    service is billed and what was then not served is credited, each part on its own. A one-time fee is due in the
    period in which service begins. `origin`: where the customer's
    service of the period began, if another plan served first.
    """
    held = [(i, s.plan, c) for i, s in local_segments(segments, cycle) if (c := s.plan.charge(name)) is not None]
    if not held or not activity.known:
        return []
    steps = [m for own in subject.licensed.values() for m, _ in own if m is not None]
    starts = [a for a, _ in (*activity.known, *activity.active)] + [i[0] for i, _, _ in held]
    begins = activity.begins or subject.since or cycle.start
    changes = [use.start for use in subject.plans if use.start is not None]
    service = Service(cycle, subject, begins, origin or activity.known[0][0], frozenset((*steps, *starts, *changes)))
    lines: list[Line] = []
    for interval, plan, charge in held:
        advance = timing_of(charge, plan) == "advance"
        billed = list(activity.known if advance else activity.active)
        if advance and cycle.timing == "arrears":
            billed = []
        lost = activity.lost if advance and not charge.once and cycle.timing != "advance" else []
        if is_indivisible(charge, plan, cycle) and activity.active:
            lost = []
        for pieces, credit in ((billed, False), (lost, True)):
            for piece in intersect(pieces, interval):
                if charge.on_new_highs and charge.licensed is not None and not credit:
                    made = high_lines(charge, plan, piece, pieces, service, rounding)
                else:
                    made = _fee_lines(charge, plan, piece, pieces, service, rounding, credit=credit)
                later = advance and not credit
                lines += [_not_before(line, billed[0][0].date()) for line in made] if later else made
    return lines


def _not_before(line: Line, day: dt.date) -> Line:
    """In advance means on the first day of service: nobody is billed before they came."""
    return replace(line, issued=max(line.issued or day, day))


def _fee_lines(
    charge: Charge, plan: Plan, piece: Interval, pieces: list[Interval], service: Service, rounding: Rounding, *,
    credit: bool,
) -> list[Line]:  # fmt: skip
    parts: list[Part] = []
    last: Fraction | None = None
    whole = is_indivisible(charge, plan, service.cycle)
    for interval, quantity in quantities(charge, piece, service.subject):
        found = _whole(charge, plan, interval, quantity, pieces, service) if whole else None
        if found is None and not whole and (times := service.times(charge, plan, interval)) and quantity != 0:
            found = scaled(priced(charge, quantity), times)
        if found is not None:
            last = quantity
            parts += scaled(found, Fraction(-1 if credit else 1))
    exact = total(parts)
    if not parts or (credit and not exact):
        return []
    return [fee_line(charge, plan, piece, service.cycle, exact, last, tuple(parts), rounding, credit)]


def _whole(
    charge: Charge, plan: Plan, interval: Interval, quantity: Fraction | None, pieces: list[Interval], service: Service
) -> list[Part] | None:
    """What an indivisible price adds where an interval begins; None where nothing is due.

    once and full: a whole price for the highest quantity so far, so a later interval adds its rise above it. none:
    only for a whole period of service, and for the quantity that was held throughout.
    """
    before = highest(charge, pieces, interval[0], service.subject)
    if charge.once and not service.is_first:
        return None
    if charge.once or rule_of(charge, plan).basis == "full":
        return rise(charge, quantity, before)
    if pieces != [service.cycle.whole] or interval[0] != pieces[0][0]:
        return None
    lowest = None
    if charge.licensed is not None:
        held = quantities(charge, pieces[0], service.subject)
        lowest = min((q or Fraction(0) for _, q in held), default=Fraction(0))
        if not lowest or held[0][0][0] != pieces[0][0]:
            return None
    return priced(charge, lowest)
