"""Two books compared: what differs in what they mean, from when, and where it stands in both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dsl.diff.found import Difference
from dsl.diff.parts import NAMES, Site, compare, lists
from dsl.diff.plans import charge_names, plan_differences
from dsl.diff.renames import renamed, with_names
from dsl.diff.words import Words
from engine.model import Book

SIMPLE = (
    "units",
    "dimensions",
    "calendars",
    "meters",
    "features",
    "taxes",
    "coupons",
    "wallets",
    "dunnings",
    "indexes",
)
HEAD = ("start", "through", "currency", "timezone")
NAMED = {"meters": "meter", "plans": "plan", "contracts": "contract"}


def diff(one: Book, other: Book) -> tuple[Difference, ...]:
    """What differs between two books. The order of declarations, comments, layout and examples never count.

    The same price in other words, and labels, are reported as such (`Difference.matters` is False).
    """
    words = Words(other.currency.code)
    site = Site((), words, max(one.start, other.start))
    found: list[Difference] = []
    one, renames = _renamed(one, other, site)
    found += renames
    for name in HEAD:
        before, after = getattr(one, name), getattr(other, name)
        found += compare(before, after, site.at("book", one, other).at("from" if name == "start" else name), name)
    one = _with_charge_names(one, other)
    for name in SIMPLE:
        found += _declared(getattr(one, name), getattr(other, name), site)
    plans = dict.fromkeys(p.name for p in (*one.plans, *other.plans))
    for plan in plans:
        found += plan_differences(one, other, plan, words)
    found += _contracts(one, other, site)
    return tuple(found)


def _with_charge_names(one: Book, other: Book) -> Book:
    """The first book where contracts, coupons and wallets call renamed charges as the second one does."""
    names = {p.name: charge_names(one, other, p.name) for p in other.plans}
    contracts = tuple(with_names(c, _charges(names.get(c.plan, {}))) for c in one.contracts)
    kept = {c.name for p in other.plans for c in p.charges}
    gone = _charges({old: new for found in names.values() for old, new in found.items() if old not in kept})
    return replace(
        one, contracts=contracts, coupons=with_names(one.coupons, gone), wallets=with_names(one.wallets, gone)
    )


def _charges(names: dict[str, str]) -> dict[tuple[str, str], str]:
    return {("charge", old): new for old, new in names.items()}


def _declared(one: Sequence[Any], other: Sequence[Any], site: Site) -> list[Difference]:
    return lists(one, other, site) if one or other else []


def _renamed(one: Book, other: Book, site: Site) -> tuple[Book, list[Difference]]:
    """The first book with the names of the second, where a declaration has only another name."""
    found: list[Difference] = []
    for field, kind in NAMED.items():
        before, after = getattr(one, field), getattr(other, field)
        names = renamed(before, after)
        for old, new in names.items():
            pair = [next(x for x in side if x.name == name) for side, name in ((before, old), (after, new))]
            found.append(site.at(NAMES[type(pair[1])](pair[1]), *pair).found("renamed", old, new))
        items: dict[str, Any] = {field: tuple(replace(x, name=names.get(x.name, x.name)) for x in before)}
        one = with_names(replace(one, **items), {(kind, old): new for old, new in names.items()})
    return one, found


def _contracts(one: Book, other: Book, site: Site) -> list[Difference]:
    """Contracts by name; what they agreed with one customer matters from their own dates."""
    before, after = {c.name: c for c in one.contracts}, {c.name: c for c in other.contracts}
    found: list[Difference] = []
    for name in dict.fromkeys([*before, *after]):
        pair = before.get(name), after.get(name)
        held = [c for c in pair if c is not None]
        start = max(site.start or held[0].start, *(c.start for c in held))
        found += lists(
            [c for c in pair[:1] if c is not None], [c for c in pair[1:] if c is not None], replace(site, start=start)
        )  # fmt: skip
    return found
