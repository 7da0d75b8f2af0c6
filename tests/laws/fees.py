"""A quarter of a customer's story on plans of fees: signing, cancelling, pauses, steps of seats; nothing rounded."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Literal

from hypothesis import strategies as st

from engine.model import (
    Book,
    BookCurrency,
    Bound,
    Charge,
    Cycle,
    Plan,
    Price,
    Prorate,
    Rate,
    Rounding,
    Span,
    Tier,
    Tiered,
)
from engine.money import PICO
from engine.rating import Cycle as Period
from engine.rating import Line, PlanUse, Subject, bill

ZONE = "Europe/Berlin"
FIRST, LAST = dt.datetime(2026, 1, 1), dt.datetime(2026, 4, 1)
EXACT = Rounding("half_up", 0)
Timing = Literal["advance", "arrears"]
TIMINGS: tuple[Timing, ...] = ("advance", "arrears")

RULES = [Prorate(), Prorate("secondly"), Prorate("fixed", 30), Prorate("30/360")]
rules = st.sampled_from(RULES)
cadences = st.sampled_from([None, None, Span(1, "month"), Span(1, "week"), Span(1, "day"), Span(10, "day")])
GRADUATED = Tiered("graduated", (Tier(Bound(Fraction(3)), Rate("unit", 2 * PICO)), Tier(None, Rate("unit", PICO // 3))))
VOLUME = Tiered(
    "volume", (Tier(Bound(Fraction(3)), Rate("unit", 2 * PICO)), Tier(None, Rate("package", PICO, Fraction(4))))
)
seat_prices: st.SearchStrategy[Price] = st.sampled_from([Rate("unit", PICO), GRADUATED, VOLUME])
moments = st.builds(
    lambda day, minute: FIRST + dt.timedelta(days=day, minutes=minute),
    st.integers(1, 89),
    st.sampled_from([0, 0, 1, 750]),
)
days = st.integers(1, 89).map(lambda day: FIRST + dt.timedelta(days=day))


@st.composite
def fee_charges(draw: st.DrawFn) -> tuple[Charge, ...]:
    """A fee and seats, each with a cadence."""
    fee = Charge("fee", Rate("flat", draw(st.integers(1, 99)) * PICO), every=draw(cadences))
    return fee, Charge("seats", draw(seat_prices), licensed="seat", every=draw(cadences))


@st.composite
def seats(draw: st.DrawFn) -> dict[str, tuple[tuple[dt.datetime | None, Fraction], ...]]:
    """Steps of a licensed quantity."""
    steps = draw(st.dictionaries(moments, st.integers(0, 9).map(Fraction), max_size=3))
    return {"seat": ((None, Fraction(draw(st.integers(0, 9)))), *sorted(steps.items()))}


pauses = st.lists(st.tuples(days, st.integers(1, 30)), max_size=2).map(
    lambda found: tuple((start, start + dt.timedelta(days=length)) for start, length in found)
)


def quarterly(name: str, charges: tuple[Charge, ...], rule: Prorate, timing: Timing = "arrears") -> Plan:
    """A plan billed once a quarter."""
    return Plan(name, Cycle(Span(1, "quarter"), timing), charges, prorate=rule)


def book(*plans: Plan, rounding: Rounding = EXACT) -> Book:
    """A book of these plans."""
    return Book("b", 1, dt.date(2025, 1, 1), BookCurrency("EUR", rounding), ZONE, plans=plans)


def lines(
    one: Book, uses: tuple[PlanUse, ...], timing: Literal["all", "advance", "arrears"] = "all", **facts: object
) -> list[Line]:
    """The lines of the first quarter of 2026."""
    cycle = Period(FIRST, LAST, (FIRST, LAST), ZONE, Span(1, "quarter"), timing)
    return list(bill(one, Subject(uses, ZONE, **facts), cycle, {}).lines)  # type: ignore[arg-type]


def exact(found: list[Line]) -> Fraction:
    """What lines come to before any rounding, in pico."""
    return sum((line.exact for line in found), Fraction(0))
