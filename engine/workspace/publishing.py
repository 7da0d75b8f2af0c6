"""Publishing price books: sealed versions that never change, and the view of them that bills a period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from engine.journal import Store, Tx
from engine.model import Book, Plan
from engine.model.codec import decode, encode
from engine.workspace.errors import WorkspaceError


def publish(store: Store, book: Book, text: str, path: str, actor: str, now: int) -> dict[str, Any]:
    """Seal a version. The same meaning again changes nothing; the same version with another meaning is refused."""
    ident = f"{book.name}/{book.version}"
    held = store.get("book", ident)
    if held is not None and held["digest"] == book.digest:
        return {"book": book.name, "version": book.version, "digest": book.digest, "published": False}
    if held is not None:
        raise WorkspaceError(
            "RBW02",
            f"book {book.name} version {book.version} was published with another meaning and is sealed",
            f"write it as version {book.version + 1}, from the date it shall hold",
        )
    _check_order(store, book)
    body = {
        "name": book.name, "version": book.version, "start": book.start.isoformat(),
        "through": book.through.isoformat() if book.through else "", "digest": book.digest, "path": path,
        "text": text, "model": encode(book), "published_at": now, "published_by": actor,
    }  # fmt: skip

    def work(tx: Tx) -> dict[str, Any]:
        tx.create("book", ident, body)
        return {"book": book.name, "version": book.version, "digest": book.digest, "published": True}

    result: dict[str, Any] = store.command(actor, "publish", f"publish:{ident}", {"digest": book.digest}, now, work)
    return result


def _check_order(store: Store, book: Book) -> None:
    """Versions and their dates rise together, and none starts inside what was billed already."""
    for other in published(store, book.name):
        later, earlier = (book, other) if book.version > other.version else (other, book)
        if later.start <= earlier.start:
            raise WorkspaceError(
                "RBW03",
                f"version {later.version} of {book.name} starts on {later.start}, not after version {earlier.version}",
                "a later version starts later",
            )
    billed = [r["period_end"] for r in store.documents("run").values() if r["status"] == "finished"]
    own = [o for o in published(store, book.name) if o.version < book.version]
    if own and billed and book.start.isoformat() < max(billed):
        raise WorkspaceError(
            "RBW04",
            f"version {book.version} of {book.name} starts on {book.start}, but invoices up to {max(billed)} are final",
            "start it later; a correction of the past needs a reason and an approver",
        )


def published(store: Store, name: str | None = None) -> list[Book]:
    """All published versions (of one book), by name and version."""
    bodies = [b for b in store.documents("book").values() if name is None or b["name"] == name]
    return [decode(b["model"]) for b in sorted(bodies, key=lambda b: (b["name"], b["version"]))]


def version_on(versions: Sequence[Book], day: dt.date) -> Book | None:
    """The version in force on a day: the latest that has started, unless it has ended."""
    started = [v for v in versions if v.start <= day]
    found = max(started, key=lambda v: v.start) if started else None
    return found if found is not None and (found.through is None or day <= found.through) else None


def merged(versions: Sequence[Book], start: dt.date, end: dt.date) -> Book:
    """One book that says what holds on each day of `[start, end)`: every version's plans, cut to its days in force.

    Names that several versions declare (meters, calendars, taxes...) are taken from the latest one in force.
    """
    ordered = sorted(versions, key=lambda v: v.start)
    held = [
        (v, v.start, ordered[i + 1].start if i + 1 < len(ordered) else dt.date.max)
        for i, v in enumerate(ordered)
        if v.start < end and (i + 1 == len(ordered) or ordered[i + 1].start > start)
    ]
    if not held:
        raise WorkspaceError("RBW05", f"no version of the book is in force from {start}", "publish one that is")
    latest = held[-1][0]
    if len(held) == 1:
        return _cut_to(latest)
    plans = tuple(p for v, first, after in held for p in _cut(v, first, after))
    return replace(latest, plans=plans, start=held[0][1])


def _cut_to(book: Book) -> Book:
    if book.through is None:
        return book
    return replace(book, plans=tuple(_cut(book, book.start, book.through + dt.timedelta(days=1))))


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
