"""Random regular books with the events of a month: the set-based engine's answer beside the reference's."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Literal

import duckdb
from hypothesis import strategies as st

from engine.bulk import Cohort, Outcome, rate_cohorts
from engine.calendar import midnight, to_instant
from engine.metering import open_duck
from engine.model import (
    Axis,
    Book,
    BookCurrency,
    Charge,
    Cycle,
    Discount,
    Limit,
    Matrix,
    Measure,
    Meter,
    Plan,
    Price,
    Property,
    Rate,
    Rounding,
    Span,
    Tax,
    Tiered,
)
from engine.money import MODES, PICO, round_ratio
from engine.rating import Cycle as Period
from engine.rating import Line, PlanUse, RatingError, Subject, bill
from engine.rating.terms import segments
from tests.bulk.charges import charges, every_price, fees
from tests.metering.strategies import CHANGE as NIGHT
from tests.metering.strategies import TARIFF
from tests.metering.worlds import Event, readings_of, write

ZONE = "Europe/Berlin"
FIRST, LAST, CHANGE = dt.date(2026, 3, 1), dt.date(2026, 4, 1), dt.date(2026, 3, 18)
START, END, CUT = (midnight(day, ZONE) for day in (FIRST, LAST, CHANGE))
METERS = (
    Meter("used", "use", Measure("sum", value=Property("a")), "unit"),
    Meter("calls", "use", Measure("count"), "unit", by=("user",)),
    Meter("peak", "use", Measure("max", value=Property("a")), "unit"),
    Meter("mean", "use", Measure("average", value=Property("a")), "unit"),
)
TAXES = (
    Tax("vat", rate=Fraction(19, 100), included=True),
    Tax("saas", rate=Fraction(33, 400)),
    Tax("city", rate=Fraction(1, 80)),
    Tax("outside"),
)


BANDS = {"eu": "peak", "us": "night", "ap": "rest", None: None}


def renamed(price: Price, banded: bool) -> Price:
    """The same price with its matrix over the events' property `kind`, or over the bands of a calendar."""
    if isinstance(price, Tiered):
        return replace(price, tiers=tuple(replace(t, price=renamed(t.price, banded)) for t in price.tiers))
    if not isinstance(price, Matrix):
        return price
    if not banded:
        return replace(price, axes=(Axis("kind"),))
    cells = tuple(replace(c, keys=tuple(BANDS[k] for k in c.keys)) for c in price.cells)
    return replace(price, axes=(Axis("band", "tariff"),), cells=cells)


limits = st.one_of(
    st.none(),
    st.none(),
    st.builds(
        Limit,
        st.sampled_from([10 * PICO, 100 * PICO, PICO // 3, 0]),
        st.booleans(),
        st.sampled_from([(), ("saas",)]),
    ),
)
discounts = st.one_of(
    st.builds(Discount, share=st.sampled_from([Fraction(1, 10), Fraction(1, 3), Fraction(777, 10000), Fraction(1)])),
    st.builds(Discount, amount=st.sampled_from([PICO, 3 * PICO + 10**10, 10**15])),
)
STACKS: tuple[Literal["multiply", "add", "in order"], ...] = ("multiply", "add", "in order")
ons = st.sampled_from([(), ("c0",), ("c0", "fee"), ("fee", "c1")])
taxed = st.sampled_from([(), ("saas",), ("vat",), ("saas", "city"), ("vat", "saas"), ("outside",)])


@st.composite
def metered(draw: st.DrawFn, name: str) -> tuple[Charge, Charge]:
    """A metered charge of one meter, and what it is from the change on."""
    meter = draw(st.sampled_from(["used", "used", "calls", "peak", "mean"]))
    taxes, minimum, cap = draw(taxed), draw(limits), draw(limits)
    found = []
    for _ in range(2):
        charge = draw(charges(every_price))
        weigh = None if charge.weigh is None else ("kind", charge.weigh[1])
        found.append(
            replace(
                charge,
                name=name,
                meter=meter,
                price=renamed(charge.price, draw(st.booleans())),
                weigh=weigh,
                taxed=taxes,
                minimum=minimum,
                cap=cap,
                discounts=tuple(draw(st.lists(discounts, max_size=1))),
            )
        )
    return found[0], found[draw(st.integers(0, 1))]


@st.composite
def books(draw: st.DrawFn) -> Book:
    """A book whose plan may change on the 18th: metered charges, fees, limits, taxes, any rounding."""
    pairs = [draw(metered(f"c{i}")) for i in range(draw(st.integers(1, 2)))]
    fee = Charge("fee", Rate("flat", draw(fees) + 7), taxed=draw(taxed), once=draw(st.booleans()))
    plan = Plan("p", Cycle(Span(1, "month")), (*(a for a, _ in pairs), fee), start=dt.date(2026, 1, 1))
    lowered = tuple(replace(d, on=draw(ons)) for d in draw(st.lists(discounts, max_size=2)))
    stack = draw(st.sampled_from(STACKS))
    plans = [replace(plan, minimum=draw(limits), cap=draw(limits), discounts=lowered, stack=stack)]
    if draw(st.booleans()):
        plans = [
            replace(plans[0], through=CHANGE - dt.timedelta(days=1)),
            replace(plans[0], charges=(*(b for _, b in pairs), fee), start=CHANGE),
        ]
    rounding = Rounding(draw(st.sampled_from(MODES)), draw(st.sampled_from([10**10, 10**12, 5 * 10**10, 1])))
    return Book(
        "b",
        1,
        dt.date(2026, 1, 1),
        BookCurrency("EUR", rounding),
        ZONE,
        calendars=(TARIFF,),
        meters=METERS,
        plans=tuple(plans),
        taxes=TAXES,
    )


@st.composite
def events(draw: st.DrawFn) -> list[Event]:
    """Events of three accounts around the borders of the month and of the price change."""
    made = draw(
        st.lists(
            st.tuples(
                st.sampled_from(["x", "x", "y", "z"]),
                st.sampled_from(
                    [START, START + 5, CUT - 1, CUT, CUT + 7, NIGHT - 1, NIGHT, NIGHT + 36 * 10**8, END - 1, END]
                ),
                st.sampled_from(["1", "2.5", "10", "100", "-3", "0", "1000.000001", "0.333333", "90000000"]),
                st.sampled_from(["eu", "us", "ap"]),
            ),
            max_size=9,
        )
    )
    return [
        Event(n + 1, f"{n:03}", "s", who, at, (("a", Fraction(quantity)), ("kind", kind), ("user", f"u{n % 2}")))
        for n, (who, at, quantity, kind) in enumerate(made)
    ]


@dataclass(frozen=True)
class World:
    """A book, its events, three accounts; the last one comes on the 10th."""

    book: Book
    events: list[Event]

    def cohorts(self) -> list[Cohort]:
        """Two cohorts: the whole month, and a late start."""
        return [self._cohort(0, FIRST), self._cohort(1, dt.date(2026, 3, 10))]

    def _cohort(self, number: int, first: dt.date) -> Cohort:
        signed = dt.datetime.combine(first, dt.time())
        start, end = dt.datetime.combine(FIRST, dt.time()), dt.datetime.combine(LAST, dt.time())
        cycle = Period(start, end, (start, end), ZONE, Span(1, "month"))
        subject = Subject((PlanUse("p", signed=signed),), ZONE)
        return Cohort(
            number, self.book, cycle, (signed, end), subject, tuple(segments(self.book, "p", None, first, LAST))
        )

    def members(self) -> list[tuple[int, str, Cohort]]:
        """(sub, account, cohort)."""
        whole, late = self.cohorts()
        return [(0, "x", whole), (1, "y", whole), (2, "z", late)]


Row = tuple[object, ...]


def by_reference(world: World) -> dict[int, list[Row] | str]:
    """Lines of each sub by the scalar reference, or the code of the error that stops its bill."""
    found: dict[int, list[Row] | str] = {}
    for sub, who, cohort in world.members():
        mine = [e for e in world.events if e.subject == who]
        readings = {m.name: [r for r, _ in readings_of(m, mine)[0]] for m in METERS}
        try:
            lines = bill(world.book, cohort.subject, cohort.cycle, readings).lines
        except RatingError as error:
            found[sub] = error.code
            continue
        found[sub] = sorted((_row(x) for x in lines if x.amount or round_ratio(x.exact) or x.quantity), key=str)
    return found


def _row(line: Line) -> Row:
    start, end = (None if m is None else to_instant(m, ZONE) for m in (line.start, line.end))
    return (line.kind, line.charge, line.name, line.amount, round_ratio(line.exact), line.quantity, start, end)


def by_bulk(world: World, folder: Path, threads: int = 2) -> tuple[Outcome, dict[int, list[Row]]]:
    """Lines of each sub by the set-based engine, and what it leaves to the reference."""
    files = {"use": write(folder, world.events, 2, wide=False)}
    con = open_duck(threads)
    try:
        con.execute("CREATE TABLE subs(sub INTEGER, subject VARCHAR, from_us BIGINT, to_us BIGINT, cohort INTEGER)")
        for sub, who, cohort in world.members():
            window = [to_instant(m, ZONE) for m in cohort.service]
            con.execute("INSERT INTO subs VALUES (?, ?, ?, ?, ?)", [sub, who, *window, cohort.number])
        outcome = rate_cohorts(con, world.cohorts(), files, None)
        return outcome, _rows(con)
    finally:
        con.close()


def _rows(con: duckdb.DuckDBPyConnection) -> dict[int, list[Row]]:
    rows = con.execute(
        "SELECT sub, kind, charge, name, amount, exact, quantity_num, quantity_den, start_us, end_us FROM bulk_lines"
    ).fetchall()
    found: dict[int, list[Row]] = {}
    for sub, kind, charge, name, amount, exact, num, den, start, end in rows:
        quantity = None if num is None else Fraction(int(num), int(den))
        if amount or exact or quantity:
            row = (kind, charge, name, int(amount), int(exact), quantity, start, end)
            found.setdefault(sub, []).append(row)
    return {sub: sorted(lines, key=str) for sub, lines in found.items()}
