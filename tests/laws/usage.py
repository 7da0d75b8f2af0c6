"""A month of usage on one plan: any price form with modifiers, limits and discounts, and events in any order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from hypothesis import strategies as st

from engine.model import Book, Charge, Committed, Matrix, Rounding, Tiered
from engine.rating import Line, RatingError, bill
from engine.rating.compile import counts_events, fills_each_event
from engine.rating.compiled import bounded, rows_of
from tests.bulk.books import CHANGE, CUT, END, METERS, START, World, books
from tests.metering.strategies import CHANGE as NIGHT
from tests.metering.worlds import Event, readings_of

EXACT = Rounding("half_up", 0)
Outcome = tuple[Line, ...] | str


@st.composite
def plain_books(draw: st.DrawFn) -> Book:
    """A book whose plan has one version."""
    book = draw(books())
    return replace(book, plans=(replace(book.plans[0], through=None),))


def exactly(book: Book) -> Book:
    """The book without any rounding."""
    return replace(book, currency=replace(book.currency, rounding=EXACT))


def cut_in_two(book: Book, day: dt.date = CHANGE) -> Book:
    """The book with a second version of its plan, at the same price, from a day on."""
    (plan,) = book.plans
    return replace(book, plans=(replace(plan, through=day - dt.timedelta(days=1)), replace(plan, start=day)))


@dataclass(frozen=True)
class Use:
    """One event of account `x`: an instant, a quantity and a kind."""

    time: int
    quantity: Fraction
    kind: str


uses = st.lists(
    st.builds(
        Use,
        st.sampled_from([START, START + 5, CUT - 1, CUT, CUT + 7, NIGHT - 1, NIGHT, END - 1]),
        st.sampled_from(["1", "2.5", "10", "100", "-3", "0", "1000.000001", "0.333333"]).map(Fraction),
        st.sampled_from(["eu", "us", "ap"]),
    ),
    max_size=8,
)


def events(found: Sequence[Use]) -> list[Event]:
    """Stored events, numbered as they come."""
    return [
        Event(n + 1, f"{n:03}", "s", "x", use.time, (("a", use.quantity), ("kind", use.kind), ("user", f"u{n % 2}")))
        for n, use in enumerate(found)
    ]


def billed(book: Book, found: Sequence[Event]) -> Outcome:
    """The lines of March by the reference, or the code of the error that stops them."""
    cohort = World(book, []).cohorts()[0]
    readings = {m.name: [r for r, _ in readings_of(m, list(found))[0]] for m in METERS}
    return outcome(lambda: bill(book, cohort.subject, cohort.cycle, readings).lines)


def outcome(work: Callable[[], tuple[Line, ...]]) -> Outcome:
    """Lines, or the code of the error that stops them."""
    try:
        return work()
    except RatingError as error:
        return error.code


def by_charge(found: Outcome) -> object:
    """What is owed for each charge and step, in pico; an error is itself."""
    if isinstance(found, str):
        return found
    sums: dict[tuple[str | None, str, str], Fraction] = {}
    for line in found:
        key = (line.charge, line.kind, line.name)
        sums[key] = sums.get(key, Fraction(0)) + line.amount
    return {key: value for key, value in sums.items() if value}


def by_sums_alone(charge: Charge) -> bool:
    """Whether a charge prices sums of quantities: no part of it looks at single events."""
    price = charge.price
    blocks = [price, price.then] if isinstance(price, Committed) else [price]
    if isinstance(price, Matrix):
        blocks += [x.then for x in rows_of(price) if isinstance(x, Committed)]
    # tiers around a matrix are filled by events in their order
    filled = any(isinstance(t.price, Matrix) for b in blocks if isinstance(b, Tiered) for t in b.tiers)
    single = filled or any(bounded(b) or fills_each_event(b) or counts_events(b) for b in blocks)
    rounds = charge.round_to is not None and charge.round_to.each_event
    # an allowance over the rows of a matrix goes to events in their order
    counts = charge.free is not None and (charge.free.events is not None or isinstance(price, Matrix))
    return charge.meter in (None, "used") and not (single or rounds or counts)


def of_sums_alone(book: Book) -> Book:
    """The book with those charges that price sums of quantities."""
    (plan,) = book.plans
    return replace(book, plans=(replace(plan, charges=tuple(c for c in plan.charges if by_sums_alone(c))),))


def told_in_two(event: Event, part: Fraction) -> list[Event]:
    """An event as two of the same time and kind that sum to it."""
    data = dict(event.data)
    whole = data["a"]
    assert isinstance(whole, Fraction)
    pieces = (part, whole - part)
    return [
        replace(event, id=event.id + mark, data=tuple({**data, "a": q}.items()))
        for mark, q in zip("ab", pieces, strict=True)
    ]
