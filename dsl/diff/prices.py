"""Comparing two prices: rates, borders of tiers, rows; the same function in other words is no change."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any, Protocol, TypeVar

from dsl.diff.found import Difference, Kind
from dsl.diff.normal import bare, normal
from dsl.diff.same_price import same_price
from dsl.diff.words import Words, keys
from engine.model import Bound, Committed, Matrix, Price, Tier, Tiered

Self = TypeVar("Self", bound="Here")


class Here(Protocol):
    """What a comparison of prices needs of the place it stands at (`dsl.diff.parts.Site`)."""

    @property
    def words(self) -> Words:
        """How values are said."""
        ...

    def at(self: Self, name: str, one: Any = None, other: Any = None) -> Self:
        """A part inside."""
        ...

    def found(self, kind: Kind, before: str | None, after: str | None) -> Difference:
        """A difference here."""
        ...


ADDITIONS = ("each_event", "plus_flat", "plus_each", "at_least", "at_most")


def price_differences(one: Price, other: Price, site: Here) -> list[Difference]:
    """The differences of two prices."""
    if bare(one) == bare(other):
        return []
    before, after = site.words.price(one), site.words.price(other)
    equal = normal(one) == normal(other)
    if not equal and same_price(one, other):
        return [site.found("rewritten", before, after)]
    if isinstance(one, Tiered) and isinstance(other, Tiered) and one.mode == other.mode:
        return [*_tiers(one, other, site), *_additions(one, other, site)]
    if isinstance(one, Matrix) and isinstance(other, Matrix) and one.axes == other.axes:
        return [*_rows(one, other, site), *_additions(one, other, site)]
    if isinstance(one, Committed) and isinstance(other, Committed):
        return _committed(one, other, site)
    return [site.found("rewritten" if equal else "changed", before, after)]


def _additions(one: Tiered | Matrix, other: Tiered | Matrix, site: Here) -> list[Difference]:
    found = []
    for name in ADDITIONS:
        before, after = getattr(one, name, None), getattr(other, name, None)
        if before != after:
            here = site.at(name.replace("_", " "))
            found.append(here.found("changed", *(_said(v, name, site.words) for v in (before, after))))
    return found


def _said(value: Any, name: str, words: Words) -> str:
    return "none" if not value and not isinstance(value, bool) else words.value(value, name)


def _committed(one: Committed, other: Committed, site: Here) -> list[Difference]:
    found: list[Difference] = []
    if one.quantity != other.quantity:
        pair = (site.words.quantity(one.quantity), site.words.quantity(other.quantity))
        found.append(site.at("committed quantity", one, other).found("changed", *pair))
    if one.amount != other.amount:
        pair = (site.words.money(one.amount), site.words.money(other.amount))
        found.append(site.at("committed amount", one, other).found("changed", *pair))
    return [*found, *price_differences(one.then, other.then, site.at("beyond", one.then, other.then))]


def _tiers(one: Tiered, other: Tiered, site: Here) -> list[Difference]:
    """Tiers side by side: as many as before are the same tiers, else those with the same upper bound are."""
    if len(one.tiers) == len(other.tiers):
        return [d for i in range(len(one.tiers)) for d in _tier(one, other, i, i, site)]
    uppers = [[_upper(t.upper) for t in price.tiers] for price in (one, other)]
    found: list[Difference] = []
    matcher = SequenceMatcher(None, uppers[0], uppers[1], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            for i, j in zip(range(a, b), range(c, d), strict=True):
                found += _tier(one, other, i, j, site)
            continue
        for i in range(a, b):
            found.append(_row(one, i, site, "removed"))
        for j in range(c, d):
            found.append(_row(other, j, site, "added"))
    return found


def _upper(bound: Bound | None) -> Any:
    return None if bound is None else normal(bound)


def _row(price: Tiered, number: int, site: Here, kind: Kind) -> Difference:
    tier = price.tiers[number]
    name = site.words.bound(tier.upper, _lower(price.tiers, number))
    words = site.words.price(tier.price)
    here = site.at(name, tier, tier)
    return here.found(kind, words if kind == "removed" else None, words if kind == "added" else None)


def _lower(tiers: Sequence[Tier], number: int) -> Bound | None:
    return tiers[number - 1].upper if number else None


def _tier(one: Tiered, other: Tiered, i: int, j: int, site: Here) -> list[Difference]:
    before, after = one.tiers[i], other.tiers[j]
    names = [
        site.words.bound(tier.upper, _lower(price.tiers, n)) for tier, price, n in ((before, one, i), (after, other, j))
    ]
    found: list[Difference] = []
    if _upper(before.upper) != _upper(after.upper):
        found.append(site.at("border", before, after).found("changed", names[0], names[1]))
    prices = before.price, after.price
    return found + price_differences(*prices, site.at(names[1], *prices))


def _rows(one: Matrix, other: Matrix, site: Here) -> list[Difference]:
    before = {c.keys: c for c in one.cells}
    after = {c.keys: c for c in other.cells}
    found: list[Difference] = []
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key), after.get(key)
        here = site.at(keys(key), old, new)
        if old is not None and new is not None:
            found += price_differences(old.price, new.price, site.at(keys(key), old.price, new.price))
        elif old is not None:
            found.append(here.found("removed", site.words.price(old.price), None))
        elif new is not None:
            found.append(here.found("added", None, site.words.price(new.price)))
    open_, opened = one.otherwise, other.otherwise
    if open_ is not None and opened is not None:
        found += price_differences(open_, opened, site.at("otherwise", open_, opened))
    elif open_ is not None or opened is not None:
        pair = [None if p is None else site.words.price(p) for p in (open_, opened)]
        found.append(site.at("otherwise", open_, opened).found("added" if open_ is None else "removed", *pair))
    orders = [[c.keys for c in m.cells if None in c.keys] for m in (one, other)]
    if orders[0] != orders[1] and sorted(map(repr, orders[0])) == sorted(map(repr, orders[1])):
        pair = ["; ".join(keys(k) for k in order) for order in orders]
        found.append(site.at("order of rows").found("changed", *pair))
    return found
