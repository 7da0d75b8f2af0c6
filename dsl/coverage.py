"""Prices that no example reaches: a tier or a row of a matrix that nothing in the book has ever tried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dsl.diagnostics.model import Diagnostic, Label, warning
from dsl.examples import ExampleResult, span_of
from engine.model import Book, Committed, Matrix, Place, Price, Rate, Tiered
from engine.rating.terms import all_terms

MAX_LABELS = 4


class _Row(NamedTuple):
    """A tier, a row of a matrix, or what is beyond a committed quantity."""

    place: Place
    price: Price


def uncovered(book: Book, results: Iterable[ExampleResult]) -> list[Diagnostic]:
    """One warning for each price with rows that the examples did not reach.

    Of plans and contracts that no example tries nothing is said here, and nothing at all where an example could not be
    computed: what it would have reached is not known.
    """
    reached: set[Place] = set()
    tried: set[str] = set()
    for result in results:
        if result.error:
            return []
        reached |= result.reached
        tried |= result.tried
    found: list[Diagnostic] = []
    for what, price in _prices(book, tried):
        missed = list(_missed(price, reached))
        if missed:
            found.append(_finding(what, missed))
    return found


def _prices(book: Book, tried: set[str]) -> Iterator[tuple[str, Price]]:
    for plan in book.plans:
        if f"plan {plan.name}" in tried:
            yield from ((f"charge {charge.name} of plan {plan.name}", charge.price) for charge in plan.charges)
    for contract in book.contracts:
        if f"contract {contract.name}" not in tried:
            continue
        for term in all_terms(contract):
            for override in term.overrides:
                if override.price is not None:
                    yield f"the override of {override.charge} in contract {contract.name}", override.price
            yield from ((f"charge {charge.name} of contract {contract.name}", charge.price) for charge in term.charges)


def _rows(price: Price) -> Iterator[_Row]:
    """The rows of a price; one row alone is no row."""
    match price:
        case Tiered(tiers=tiers) if len(tiers) > 1:
            yield from (_Row(tier.place, tier.price) for tier in tiers)
        case Matrix(cells=cells) if len(cells) > 1:
            yield from (_Row(cell.place, cell.price) for cell in cells)
        case Committed(then=then, place=place):
            yield _Row(then.place if isinstance(then, Rate) else place, then)


def _missed(price: Price, reached: set[Place]) -> Iterator[Place]:
    """The outermost rows that were not reached; usage that is not sold cannot be tried."""
    for row in _rows(price):
        if isinstance(row.price, Rate) and row.price.kind == "not_sold":
            continue
        if reached.isdisjoint(_places(row.price)):
            yield row.place
        else:
            yield from _missed(row.price, reached)


def _places(price: Price) -> Iterator[Place]:
    """Where the parts of an amount that this price gives come from."""
    yield price.place
    match price:
        case Tiered(tiers=tiers):
            yield from (place for tier in tiers for place in _places(tier.price))
        case Matrix(cells=cells):
            yield from (place for cell in cells for place in _places(cell.price))
        case Committed(then=then):
            yield from _places(then)


def _finding(what: str, missed: list[Place]) -> Diagnostic:
    first, *others = missed
    one = "a price that no example reaches" if not others else f"{len(missed)} prices that no example reaches"
    more = len(others) - MAX_LABELS
    return warning(
        "RB709",
        span_of(first),
        one,
        caret="never tried",
        labels=tuple(Label(span_of(place), "never tried") for place in others[:MAX_LABELS]),
        notes=(f"in {what}", *((f"and {more} more of its rows",) if more > 0 else ())),
        help="add an example whose usage falls here",
    )
