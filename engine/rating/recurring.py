"""Recurring, one-time and licensed charges of one plan in one period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from engine.calendar import periods_from
from engine.model import Charge, Plan, Rounding
from engine.rating.evaluate import Context, price_parts
from engine.rating.lines import Kind, Line, rounded
from engine.rating.parts import Part, step, total
from engine.rating.readings import Portion
from engine.rating.shares import DAILY, Cycle, Interval, intersect, share, spans_in
from engine.rating.subject import Activity, Subject
from engine.rating.terms import Segment


def timing_of(charge: Charge, plan: Plan) -> str:
    """`advance` or `arrears`: the charge's own word, else the plan's; usage is always in arrears unless it says so."""
    if charge.timing is not None:
        return charge.timing
    return "arrears" if charge.meter else plan.cycle.timing


def issued(charge: Charge, plan: Plan, cycle: Cycle) -> dt.date:
    """The day of the invoice a charge of this period stands on: its start when in advance, else its end."""
    return (cycle.start if timing_of(charge, plan) == "advance" else cycle.end).date()


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
    name: str, segments: Sequence[Segment], activity: Activity, cycle: Cycle, subject: Subject, rounding: Rounding
) -> list[Line]:
    """Lines of a fee or licensed charge: one for every part of the period with its own price and service.

    A licensed quantity that changes inside a part makes parts of one line, rounded once. In advance the whole known
    service is billed and what was then not served is credited, each part on its own. A one-time fee is due in the first
    part of the period in which service begins.
    """
    lines: list[Line] = []
    begins = activity.begins or subject.since or cycle.start
    for interval, segment in local_segments(segments, cycle):
        charge = segment.plan.charge(name)
        if charge is None or (charge.once and (lines or not cycle.start <= begins < cycle.end)):
            continue
        advance = timing_of(charge, segment.plan) == "advance"
        billed = list(activity.known if advance else activity.active)
        if advance and cycle.timing == "arrears":
            billed = []
        lost = activity.lost if advance and not charge.once and cycle.timing != "advance" else []
        made: list[Line] = []
        for piece in intersect(billed, interval)[: 1 if charge.once else None]:
            if charge.on_new_highs and charge.licensed is not None:
                made += _high_lines(charge, segment.plan, piece, cycle, subject, rounding)
            else:
                made += _fee_lines(charge, segment.plan, piece, cycle, subject, rounding, credit=False)
        lines += [_not_before(line, billed[0][0].date()) for line in made] if advance else made
        for piece in intersect(lost, interval):
            lines += _fee_lines(charge, segment.plan, piece, cycle, subject, rounding, credit=True)
    return lines


def _not_before(line: Line, day: dt.date) -> Line:
    """In advance means on the first day of service: nobody is billed before they came."""
    return replace(line, issued=max(line.issued or day, day))


def _fee_lines(
    charge: Charge, plan: Plan, piece: Interval, cycle: Cycle, subject: Subject, rounding: Rounding, *, credit: bool
) -> list[Line]:
    parts: list[Part] = []
    last: Fraction | None = None
    for interval, quantity in _quantities(charge, piece, subject):
        portions = [] if quantity is None else [Portion(quantity, 0)]
        times = _times(charge, plan, interval, cycle, subject)
        if not times or (quantity is not None and not quantity):
            continue
        last = quantity
        context = Context({}, {}, charge.when_zero == "flat", subject=charge.name)
        sign = -1 if credit else 1
        parts += [
            Part(p.path, p.quantity, p.amount * times * sign, p.label, p.tier, p.place)
            for p in price_parts(charge.price, portions, context)
        ]
    exact = total(parts)
    if not parts or (credit and not exact):
        return []
    return [_line(charge, plan, piece, cycle, exact, last, tuple(parts), rounding, credit)]


def _high_lines(
    charge: Charge, plan: Plan, piece: Interval, cycle: Cycle, subject: Subject, rounding: Rounding
) -> list[Line]:
    """In advance on new highs: each rise above what was paid is a line of the day it happens, for the rest of the
    piece; a fall gives nothing back, and a rise to where the level has been costs nothing."""
    context = Context({}, {}, charge.when_zero == "flat", subject=charge.name)
    lines: list[Line] = []
    paid, parts_paid = Fraction(0), list[Part]()
    for interval, quantity in _quantities(charge, piece, subject):
        if quantity is None or quantity <= paid:
            continue
        rest = (interval[0], piece[1])
        times = _times(charge, plan, rest, cycle, subject)
        parts = price_parts(charge.price, [Portion(quantity, 0)], context)
        rise = [Part(p.path, p.quantity, p.amount * times, p.label, p.tier, p.place) for p in step(parts, parts_paid)]
        line = _line(charge, plan, rest, cycle, total(rise), quantity - paid, tuple(rise), rounding, False)
        lines.append(line if not lines else replace(line, issued=interval[0].date()))
        paid, parts_paid = quantity, parts
    return lines


def _line(
    charge: Charge, plan: Plan, interval: Interval, cycle: Cycle, exact: Fraction, quantity: Fraction | None,
    parts: tuple[Part, ...], rounding: Rounding, credit: bool,
) -> Line:  # fmt: skip
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


def _quantities(charge: Charge, piece: Interval, subject: Subject) -> list[tuple[Interval, Fraction | None]]:
    """The piece cut where the licensed quantity changes; a fee has no quantity."""
    if charge.licensed is None:
        return [(piece, None)]
    steps = subject.licensed.get(charge.licensed, ())
    result: list[tuple[Interval, Fraction | None]] = []
    for i, (start, quantity) in enumerate(steps):
        following = steps[i + 1][0] if i + 1 < len(steps) else None
        low = piece[0] if start is None else max(piece[0], start)
        high = piece[1] if following is None else min(piece[1], following)
        if low < high:
            result.append(((low, high), quantity))
    return result


def _times(charge: Charge, plan: Plan, interval: Interval, cycle: Cycle, subject: Subject) -> Fraction:
    """How many times the price is due for an interval of service."""
    rule = charge.prorate or plan.prorate or DAILY
    if charge.once:
        return Fraction(1)
    if charge.every is None or (charge.every.count, charge.every.unit) == (cycle.length.count, cycle.length.unit):
        return share(interval, cycle, rule)
    if _shorter(charge, cycle):
        return spans_in(interval, charge.every, rule)
    return _long_cadence(charge, plan, interval, cycle, subject)


_APPROXIMATE_DAYS = {"day": 1, "week": 7, "month": 30, "quarter": 91, "half_year": 182, "year": 365}


def _shorter(charge: Charge, cycle: Cycle) -> bool:
    assert charge.every is not None
    own = charge.every.count * _APPROXIMATE_DAYS.get(charge.every.unit, 0)
    return own < cycle.length.count * _APPROXIMATE_DAYS.get(cycle.length.unit, 0)


def _long_cadence(charge: Charge, plan: Plan, interval: Interval, cycle: Cycle, subject: Subject) -> Fraction:
    """A cadence longer than the cycle: due in the period in which it starts (advance) or ends (arrears)."""
    assert charge.every is not None
    said = next((u.signed or u.start for u in subject.plans if u.signed or u.start), None)
    signed = said or subject.since or cycle.start
    first, after = next(periods_from(signed.date(), charge.every.count, charge.every.unit, interval[0].date()))
    if timing_of(charge, plan) == "advance":
        return Fraction(int(cycle.start.date() <= first < cycle.end.date() and interval[0].date() <= first))
    return Fraction(int(cycle.start.date() < after <= cycle.end.date()))
