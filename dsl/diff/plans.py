"""Plans over time: on every day on which a version begins or ends, what is in force in one book and in the other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from dsl.diff.found import Difference
from dsl.diff.parts import Site, inside
from dsl.diff.renames import renamed, with_names
from dsl.diff.words import Words
from engine.model import Book, Charge, Plan

APART = frozenset({"start", "through", "charges"})
"""What is compared apart: dates as what is in force on which day, charges in their own units."""


def plan_differences(one: Book, other: Book, name: str, words: Words) -> list[Difference]:
    """The differences of all versions of a plan, each from the first day on which it holds."""
    found: list[Difference] = []
    last: list[Difference] = []
    for day in _days(one, other, name):
        here = _on(day, _in_force(one, name, day), _in_force(other, name, day), one, other, words)
        # what differed already the day before is the same difference
        known = [replace(d, start=None) for d in last]
        found += [d for d in here if replace(d, start=None) not in known]
        last = here
    return found


def charge_names(one: Book, other: Book, plan: str) -> dict[str, str]:
    """New names of the charges of a plan that are only called otherwise on some day."""
    found: dict[str, str] = {}
    for day in _days(one, other, plan):
        before, after = _in_force(one, plan, day), _in_force(other, plan, day)
        if before is not None and after is not None:
            found.update(renamed(before.charges, after.charges))
    return found


def _days(one: Book, other: Book, plan: str) -> list[dt.date]:
    """The days from which something else is in force, the first one that both books are for on."""
    first = max(one.start, other.start)
    return sorted({first, *(d for book in (one, other) for d in _edges(book, plan) if d > first)})


def _edges(book: Book, name: str) -> list[dt.date]:
    versions = [p for p in book.plans if p.name == name]
    ends = [p.through + dt.timedelta(days=1) for p in versions if p.through is not None and p.through < dt.date.max]
    return [p.start for p in versions if p.start is not None] + ends


def _in_force(book: Book, name: str, day: dt.date) -> Plan | None:
    versions = [p for p in book.plans if p.name == name and (p.start or dt.date.min) <= day]
    newest = max(versions, key=lambda p: p.start or dt.date.min, default=None)
    return newest if newest is not None and day <= (newest.through or dt.date.max) else None


def _on(
    day: dt.date, before: Plan | None, after: Plan | None, one: Book, other: Book, words: Words
) -> list[Difference]:  # fmt: skip
    plan = before or after
    if plan is None:
        return []
    site = Site((), words, day).at(f"plan {plan.name}", before, after)
    if before is None or after is None:
        label = f'"{plan.label}"' if plan.label else None
        return [site.found("added", None, label) if before is None else site.found("removed", label, None)]
    names = renamed(before.charges, after.charges)
    found = [
        site.at(f"charge {new}", before.charge(old), after.charge(new)).found("renamed", old, new)
        for old, new in names.items()
    ]
    named = with_names(before, {("charge", old): new for old, new in names.items()})
    before = replace(named, charges=tuple(replace(c, name=names.get(c.name, c.name)) for c in named.charges))
    found += inside(before, after, site, APART)
    return found + charges(before.charges, after.charges, site, one, other)


def charges(one: Sequence[Charge], other: Sequence[Charge], site: Site, *books: Book) -> list[Difference]:
    """The differences of charges by name; quantities are said in the unit of each charge's own meter."""
    before, after = {c.name: c for c in one}, {c.name: c for c in other}
    found: list[Difference] = []
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name), after.get(name)
        here = replace(site, words=_words(new or old, site.words, *books)).at(f"charge {name}", old, new)
        if old is not None and new is not None:
            found += inside(old, new, here)
        elif old is not None:
            found.append(here.found("removed", here.words.price(old.price), None))
        elif new is not None:
            found.append(here.found("added", None, here.words.price(new.price)))
    return found


def _words(charge: Charge | None, words: Words, *books: Book) -> Words:
    """The words of a charge: in the unit of its meter, or its licence."""
    for book in reversed(books):
        if charge is not None and charge.licensed is not None:
            return replace(words, unit=charge.licensed)
        meter = next((m for m in book.meters if charge is not None and m.name == charge.meter), None)
        if meter is not None and meter.unit is not None:
            return replace(words, unit=meter.unit, factor=book.unit(meter.unit).factor)
    return words
