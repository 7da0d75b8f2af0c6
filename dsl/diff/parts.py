"""Comparing two parts of a book field by field, by name where they have one."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

from dsl.diff.found import Difference, Kind
from dsl.diff.normal import field_of, normal
from dsl.diff.prices import price_differences
from dsl.diff.words import Words, span
from engine.model import (
    NOWHERE,
    Amendment,
    Band,
    Calendar,
    Charge,
    Commit,
    Contract,
    Coupon,
    Dimension,
    Dunning,
    Feature,
    Grant,
    Index,
    Meter,
    Override,
    Phase,
    Place,
    Plan,
    Price,
    Tax,
    Terms,
    Unit,
    Wallet,
)

CONTAINERS = (
    Amendment, Band, Calendar, Charge, Commit, Contract, Coupon, Dimension, Dunning, Feature, Grant, Index, Meter,
    Override, Phase, Plan, Tax, Terms, Unit, Wallet,
)  # fmt: skip
"""Parts that are compared inside; all others are one value."""

WORDING = {"label", "source", "document"}
"""Fields that people read and no bill depends on."""

NAMES: dict[type, Callable[[Any], str]] = {
    Amendment: lambda x: f"amendment {x.number}",
    Band: lambda x: f"band {x.name}",
    Calendar: lambda x: f"calendar {x.name}",
    Charge: lambda x: f"charge {x.name}",
    Contract: lambda x: f"contract {x.name}",
    Coupon: lambda x: f"coupon {x.name}",
    Dimension: lambda x: f"dimension {x.name}",
    Dunning: lambda x: f"dunning {x.name}",
    Feature: lambda x: f"feature {x.name}",
    Grant: lambda x: f"grant {x.feature}{'' if x.per is None else f' per {span(x.per)}'}",
    Index: lambda x: f"index {x.name}",
    Meter: lambda x: f"meter {x.name}",
    Override: lambda x: f"override of {x.charge}",
    Phase: lambda x: f"phase {x.name}",
    Plan: lambda x: f"plan {x.name}",
    Tax: lambda x: f"tax {x.name}",
    Unit: lambda x: f"unit {x.name}",
    Wallet: lambda x: f"wallet {x.name}",
}
"""What a part is called in a path."""

IDENTITY = {"name", "number", "charge", "feature"}
"""Fields that are in the path already, of parts that are found by them."""

EVENTS = {"event_type", "more_types"}
"""Fields that are one list of types of event."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where in both books a comparison stands, since when it matters, and how values are said there."""

    path: tuple[str, ...]
    words: Words
    start: dt.date | None = None
    before: Place = NOWHERE
    after: Place = NOWHERE

    def at(self, name: str, one: Any = None, other: Any = None) -> Site:
        """A part inside, with its own places where it has some."""
        start = max((d for d in (self.start, _start(other) or _start(one)) if d is not None), default=None)
        path, before, after = (*self.path, name), _place(one, self.before), _place(other, self.after)
        return replace(self, path=path, before=before, after=after, start=start)

    def found(self, kind: Kind, before: str | None, after: str | None) -> Difference:
        """A difference here; of what is in one book only, the other has no place."""
        return Difference(
            self.path, kind, before, after, self.start,
            NOWHERE if kind == "added" else self.before, NOWHERE if kind == "removed" else self.after,
        )  # fmt: skip


def compare(one: Any, other: Any, site: Site, field: str = "") -> list[Difference]:
    """The differences of two parts that stand at the same place."""
    if isinstance(one, Price) and isinstance(other, Price):
        return price_differences(one, other, site)
    if normal(one) == normal(other) and not _worded(one):
        return []
    if isinstance(one, CONTAINERS) and type(one) is type(other):
        return inside(one, other, site)
    if isinstance(one, tuple) and isinstance(other, tuple) and _are_parts((*one, *other)):
        return lists(one, other, site)
    return [_changed(one, other, site, field)]


def inside(one: Any, other: Any, site: Site, skip: frozenset[str] = frozenset()) -> list[Difference]:
    """The differences of two parts, field by field."""
    found = _events(one, other, site) if isinstance(one, Meter) else []
    named = type(one) in NAMES
    for field in dataclasses.fields(one):
        name = field.name
        if not field.compare or name in skip or (named and name in IDENTITY) or name in EVENTS:
            continue
        before, after = getattr(one, name), getattr(other, name)
        if name in WORDING:
            if before != after:
                found.append(site.at(name).found("reworded", _quoted(before), _quoted(after)))
            continue
        if field_of(one, name) == field_of(other, name) and not _worded(before) and not isinstance(before, Price):
            continue
        here = site if _nameless(name, before, after) else site.at(_called(name), before, after)
        found += compare(before, after, here, name)
    return found


def _events(one: Meter, other: Meter, site: Site) -> list[Difference]:
    """The types of event that a meter reads; all of them count alike, so their order says nothing."""
    types = sorted(one.event_types), sorted(other.event_types)
    if types[0] == types[1]:
        return []
    return [site.at("events").found("changed", ", ".join(types[0]), ", ".join(types[1]))]


def lists(one: Sequence[Any], other: Sequence[Any], site: Site) -> list[Difference]:
    """The differences of two lists of parts: by name, or else each with what is left over in the other list."""
    if all(type(item) in NAMES for item in (*one, *other)):
        return _by_name(one, other, site)
    gone, come = _without(one, other), _without(other, one)
    found: list[Difference] = []
    for before, after in zip_longest(gone, come):
        here = replace(site, before=_place(before, site.before), after=_place(after, site.after))
        if isinstance(before, Commit) and isinstance(after, Commit):
            found += inside(before, after, here)
        else:
            found.append(_changed(before, after, here, ""))
    if not found and normal(tuple(one)) != normal(tuple(other)):
        # percentages are rounded one after the other, so their order can move a cent
        orders = ["; ".join(site.words.of(item) for item in side) for side in (one, other)]
        found.append(site.at("order").found("changed", *orders))
    return found


def _by_name(one: Sequence[Any], other: Sequence[Any], site: Site) -> list[Difference]:
    before, after = ({NAMES[type(x)](x): x for x in side} for side in (one, other))
    found: list[Difference] = []
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name), after.get(name)
        here = site.at(name, old, new)
        if old is None or new is None:
            found.append(here.found("added" if old is None else "removed", *_summaries(old, new, here.words)))
        else:
            found += compare(old, new, here)
    return found


def _summaries(old: Any, new: Any, words: Words) -> tuple[str | None, str | None]:
    """What a part that is in one book only says in a few words: its price, or its clause."""
    made: list[str | None] = []
    for item in (old, new):
        if item is None:
            made.append(None)
        elif isinstance(item, Charge | Override) and item.price is not None:
            made.append(words.price(item.price))
        else:
            made.append(" ".join(item.place.text.rstrip("{ ").split()) if getattr(item, "place", None) else None)
    return made[0], made[1]


def _changed(one: Any, other: Any, site: Site, field: str) -> Difference:
    empty = (None, ())
    kind: Kind = "added" if one in empty else "removed" if other in empty else "changed"
    before = None if one in empty else site.words.of(one, field)
    after = None if other in empty else site.words.of(other, field)
    return site.found(kind, before, after)


def _without(one: Iterable[Any], other: Iterable[Any]) -> list[Any]:
    """What one list has more than the other, repeated parts counted."""
    rest = [normal(item) for item in other]
    left = []
    for item in one:
        if normal(item) in rest:
            rest.remove(normal(item))
        else:
            left.append(item)
    return left


def _are_parts(items: Sequence[Any]) -> bool:
    return any(dataclasses.is_dataclass(item) for item in items)


def _worded(one: Any) -> bool:
    """Whether a part has texts that people read, which its meaning leaves out."""
    return isinstance(one, CONTAINERS) or (isinstance(one, tuple) and any(isinstance(x, CONTAINERS) for x in one))


def _nameless(name: str, before: Any, after: Any) -> bool:
    """Fields whose parts already say in the path what they are."""
    if name in ("price", "terms"):
        return True
    items = [*(before if isinstance(before, tuple) else ()), *(after if isinstance(after, tuple) else ())]
    return bool(items) and all(type(item) in NAMES for item in items)


CALLED = {
    "round_to": "rounding of the quantity", "free": "free quantity", "plus_flat": "flat amount on top",
    "on_new_highs": "in advance on new highs", "taxed": "tax", "stack": "stacking of discounts", "start": "from",
    "apply": "order of steps", "where": "filter", "by": "slices", "true_up": "true-up",
    "add_on_to": "add-on to", "finally_": "final action", "points": "values", "when_zero": "at zero usage",
    "pool_by": "pool",
}  # fmt: skip
"""What fields are called in a path, where their own name is no word of the language."""


def _called(name: str) -> str:
    return CALLED.get(name, name.replace("_", " "))


def _quoted(text: str | None) -> str:
    return "none" if text is None else f'"{text}"'


def _start(part: Any) -> dt.date | None:
    """The first day of what a contract agreed for a time of its own."""
    return part.start if isinstance(part, Amendment | Phase) else None


def _place(part: Any, default: Place) -> Place:
    found = getattr(part, "place", None)
    return found if isinstance(found, Place) and found.line else default
