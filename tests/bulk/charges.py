"""Random charges of every price form, and random portions with boundary, negative and huge quantities."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from hypothesis import strategies as st

from engine.model import (
    Axis,
    Bound,
    Cell,
    Charge,
    Committed,
    Free,
    Matrix,
    Measure,
    Meter,
    Price,
    Property,
    QuantityRounding,
    Rate,
    Tier,
    Tiered,
    UnitRounding,
)
from engine.money import PICO
from engine.rating.readings import Portion

REGIONS = ("eu", "us", "ap")
METER = Meter("used", "use", Measure("sum", value=Property("q")), "unit", by=())
COUNT = Meter("used", "use", Measure("count"), "unit", by=())

amounts = st.sampled_from([0, 1, 7, PICO // 3, 9 * PICO // 100, PICO, 25 * PICO, -PICO, 10**20])
fees = st.sampled_from([0, 0, 0, PICO, 3 * PICO // 10])
pers = st.sampled_from([Fraction(1), Fraction(10), Fraction(1000), Fraction(3), Fraction(1, 4), Fraction(10**9)])
shares = st.sampled_from([Fraction(29, 1000), Fraction(1, 3), Fraction(5, 100), Fraction(0)])
bounds = st.sampled_from([Fraction(n) for n in (1, 2, 5, 10, 100, 1000)] + [Fraction(5, 2), Fraction(1, 3)])


@st.composite
def rates(draw: st.DrawFn, *, bounded: bool = False, sold: bool = True) -> Rate:
    """A rate of any kind; `bounded` adds per-event bounds."""
    kind = draw(st.sampled_from(["unit", "unit", "package", "percent", "flat", *([] if sold else ["not_sold"])]))
    return Rate(
        kind=kind,  # type: ignore[arg-type]
        amount=0 if kind in ("percent", "not_sold") else draw(amounts),
        per=draw(pers) if kind in ("unit", "package") else Fraction(1),
        share=draw(shares) if kind == "percent" else Fraction(0),
        gross=kind == "percent" and draw(st.booleans()),
        plus_flat=0 if kind == "flat" else draw(fees),
        plus_each=draw(fees),
        at_least=draw(st.sampled_from([None, 0, PICO])) if bounded else None,
        at_most=draw(st.sampled_from([None, 5 * PICO])) if bounded else None,
        unit_rounding=draw(st.sampled_from([None, UnitRounding("half_up", PICO // 1000, Fraction(7))]))
        if kind == "unit"
        else None,
    )


@st.composite
def tiered(draw: st.DrawFn) -> Tiered:
    """Graduated or volume tiers, open or closed at the end."""
    uppers = sorted(draw(st.sets(bounds, min_size=1, max_size=4)))
    ends = [Bound(u) for u in uppers]
    closing: list[Bound | None] = [] if draw(st.booleans()) and draw(st.booleans()) else [None]
    mode = draw(st.sampled_from(["graduated", "volume"]))
    own = draw(fees)
    tiers = []
    for end in [*ends, *closing]:
        rate = draw(rates(sold=draw(st.integers(0, 9)) > 0))
        if mode == "graduated":
            rate = replace(rate, plus_each=0 if rate.gross else own)
        tiers.append(Tier(end, rate))
    return Tiered(mode, tuple(tiers), plus_flat=draw(fees), plus_each=draw(fees))  # type: ignore[arg-type]


@st.composite
def committed(draw: st.DrawFn) -> Committed:
    """A committed amount and what is beyond."""
    beyond = draw(st.one_of(rates(), tiered()))
    return Committed(draw(bounds), draw(amounts), beyond, plus_flat=draw(fees), plus_each=draw(fees))


plain = st.one_of(rates(), tiered(), committed())


@st.composite
def matrices(draw: st.DrawFn) -> Matrix:
    """A matrix over regions; one row may be `any`, the rest may be `otherwise` or missing."""
    keys = draw(st.lists(st.sampled_from([*REGIONS, None]), min_size=1, max_size=3, unique=True))
    otherwise = draw(st.one_of(st.none(), plain, plain))
    cells = tuple(Cell((k,), draw(plain)) for k in keys)
    flat = draw(fees) if draw(st.integers(0, 9)) == 9 else 0
    return Matrix((Axis("region"),), cells, otherwise, plus_flat=flat, plus_each=draw(fees))


@st.composite
def across(draw: st.DrawFn) -> Tiered:
    """Graduated tiers filled across the rows of matrices inside them."""
    uppers = sorted(draw(st.sets(bounds, min_size=1, max_size=3)))
    closing: list[Bound | None] = [None]
    rows = st.sampled_from([*REGIONS, None])
    tiers = []
    for end in [*map(Bound, uppers), *closing]:
        keys = draw(st.lists(rows, min_size=1, max_size=2, unique=True))
        cells = tuple(Cell((k,), replace(draw(rates()), plus_each=0)) for k in keys)
        matrix = Matrix((Axis("region"),), cells, replace(draw(rates()), plus_each=0))
        tiers.append(Tier(end, draw(st.sampled_from([matrix, matrix, cells[0].price]))))
    return Tiered("graduated", tuple(tiers))


roundings = st.sampled_from(
    [
        *[None] * 12,
        QuantityRounding(Fraction(100)),
        QuantityRounding(Fraction(1, 3), "half_up", least=Fraction(1, 2)),
        QuantityRounding(Fraction(1), each_event=True),
        QuantityRounding(Fraction(1, 4), "half_up", each_event=True),
        QuantityRounding(Fraction(10), "down", each_event=True, least=Fraction(5, 2)),
    ]
)
frees = [None, None, None, None, Free(Fraction(2)), Free(Fraction(0)), Free(Fraction(7, 2)), Free(None, 2)]


@st.composite
def charges(draw: st.DrawFn, prices: st.SearchStrategy[Price]) -> Charge:
    """A metered charge: a price, perhaps a free allowance, weights, `when zero flat`."""
    free = draw(st.sampled_from(frees))
    weigh = draw(st.sampled_from([None, None, ("region", (("eu", Fraction(2)), ("us", Fraction(1, 3))))]))
    zero = draw(st.sampled_from(["nothing", "nothing", "flat"]))
    return Charge(
        "c",
        draw(prices),
        meter="used",
        free=free,
        weigh=weigh,
        when_zero=zero,  # type: ignore[arg-type]
        round_to=draw(roundings),
    )


every_price: st.SearchStrategy[Price] = st.one_of(plain, matrices(), across())
quantities = st.one_of(
    bounds,
    bounds.map(lambda b: b + Fraction(1, 10**12)),
    st.sampled_from([Fraction(0), Fraction(-1), Fraction(-5, 2), Fraction(10**22), Fraction(1, 10**12), Fraction(999)]),
    st.fractions(-50, 2000, max_denominator=1000).map(lambda f: Fraction(round(f * 10**6), 10**6)),
)


@st.composite
def portions(draw: st.DrawFn, count: bool = False) -> list[Portion]:
    """Portions in event-time order, one an event, each in a region."""
    many = draw(st.lists(st.tuples(quantities, st.sampled_from(REGIONS)), max_size=6))
    return [
        Portion(Fraction(1) if count else q, time, (("region", region),), time, 1)
        for time, (q, region) in enumerate(many)
    ]
