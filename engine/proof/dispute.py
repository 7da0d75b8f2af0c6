"""Dispute: what an invoice would be under another reading, side by side with what was billed.

Another reading is one of: events left out, events with other content, what is known as of another `seq`, other
versions of the book, another count of days. The same functions price both sides.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from engine.calendar import to_instant
from engine.events import PropertySchema, quarantine
from engine.journal import Store
from engine.metering import open_duck
from engine.model import Book, Prorate
from engine.model.codec import decode
from engine.money import format_pico
from engine.proof.bundle import events_behind
from engine.proof.errors import ProofError
from engine.proof.evidence import Case, derive_case, load_case, planned
from engine.proof.replayed import replayed_log
from engine.rating import Line
from engine.runs.books import Shelf
from engine.runs.derive import Derived
from engine.runs.pins import Pins
from engine.runs.tasks import Task

PropertiesOf = Callable[[list[Book]], Mapping[str, PropertySchema]]


@dataclass(frozen=True, slots=True)
class Reading:
    """Another reading of an invoice; what is not given stays as billed.

    `without`: ids of events that shall not count; `instead`: event id → property → value; `taken`: quarantine entries
    (conflicts) whose content shall count instead of the stored one; `versions`: (book, version) in force instead of
    those pinned; `prorate`: another count of days.
    """

    without: frozenset[str] = frozenset()
    instead: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    taken: tuple[str, ...] = ()
    as_of: int | None = None
    versions: tuple[tuple[str, int], ...] = ()
    prorate: Prorate | None = None


def dispute(root: Path, store: Store, number: str, reading: Reading, properties_of: PropertiesOf) -> dict[str, Any]:
    """Both sides of an invoice: `lines` (each with `billed`, `otherwise`, `difference`), and their sums.

    Raises `ProofError` RBP10 for an event, entry or version that is not there, and what prevents the other price.
    """
    case = load_case(root, store, number)
    books = _books(store, case, reading)
    con = open_duck()
    try:
        billed = derive_case(con, root, store, case)
        as_of = case.as_of if reading.as_of is None else reading.as_of
        texts = [line for line, _ in events_behind(con, root, store, case, as_of)]
    finally:
        con.close()
    changed = _changed(texts, reading, [_entry(root, store, name) for name in reading.taken])
    other = replace(case, task=_task(case, books, reading.prorate))
    with replayed_log("".join(t + "\n" for t in changed).encode(), properties_of(books)) as log:
        derived = log.derive(other)
    return _told(case, billed, derived, reading)


def _books(store: Store, case: Case, reading: Reading) -> list[Book]:
    """The versions that the other reading prices with."""
    if not reading.versions:
        run = store.get("run", case.invoice["run"])
        assert run is not None
        wanted = tuple(p for p in Pins.of(run).books if p[0] == case.task.terms.book)
    else:
        wanted = reading.versions
    books = []
    for name, version in wanted:
        body = store.get("book", f"{name}/{version}")
        if body is None:
            raise ProofError("RBP10", f"book {name} has no version {version}", "list them: ratebook history WS")
        books.append(decode(body["model"]))
    return books


def _entry(root: Path, store: Store, name: str) -> dict[str, Any]:
    """The event of a quarantine entry."""
    with store.reading() as connection:
        entry = quarantine.entry_of(connection, name)
    event: dict[str, Any] = json.loads(quarantine.raw_of(root, entry))
    return event


def _changed(texts: list[str], reading: Reading, taken: list[dict[str, Any]]) -> list[str]:
    """The events as the other reading has them."""
    wanted = {*reading.without, *reading.instead, *(e["id"] for e in taken)}
    kept, seen = [], set()
    by_identity = {(e["source"], e["id"]): e for e in taken}
    for text in texts:
        event = json.loads(text, parse_float=str, parse_int=str)
        ident = event["id"]
        seen.add(ident)
        if ident in reading.without:
            continue
        if (event["source"], ident) in by_identity:
            kept.append(json.dumps(by_identity[event["source"], ident]))
        elif ident in reading.instead:
            kept.append(json.dumps(event | {"data": event.get("data", {}) | reading.instead[ident]}))
        else:
            kept.append(text)
    lost = sorted(wanted - seen)
    if lost:
        raise ProofError("RBP10", f"no event `{lost[0]}` is behind this invoice", "list them: ratebook explain WS LINE")
    return kept


def _task(case: Case, books: list[Book], prorate: Prorate | None) -> Task:
    """The same billing period, planned with the other books."""
    if prorate is not None:
        books = [_counted(book, prorate) for book in books]
    task = planned(case.invoice, Shelf.holding(books))
    if task is not None:
        return task
    raise ProofError(
        "RBP10", "under that reading the subscription has other billing periods", "choose a version of the same cycle"
    )


def _counted(book: Book, prorate: Prorate) -> Book:
    """The book with another count of days everywhere."""
    plans = [
        replace(p, prorate=prorate, charges=tuple(replace(c, prorate=None) for c in p.charges)) for p in book.plans
    ]
    return replace(book, plans=tuple(plans))


def _told(case: Case, billed: Derived, other: Derived, reading: Reading) -> dict[str, Any]:
    zone = case.task.cycle.timezone
    sides = [_keyed(d.bill.lines, zone) for d in (billed, other)]
    keys = list(dict.fromkeys([*sides[0], *sides[1]]))
    lines = [_row(key, sides[0].get(key, 0), sides[1].get(key, 0)) for key in keys]
    inside = frozenset(t.name for t in case.task.book.taxes if t.included)
    due = [billed.bill.due(inside), other.bill.due(inside)]
    return {
        "invoice": case.invoice["number"], "customer": case.invoice["customer"], "currency": case.invoice["currency"],
        "reading": describe(reading), "lines": lines, "billed": format_pico(due[0]), "otherwise": format_pico(due[1]),
        "difference": format_pico(due[1] - due[0]),
    }  # fmt: skip


Key = tuple[str, str, str, str, int]


def _keyed(lines: tuple[Line, ...], zone: str) -> dict[Key, int]:
    """Amounts in pico by what makes two lines comparable."""
    found: dict[Key, int] = {}
    for line in lines:
        start = 0 if line.start is None else to_instant(line.start, zone)
        key = (line.kind, line.charge or "", line.name, line.label, start)
        found[key] = found.get(key, 0) + line.amount
    return found


def _row(key: Key, billed: int, other: int) -> dict[str, Any]:
    return {
        "kind": key[0], "charge": key[1], "label": key[3] or key[2], "billed": format_pico(billed),
        "otherwise": format_pico(other), "difference": format_pico(other - billed),
    }  # fmt: skip


def describe(reading: Reading) -> list[str]:
    """The other reading in words, one sentence a change."""
    found = [f"without event {ident}" for ident in sorted(reading.without)]
    for ident, values in sorted(reading.instead.items()):
        found.append(f"event {ident} with {', '.join(f'{k} = {v}' for k, v in sorted(values.items()))}")
    found += [f"with the content of quarantine entry {name}" for name in reading.taken]
    if reading.as_of is not None:
        found.append(f"with what was known as of seq {reading.as_of}")
    found += [f"priced by {name}/{version}" for name, version in reading.versions]
    if reading.prorate is not None:
        days = f" of {reading.prorate.days} days" if reading.prorate.days else ""
        basis = "daily" if reading.prorate.basis == "fixed" else reading.prorate.basis
        found.append(f"days counted {basis}{days}")
    return found or ["as billed"]
