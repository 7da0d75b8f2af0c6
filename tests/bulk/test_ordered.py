"""Charges that look at single events (rounded, freed, split over tiers across rows): set-based equals the reference."""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engine.model import (
    Axis,
    Book,
    BookCurrency,
    Bound,
    Cell,
    Charge,
    Cycle,
    Free,
    Matrix,
    Measure,
    Meter,
    Plan,
    QuantityRounding,
    Rate,
    Rounding,
    Span,
    Tier,
    Tiered,
)
from engine.money import PICO
from engine.rating.compile import compile_charge
from engine.rating.evaluate import Context
from tests.bulk.books import CHANGE, METERS, START, TARIFF, ZONE, World, by_bulk, by_reference, events, renamed
from tests.bulk.charges import METER, across, bounds, charges, frees, matrices, plain, roundings
from tests.metering.worlds import Event


@st.composite
def ordered(draw: st.DrawFn) -> Charge:
    """A charge on single events of additive meters."""
    form = draw(st.sampled_from(["free over rows", "tiers across rows", "rounded"]))
    charge = draw(charges({"free over rows": matrices(), "tiers across rows": across(), "rounded": plain}[form]))
    free = draw(
        st.sampled_from([f for f in frees if f is None or f.events is None])
        if form != "free over rows"
        else bounds.map(Free)
    )
    rounding = draw(roundings if form != "rounded" else roundings.filter(bool))
    weigh = None if charge.weigh is None else ("kind", charge.weigh[1])
    price = renamed(charge.price, draw(st.booleans()))
    if isinstance(price, Matrix):
        price = replace(price, plus_flat=0)
    made = replace(charge, price=price, free=free, round_to=rounding, weigh=weigh, when_zero="nothing")
    assume(compile_charge(made, METER, Context({}, {})).kind == "ordered")
    return made


@st.composite
def ordered_books(draw: st.DrawFn) -> Book:
    """A book with one or two such charges on the same meter; prices may change on the 18th."""
    meter = draw(st.sampled_from(["used", "used", "calls"]))
    names = ["c0", "c1"][: draw(st.integers(1, 2))]
    made = [replace(draw(ordered()), name=n, meter=meter) for n in names]
    plans = [Plan("p", Cycle(Span(1, "month")), tuple(made), start=dt.date(2026, 1, 1))]
    if draw(st.booleans()):
        later = tuple(replace(draw(ordered()), name=n, meter=meter) for n in names)
        plans = [
            replace(plans[0], through=CHANGE - dt.timedelta(days=1)),
            replace(plans[0], charges=later, start=CHANGE),
        ]
    return book_of(*plans)


def book_of(*plans: Plan) -> Book:
    """A book of these versions of plan `p`."""
    currency = BookCurrency("EUR", Rounding("half_up", 10**10))
    return Book("b", 1, dt.date(2026, 1, 1), currency, ZONE, calendars=(TARIFF,), meters=METERS, plans=plans)


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(ordered_books(), events())
def test_bills_of_single_events_are_equal(book: Book, found: list[Event]) -> None:
    world = World(book, found)
    expected = by_reference(world)
    with tempfile.TemporaryDirectory() as folder:
        outcome, lines = by_bulk(world, Path(folder))
    for sub, _, cohort in world.members():
        # a free event in a region without a price has none to pay: the reference finds that out
        if cohort.number in outcome.irregular or sub in outcome.subs:
            assert sub not in lines
        else:
            assert list(map(str, lines.get(sub, []))) == list(map(str, expected[sub]))


def rows(*amounts: int) -> Matrix:
    """A price each for eu and us."""
    cells = tuple(Cell((k,), Rate("unit", a * PICO)) for k, a in zip(("eu", "us"), amounts, strict=True))
    return Matrix((Axis("kind"),), cells)


def events_of(*quantities: tuple[str, str]) -> list[Event]:
    """Events of account x, one a second, in the order given."""
    return [
        Event(n + 1, f"{n:03}", "s", "x", START + n * 1_000_000, (("a", Fraction(q)), ("kind", kind)))
        for n, (q, kind) in enumerate(quantities)
    ]


@pytest.mark.parametrize(
    ("charge", "usage", "amount"),
    [
        # the first 5 are free, whatever their region: 3 of eu and 2 of us
        (Charge("c", rows(1, 10), meter="used", free=Free(Fraction(5))), [("3", "eu"), ("4", "us"), ("1", "eu")], 21),
        # the allowance that a correction gives back is free again
        (Charge("c", rows(1, 10), meter="used", free=Free(Fraction(5))), [("6", "us"), ("-4", "us"), ("5", "eu")], 2),
        # both regions fill the same tiers: 4 of eu, then 6 + 2 of us
        (
            Charge(
                "c",
                Tiered("graduated", (Tier(Bound(Fraction(10)), rows(1, 2)), Tier(None, rows(3, 7)))),
                meter="used",
            ),
            [("4", "eu"), ("8", "us")],
            4 + 12 + 14,
        ),
        # every event is rounded up on its own, and none is less than 2
        (
            Charge(
                "c",
                Rate("unit", PICO),
                meter="used",
                round_to=QuantityRounding(Fraction(1), each_event=True, least=Fraction(2)),
            ),
            [("0.1", "eu"), ("2.5", "us")],
            5,
        ),
        # an event is rounded before it is weighed: 2 x 10 of eu, 3 / 2 of us
        (
            Charge(
                "c",
                Rate("unit", 2 * PICO),
                meter="used",
                round_to=QuantityRounding(Fraction(1), each_event=True),
                weigh=("kind", (("eu", Fraction(10)), ("us", Fraction(1, 2)))),
            ),
            [("1.1", "eu"), ("2.5", "us")],
            43,
        ),
    ],
)
def test_events_one_by_one(charge: Charge, usage: list[tuple[str, str]], amount: int, tmp_path: Path) -> None:
    world = World(book_of(Plan("p", Cycle(Span(1, "month")), (charge,), start=dt.date(2026, 1, 1))), events_of(*usage))
    outcome, lines = by_bulk(world, tmp_path)
    assert not outcome.irregular
    assert [row[3] for row in lines[0]] == [amount * PICO]
    assert lines[0] == by_reference(world)[0]


@pytest.mark.parametrize(
    ("charge", "meter", "reason"),
    [
        (
            Charge("c", rows(1, 2), meter="used", free=Free(Fraction(1))),
            Meter("used", "use", Measure("max"), "unit"),
            "add up",
        ),
        (
            Charge("c", rows(1, 2), meter="used", free=Free(Fraction(1)), round_to=QuantityRounding(Fraction(1))),
            METER,
            "shared out",
        ),
        (Charge("c", Tiered("volume", (Tier(None, rows(1, 2)),)), meter="used"), METER, "open, graduated"),
        (
            Charge("c", Tiered("graduated", (Tier(None, rows(1, 2)),), plus_each=1), meter="used"),
            METER,
            "for each event",
        ),
    ],
)
def test_what_no_order_of_events_settles_goes_to_the_reference(charge: Charge, meter: Meter, reason: str) -> None:
    compiled = compile_charge(charge, meter, Context({}, {}))
    assert compiled.kind == "scalar"
    assert reason in compiled.reason
