"""Lowering: a checked syntax tree becomes the engine's data: names resolved, base units, pico."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

from dsl import syntax
from dsl.lowering.commerce import coupon_of, credits_of, dunning_of, index_of, tax_of, wallet_of
from dsl.lowering.context import Context, Unlowerable, day, first
from dsl.lowering.contracts import contract_of
from dsl.lowering.examples import example_of
from dsl.lowering.meters import feature_of, meter_of
from dsl.lowering.plans import closed_versions, plan_of
from dsl.lowering.shared import calendar_of, currency_of, dimension_of, units_of
from dsl.passes.scope import Scope
from dsl.syntax.base import Node
from engine.model import Book
from engine.model.codec import seal

__all__ = ["Unlowerable", "lower"]

N = TypeVar("N", bound=Node)


class HasName(Protocol):
    """What is sorted by its name, so that the order of declarations has no meaning."""

    @property
    def name(self) -> str: ...


Named = TypeVar("Named", bound=HasName)


def lower(scope: Scope, sources: dict[str, str], loader: Callable[[str], str]) -> Book:
    """The sealed book. Raises `Unlowerable` for a clause that passed the checks and cannot be meant.

    loader: gives the text of a file beside the book (price series, sample events) by its path.
    """
    book = scope.book
    header = first(book.declarations, syntax.Header)
    currency = first(book.declarations, syntax.Currency)
    if not isinstance(header, syntax.Header) or not isinstance(currency, syntax.Currency):
        raise Unlowerable(book, "a book needs its `book` line and a currency")
    lines = {path: text.splitlines() for path, text in sources.items()}
    context = Context(scope, units_of(scope), currency.name.text, credits_of(scope), lines, loader)
    zone = first(book.declarations, syntax.Timezone)
    amendments = _all(book, syntax.Amendment)
    plans = [plan_of(p, context) for p in book.declarations if isinstance(p, (syntax.Plan, syntax.AddOn))]
    return seal(
        Book(
            name=header.name.text,
            version=int(header.version.value),
            start=day(header.start) or dt.date.min,
            through=day(header.through),
            currency=currency_of(currency),
            timezone=zone.zone.value if isinstance(zone, syntax.Timezone) else "UTC",
            units=tuple(sorted(context.units.values(), key=lambda u: u.name)),
            dimensions=_sorted(dimension_of(d, context) for d in _shared(scope, "dimension", syntax.Dimension)),
            calendars=_sorted(calendar_of(c, context) for c in _shared(scope, "calendar", syntax.Calendar)),
            meters=_sorted(meter_of(m, context) for m in _all(book, syntax.Meter)),
            features=_sorted(feature_of(f, context) for f in _all(book, syntax.Feature)),
            plans=closed_versions(plans),
            taxes=_sorted(tax_of(t, context) for t in _all(book, syntax.Tax)),
            coupons=_sorted(coupon_of(c, context) for c in _all(book, syntax.Coupon)),
            wallets=_sorted(wallet_of(w, context) for w in _all(book, syntax.Wallet)),
            dunnings=_sorted(dunning_of(d, context) for d in _all(book, syntax.Dunning)),
            indexes=_sorted(index_of(i, context) for i in _all(book, syntax.Index)),
            contracts=_sorted(contract_of(c, amendments, context) for c in _all(book, syntax.Contract)),
            examples=tuple(example_of(e, context) for e in _all(book, syntax.Example)),
            place=context.place(header),
        )
    )


def _all(book: syntax.Book, kind: type[N]) -> list[N]:
    return [d for d in book.declarations if isinstance(d, kind)]


def _shared(scope: Scope, noun: str, kind: type[N]) -> list[N]:
    """Declarations of a noun, those of used files included."""
    return [n for nodes in scope.by_noun.get(noun, {}).values() for n in nodes[:1] if isinstance(n, kind)]


def _sorted(items: Iterable[Named]) -> tuple[Named, ...]:
    return tuple(sorted(items, key=lambda item: item.name))
