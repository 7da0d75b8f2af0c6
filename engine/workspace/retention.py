"""What of the event log an invoice cites, and so must stay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from engine.calendar import iso
from engine.events import Segment
from engine.journal import Store
from engine.model import Book, Meter
from engine.runs.books import published

_LEVELS = ("time_weighted", "integral")
"""Aggregations whose level holds on from before the billing period."""


@dataclass(frozen=True, slots=True)
class _Citation:
    """A finished run: events of these types in `[first, last]` days are under its invoices."""

    run: str
    types: frozenset[str]
    first: str
    last: str


def citations(store: Store) -> Callable[[Segment], str | None]:
    """What still cites a segment: the run whose invoices are derived from it, or None.

    Under a meter that carries a level, under commitments and ratchets, also all that came before counts.
    """
    books = published(store)
    found = [_of_run(store, run, books) for run in store.documents("run").values() if run["status"] == "finished"]

    def cited(segment: Segment) -> str | None:
        for one in found:
            if segment.type in one.types and one.first <= segment.date <= one.last:
                return f"invoices of {one.run} are derived from it"
        return None

    return cited


def _of_run(store: Store, run: dict[str, str], books: list[Book]) -> _Citation:
    meters = [meter for book in books for meter in book.meters]
    starts = [body["from_us"] for body in store.documents("invoice", run=run["id"]).values()]
    first = iso(min(starts))[:10] if starts else run["period_start"]
    looks_back = any(map(_carries, meters)) or any(book.contracts for book in books)
    day_before = dt.date.fromisoformat(first) - dt.timedelta(days=2)
    return _Citation(
        run["id"], frozenset(m.event_type for m in meters), "" if looks_back else day_before.isoformat(),
        (dt.date.fromisoformat(run["period_end"]) + dt.timedelta(days=1)).isoformat(),
    )  # fmt: skip


def _carries(meter: Meter) -> bool:
    measure = meter.measure
    level = measure.aggregation in _LEVELS or measure.running or measure.carried or measure.operation is not None
    return level or measure.window is not None
