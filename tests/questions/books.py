"""Random plans for questions: every price form that one quantity decides, with what may stand around it."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from hypothesis import strategies as st

from engine.model import (
    Book,
    BookCurrency,
    Bound,
    Charge,
    Committed,
    Cycle,
    Discount,
    Free,
    Limit,
    Measure,
    Meter,
    PercentOf,
    Plan,
    Price,
    QuantityRounding,
    Rate,
    Rounding,
    Span,
    Tier,
    Tiered,
    Unit,
)
from engine.questions import Asked

CENT = 10**10
START = dt.date(2026, 1, 1)
PERIOD = (dt.datetime(2026, 10, 1), dt.datetime(2026, 11, 1))

amounts = st.integers(0, 3 * 10**12).map(lambda n: n // 10**9 * 10**9)
sizes = st.sampled_from([Fraction(n) for n in (1, 3, 10)] + [Fraction(5, 2)])
flats = st.one_of(st.just(0), amounts)
units = st.builds(Rate, kind=st.just("unit"), amount=amounts, per=sizes, plus_flat=flats)
packages = st.builds(Rate, kind=st.just("package"), amount=amounts, per=sizes, plus_flat=flats)
rates = st.one_of(units, packages, st.builds(Rate, kind=st.just("flat"), amount=amounts))
not_sold = Rate("not_sold")


@st.composite
def tiered(draw: st.DrawFn) -> Tiered:
    """One to four tiers; the last may be closed to what is not sold."""
    borders = sorted(draw(st.sets(st.integers(1, 40), max_size=3)))
    uppers = [Bound(Fraction(b)) for b in borders] + [None]
    tiers = [Tier(u, draw(rates)) for u in uppers]
    if borders and draw(st.booleans()):
        tiers[-1] = Tier(None, not_sold)
    mode = draw(st.sampled_from(["graduated", "volume"]))
    return Tiered(mode, tuple(tiers), plus_flat=draw(st.integers(0, 10**12)))


prices: st.SearchStrategy[Price] = st.one_of(
    rates, tiered(), st.builds(Committed, quantity=sizes, amount=amounts, then=units)
)
limits = st.one_of(st.none(), st.builds(Limit, amount=st.integers(0, 40 * 10**12)))
shares = st.builds(Discount, share=st.fractions(0, 1, max_denominator=7))
offs = st.builds(Discount, amount=amounts)
discounts = st.lists(st.one_of(shares, offs), max_size=2).map(tuple)
roundings = st.one_of(
    st.none(), st.builds(QuantityRounding, step=sizes, mode=st.sampled_from(["up", "down", "half_up"]))
)
frees = st.one_of(st.none(), st.builds(Free, quantity=sizes))


def charge(name: str, meter: str | None = "m") -> st.SearchStrategy[Charge]:
    """A charge of a meter, with everything that may stand on one."""
    return st.builds(
        Charge, name=st.just(name), price=prices, meter=st.just(meter), round_to=roundings, free=frees,
        discounts=discounts, minimum=limits, cap=limits,
    )  # fmt: skip


fee = st.builds(Charge, name=st.just("fee"), price=st.builds(Rate, kind=st.just("flat"), amount=amounts))
share_of = st.builds(Charge, name=st.just("on_top"), price=st.builds(
    PercentOf, share=st.fractions(0, 1, max_denominator=5), charges=st.just(("a",))
))  # fmt: skip


@st.composite
def plans(draw: st.DrawFn, name: str = "p") -> Plan:
    """A monthly plan with one or two charges of the same meter, and perhaps a fee and a share of a charge."""
    charges = [draw(charge("a"))]
    charges += [draw(extra) for extra in (charge("b"), fee, share_of) if draw(st.booleans())]
    return Plan(
        name, Cycle(Span(1, "month")), tuple(charges), minimum=draw(limits), cap=draw(limits),
        discounts=draw(discounts), stack=draw(st.sampled_from(["multiply", "add", "in order"])),
    )  # fmt: skip


def book(*found: Plan, aggregation: str = "sum", step: int = CENT, mode: str = "half_up") -> Book:
    """A book of these plans with one meter `m`."""
    measure = Measure(aggregation)  # type: ignore[arg-type]
    return Book(
        "b", 1, START, BookCurrency("USD", Rounding(mode, step)), "UTC",  # type: ignore[arg-type]
        units=(Unit("call", "call"),), plans=found,
        meters=(Meter("m", "e", measure, "call", "call"),),
    )  # fmt: skip


def asked(found: Book, plan: str = "p") -> Asked:
    """The question about one plan of a book in October."""
    return Asked(found, "m", PERIOD, plan=plan)
