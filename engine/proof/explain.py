"""Explain: an invoice reads from top to bottom; a line goes down to rule, window and events, one amount all the way."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb

from engine.calendar import iso, to_instant
from engine.events import high_water, withdrawn_count
from engine.journal import Store
from engine.metering import files_read_by, open_duck
from engine.model import Book, Charge, Place
from engine.money import PICO, format_pico, format_ratio
from engine.proof.errors import ProofError
from engine.proof.evidence import Case, derive_case, load_case, task_of
from engine.proof.explain_correction import correction_of, explain_correction, lines_of
from engine.proof.under import events_page, unbilled
from engine.rating import Line, Part
from engine.runs.derive import Derived
from engine.runs.lines import pico_decimal
from engine.runs.rate import log_files


def explain(root: Path, store: Store, ident: str, *, limit: int = 20, cursor: str = "") -> dict[str, Any]:
    """Explain `INV-000001` (its steps) or `INV-000001/2` (one line down to its events, `limit` of them a page).

    A correction (`COR-000001`) and what settles it read as billed, derived now and the difference.

    Money is decimal text; `levels` gives the amount as recomputed at each level. Raises `ProofError`.
    """
    number, _, position = ident.partition("/")
    body = correction_of(store, ident)
    case = load_case(root, store, number) if body is None else _correction_case(root, store, ident, body)
    if case is None:
        assert body is not None
        return explain_correction(root, store, ident, body)
    con = open_duck()
    try:
        derived = derive_case(con, root, store, case)
        if not position:
            return _invoice(case, derived)
        stored = next((x for x in case.lines if x["line"] == ident), None)
        if stored is None:
            raise ProofError("RBP04", f"invoice {number} has no line {position}", f"it has {len(case.lines)} lines")
        return _line(con, root, store, case, derived, stored, limit, cursor)
    finally:
        con.close()


def _correction_case(root: Path, store: Store, ident: str, body: dict[str, Any]) -> Case | None:
    """What a line that a correction derived is explained from; None for its other lines and for the whole of it."""
    rows = lines_of(root, body, body["number"])
    derived = any(r["line"] == ident and r.get("reverses") is None for r in rows)
    return Case(body, rows, task_of(store, body)) if derived and "decision" in body else None


def _invoice(case: Case, derived: Derived) -> dict[str, Any]:
    steps: list[dict[str, Any]] = []
    inside = frozenset(t.name for t in case.task.book.taxes if t.included)
    running = 0
    for row in case.lines:
        amount = int(row["amount"].scaleb(12))
        included = row["kind"] == "tax" and row["name"] in inside
        running += 0 if included else amount
        steps.append(
            {
                "line": row["line"],
                "kind": row["kind"],
                "charge": row["charge"],
                "label": row["label"],
                "amount": format_pico(amount),
                "sum": format_pico(running),
            }
        )
    again = derived.bill.due(inside)
    return {
        "id": case.invoice["number"], "kind": "invoice", "customer": case.invoice["customer"],
        "currency": case.invoice["currency"], "steps": steps, "due": format_pico(running),
        "recomputed": format_pico(again), "agrees": again == running == int(_pico(case.invoice["due"])),
        "proof": case.invoice["proof"],
    }  # fmt: skip


def _pico(text: str) -> int:
    whole, _, places = text.partition(".")
    return int(whole + places.ljust(12, "0"))


def _line(
    con: duckdb.DuckDBPyConnection, root: Path, store: Store, case: Case, derived: Derived, stored: dict[str, Any],
    limit: int, cursor: str,
) -> dict[str, Any]:  # fmt: skip
    line = match_line(derived, stored, case)
    amount = int(stored["amount"].scaleb(12))
    charge = charge_of(case.task.book, line) if line else None
    parts = list(line.parts) if line else []
    data: dict[str, Any] = {
        "id": stored["line"], "kind": stored["kind"], "invoice": stored["invoice"], "charge": stored["charge"],
        "label": stored["label"], "currency": stored["currency"], "amount": format_pico(amount),
        "exact": format_pico(int(stored["exact"].scaleb(12))),
        "window": _window(stored, case.task.cycle.timezone),
        "rule": _place(line.place if line else None), "price": {"book": stored["book_version"],
                                                                 "digest": stored["price_digest"]},
        "steps": _steps(line, charge, derived, case) if line else [],
        "curve": [_part(p, charge, case.task.book) for p in parts],
    }  # fmt: skip
    data["levels"] = _levels(stored, line, parts)
    data["agrees"] = line is not None and all(level["amount"] == data["amount"] for level in data["levels"])
    if charge is not None and charge.meter is not None and stored["kind"] == "usage":
        meter, zone = case.task.book.meter(charge.meter), case.task.cycle.timezone
        known = files_read_by(log_files(store, root, case.as_of), meter)
        data["events"] = events_page(con, known, case, derived, charge, stored, limit, cursor)
        data["agrees"] = data["agrees"] and data["events"]["agrees"]
        window = (to_instant(case.task.cycle.start, zone), to_instant(case.task.cycle.end, zone))
        with store.reading() as connection:
            last = high_water(connection)
            gone = sum(
                withdrawn_count(connection, kind, case.subjects, *window, case.as_of) for kind in meter.event_types
            )
        data["unbilled"] = _free(charge, derived, case.task.book)
        data["unbilled"] += unbilled(
            con, files_read_by(log_files(store, root, last), meter), case, derived, charge, gone
        )
    return data


def _free(charge: Charge, derived: Derived, book: Book) -> list[dict[str, Any]]:
    """What the charge measured and gave away."""
    bill = derived.bill
    given = bill.measured.get(charge.meter or "", Fraction(0)) - bill.billable.get(charge.name, Fraction(0))
    if charge.free is None or given <= 0:
        return []
    quantity = _quantity(given, charge, book)
    return [{"why": "free", "quantity": quantity, "sentence": f"{quantity} are inside the free allowance"}]


def match_line(derived: Derived, stored: dict[str, Any], case: Case) -> Line | None:
    """The derived line that a stored one is: same kind, charge, name and start, of equal ones the same amount first."""
    zone = case.task.cycle.timezone
    found = [
        line
        for line in derived.bill.lines
        if (line.kind, line.charge, line.name) == (stored["kind"], stored["charge"], stored["name"])
        and (None if line.start is None else to_instant(line.start, zone)) == stored["start_us"]
    ]
    same = [line for line in found if pico_decimal(line.amount) == stored["amount"]]
    chosen = same or found
    return chosen[0] if chosen else None


def charge_of(book: Book, line: Line) -> Charge | None:
    """The charge a line belongs to."""
    return next((c for p in book.plans if p.name == line.plan for c in p.charges if c.name == line.charge), None)


def _window(stored: dict[str, Any], zone: str) -> dict[str, Any]:
    start, end = stored["start_us"], stored["end_us"]
    return {
        "from": None if start is None else iso(start), "to": None if end is None else iso(end), "timezone": zone,
    }  # fmt: skip


def _place(place: Place | None) -> dict[str, Any] | None:
    if place is None or not place.line:
        return None
    return {"file": place.path, "line": place.line, "column": place.column, "text": place.text}


def _quantity(value: Fraction, charge: Charge | None, book: Book) -> str:
    """A quantity in the unit of the meter."""
    unit = None
    if charge is not None and charge.meter is not None:
        meter = book.meter(charge.meter)
        unit = meter.unit or meter.currency
        if meter.unit is not None:
            value = value / book.unit(meter.unit).factor
    elif charge is not None and charge.licensed is not None:
        unit = charge.licensed
        value = value / book.unit(unit).factor
    return f"{format_ratio(value)} {unit}" if unit else format_ratio(value)


def _part(part: Part, charge: Charge | None, book: Book) -> dict[str, Any]:
    return {
        "segment": " > ".join(part.path), "tier": part.tier, "quantity": _quantity(part.quantity, charge, book),
        "amount": format_ratio(part.amount / PICO, 24), "text": part.label or part.place.text,
        "rule": _place(part.place),
    }  # fmt: skip


def _steps(line: Line, charge: Charge | None, derived: Derived, case: Case) -> list[dict[str, Any]]:
    """The way from measured to amount in words and numbers."""
    book = case.task.book
    steps: list[dict[str, Any]] = []
    if charge is not None and charge.meter is not None and line.kind == "usage":
        measured = derived.bill.measured.get(charge.meter, Fraction(0))
        steps.append({"step": "measured", "value": _quantity(measured, charge, book), "by": f"meter {charge.meter}"})
        if charge.free is not None and charge.free.quantity is not None:
            steps.append({"step": "free", "value": _quantity(charge.free.quantity, charge, book),
                          "by": "free allowance", "rule": _place(charge.free.place)})  # fmt: skip
    if line.quantity is not None:
        steps.append({"step": "billable", "value": _quantity(line.quantity, charge, book), "by": line.name})
    steps.append({"step": "exact", "value": format_ratio(line.exact / PICO, 24), "by": "the price below"})
    steps.append({"step": "rounded", "value": format_pico(line.amount), "by": book.currency.rounding.mode})
    return steps


def _levels(stored: dict[str, Any], line: Line | None, parts: list[Part]) -> list[dict[str, Any]]:
    """The amount at each level: as stored, from the rule's segments, from the events."""
    levels = [{"level": "line", "amount": format_pico(int(stored["amount"].scaleb(12)))}]
    if line is None:
        return levels
    if parts:
        total = sum((p.amount for p in parts), Fraction(0))
        shown = format_pico(line.amount) if total == line.exact else format_ratio(total / PICO, 24)
        levels.append({"level": "segments", "amount": shown})
    levels.append({"level": "events", "amount": format_pico(line.amount)})
    return levels
