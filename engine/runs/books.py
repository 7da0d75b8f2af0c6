"""Published books as a run sees them: one view for each book and stretch of days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar

from engine.journal import Store
from engine.model import Book, Plan
from engine.model.codec import decode
from engine.runs.errors import RunError


class _Named(Protocol):
    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=_Named)


def published(store: Store, name: str | None = None) -> list[Book]:
    """All published versions (of one book), by name and version."""
    bodies = [b for b in store.documents("book").values() if name is None or b["name"] == name]
    return [decode(b["model"]) for b in sorted(bodies, key=lambda b: (b["name"], b["version"]))]


def _order(book: Book) -> tuple[dt.date, int]:
    """Of two versions from the same day the later one, which corrects the other, holds."""
    return book.start, book.version


def merged(versions: Sequence[Book], start: dt.date, end: dt.date) -> Book:
    """One book that says what holds on each day of `[start, end)`: every version's plans, cut to its days in force.

    Names that several versions declare (meters, calendars, taxes...) are taken from the latest one in force.
    Raises `RunError` RBR07 when no version is.
    """
    held = in_force(versions, start, end)
    if not held:
        name = versions[0].name if versions else "?"
        raise RunError("RBR07", f"no version of book {name} is in force from {start}", "publish one that is")
    latest = held[-1][0]
    if len(held) == 1 and latest.through is None and latest.start <= start:
        return latest
    plans = tuple(p for v, first, after in held for p in _cut(v, first, after))
    books = [v for v, _, _ in held]
    return replace(
        latest, plans=plans, start=held[0][1],
        units=_latest([b.units for b in books]), dimensions=_latest([b.dimensions for b in books]),
        calendars=_latest([b.calendars for b in books]), meters=_latest([b.meters for b in books]),
        taxes=_latest([b.taxes for b in books]), coupons=_latest([b.coupons for b in books]),
        wallets=_latest([b.wallets for b in books]), contracts=_latest([b.contracts for b in books]),
    )  # fmt: skip


def _latest(declared: Sequence[tuple[N, ...]]) -> tuple[N, ...]:
    """All names that any version declares, each as the latest one says."""
    return tuple({item.name: item for items in declared for item in items}.values())


def in_force(versions: Sequence[Book], start: dt.date, end: dt.date) -> list[tuple[Book, dt.date, dt.date]]:
    """(version, first day, day after the last) of every version in force on some day of `[start, end)`."""
    ordered = sorted(versions, key=_order)
    return [
        (v, v.start, ordered[i + 1].start if i + 1 < len(ordered) else dt.date.max)
        for i, v in enumerate(ordered)
        if v.start < end and (i + 1 == len(ordered) or ordered[i + 1].start > max(start, v.start))
    ]


def _cut(book: Book, first: dt.date, after: dt.date) -> list[Plan]:
    """The plans of a version, cut to the days it is in force."""
    day = dt.timedelta(days=1)
    end = after if book.through is None else min(after, book.through + day)
    plans = []
    for plan in book.plans:
        start = max(plan.start or first, first)
        last = min(plan.through or dt.date.max, end - day if end != dt.date.max else end)
        if start <= last:
            plans.append(replace(plan, start=start, through=None if last == dt.date.max else last))
    return plans


@dataclass(slots=True)
class Shelf:
    """All published books, read once for a run."""

    versions: dict[str, list[Book]]
    _views: dict[tuple[str, tuple[int, ...], bool], Book] = field(default_factory=dict)

    @classmethod
    def holding(cls, books: Iterable[Book]) -> Shelf:
        """A shelf of these versions."""
        versions: dict[str, list[Book]] = {}
        for book in books:
            versions.setdefault(book.name, []).append(book)
        return cls(versions)

    @classmethod
    def of(cls, store: Store, pinned: Iterable[tuple[str, int]]) -> Shelf:
        """The versions that a run pinned; raises `RunError` RBR07 when one of them is gone."""
        books = []
        for name, version in pinned:
            body = store.get("book", f"{name}/{version}")
            if body is None:
                raise RunError("RBR07", f"book {name} version {version} is not in the store", "verify the workspace")
            books.append(decode(body["model"]))
        return cls.holding(books)

    def view(self, name: str, start: dt.date, end: dt.date) -> Book:
        """The merged book for a stretch of days; the same object for the same versions in force."""
        if name not in self.versions:
            raise RunError("RBR07", f"no book `{name}` is published", "publish it")
        held = in_force(self.versions[name], start, end)
        key = (name, tuple(v.version for v, _, _ in held), bool(held) and held[0][1] <= start)
        if key not in self._views:
            self._views[key] = merged(self.versions[name], start, end)
        return self._views[key]
