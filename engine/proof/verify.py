"""Verify: the journal folds to the state, the ledger to its balances, and invoices follow from their events."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from engine.events import segments
from engine.journal import Store, verify_journal
from engine.ledger import EmbeddedLedger, trial_balance, verify_ledger
from engine.metering import open_duck
from engine.money import round_ratio
from engine.proof.corrected import UNREADABLE, verify_correction_run
from engine.proof.differences import Difference, compare_lines, sha256, text_of
from engine.proof.evidence import Case, derive_case, load_case
from engine.proof.explain import match_line
from engine.proof.explain_correction import correction_of
from engine.runs import documents, lines
from engine.runs.carry import CORRECTION
from engine.runs.derive import Derived
from engine.runs.lines import pico_decimal
from engine.runs.order import line_query
from engine.runs.rate import rate_run
from engine.runs.run import no_step


def verify_invoice(root: Path, store: Store, number: str) -> list[Difference]:
    """Derive one invoice anew from its events with the scalar reference; the first thing that differs is named.

    A correction, or a document that settles one, is derived with its whole run.
    """
    body = correction_of(store, number)
    if body is not None:
        run = store.get("correction_run", body["run"])
        assert run is not None
        return [f for f in verify_correction_run(root, store, run) if f.what.partition("/")[0] in (number, run["id"])]
    case = load_case(root, store, number)
    con = open_duck()
    try:
        derived = derive_case(con, root, store, case)
    finally:
        con.close()
    return compare_case(case, derived)


def compare_case(case: Case, derived: Derived) -> list[Difference]:
    """An invoice's lines and sums against a derivation of it.

    Lines that settle a correction of another period follow from that correction, not from the events of this one.
    """
    own = [row for row in case.lines if not str(row["charge"]).startswith(CORRECTION)]
    found: list[Difference] = []
    for row in own:
        line = match_line(derived, row, case)
        if line is None:
            found.append(Difference("lines", row["line"], "no such line follows from the events and the price"))
            continue
        for field, ours, theirs in (
            ("amount", row["amount"], pico_decimal(line.amount)),
            ("quantity", _ratio(row), _of(line.quantity)),
        ):
            if ours != theirs:
                found.append(Difference("lines", row["line"], f"{field} is {text_of(ours)}, derived {text_of(theirs)}"))
    lines = [x for x in derived.bill.lines if not str(x.charge).startswith(CORRECTION)]
    kept = [x for x in lines if x.amount or round_ratio(x.exact) or x.quantity]
    if len(kept) != len(own):
        number = case.invoice["number"]
        found.append(Difference("lines", number, f"{len(own)} lines are stored, {len(kept)} derived"))
    return found + _totals(case)


def _ratio(row: dict[str, Any]) -> tuple[int, int] | None:
    return None if row["quantity_num"] is None else (int(row["quantity_num"]), int(row["quantity_den"]))


def _of(value: Any) -> tuple[int, int] | None:
    return None if value is None else (value.numerator, value.denominator)


def _totals(case: Case) -> list[Difference]:
    """What the invoice says of itself against its lines."""
    after = documents.AFTER
    included = {t.name for t in case.task.book.taxes if t.included}
    sums = {
        "total": [r for r in case.lines if f"'{r['kind']}'" not in after],
        "tax": [r for r in case.lines if r["kind"] == "tax"],
        "due": [r for r in case.lines if not (r["kind"] == "tax" and r["name"] in included)],
    }
    found = []
    for field, rows in sums.items():
        amount, stored = f"{sum((r['amount'] for r in rows), pico_decimal(0)):f}", case.invoice[field]
        if amount != stored:
            message = f"{field}: its lines sum to {amount}, it says {stored}"
            found.append(Difference("invoice", case.invoice["number"], message))
    return found


def verify_all(root: Path, store: Store, ledger: EmbeddedLedger) -> list[Difference]:
    """Everything: journal, ledger, files, and every finished run derived again set-based."""
    found = [Difference("journal", f.entity, f.message) for f in verify_journal(store)]
    found += [
        Difference("ledger", f"account {f.account_id:032x}", f"{f.field} is {f.stored}, its transfers give {f.folded}")
        for f in verify_ledger(ledger)
    ]
    found += [
        Difference("ledger", b.currency, f"debits exceed credits by {b.difference} pico")
        for b in trial_balance(ledger)
        if not b.balanced
    ]
    found += verify_segments(root, store)[0]
    for run in store.documents("run").values():
        if run["status"] == "finished":
            found += verify_run(root, store, run)
    for run in store.documents("correction_run").values():
        if run["status"] == "finished":
            found += verify_correction_run(root, store, run)
    return found


def verify_segments(root: Path, store: Store) -> tuple[list[Difference], int]:
    """(differences, how many segments): every segment of the log is there and holds the bytes that were written."""
    with store.reading() as connection:
        known = segments(connection)
    found = []
    for segment in known:
        path = segment.file(root)
        if not path.is_file():
            found.append(Difference("events", segment.path, "the segment is missing"))
        elif sha256(path) != segment.sha256:
            found.append(Difference("events", segment.path, "the segment was changed after it was written"))
    return found, len(known)


def verify_run(root: Path, store: Store, run: dict[str, Any]) -> list[Difference]:
    """Derive a whole run anew and compare its lines with those on disk, both ways."""
    report = run["report"]
    path = root / report["artefact"]
    if not path.is_file():
        return [Difference("lines", report["artefact"], "the file of lines is missing")]
    con = open_duck()
    try:
        derive_run(con, root, store, run)
        found = compare_lines(con, path, line_query(con))
        found += _compare_documents(con, store, run)
        if not found and sha256(path)[:32] != path.stem:
            found = [Difference("lines", report["artefact"], "the file's bytes are not those that were committed")]
    except UNREADABLE as error:
        message = getattr(error, "message", None) or str(error).splitlines()[0]
        found = [Difference("lines", run["id"], f"cannot be derived anew: {message}")]
    finally:
        con.close()
    return found


def _compare_documents(con: duckdb.DuckDBPyConnection, store: Store, run: dict[str, Any]) -> list[Difference]:
    """The run's invoices against those derived."""
    rows = con.execute("SELECT number, total::VARCHAR, tax::VARCHAR, due::VARCHAR FROM run_invoices").fetchall()
    derived = {row[0]: row[1:] for row in rows}
    bodies = store.documents("invoice", run=run["id"])
    stored = {number: (body.get("total"), body.get("tax"), body.get("due")) for number, body in bodies.items()}
    lacking, surplus = sorted(derived.keys() - stored.keys()), sorted(stored.keys() - derived.keys())
    found = [Difference("invoice", n, "follows from the events but is not there") for n in lacking]
    found += [Difference("invoice", n, "is there but does not follow from the events") for n in surplus]
    for number in sorted(derived.keys() & stored.keys()):
        if derived[number] != stored[number]:
            message = f"(total, tax, due) are {stored[number]}, derived {derived[number]}"
            found.append(Difference("invoice", number, message))
    return found


def derive_run(con: duckdb.DuckDBPyConnection, root: Path, store: Store, run: dict[str, Any]) -> None:
    """Tables `run_lines` and `run_invoices` of a run, derived from events, books and subscriptions as of its seq."""
    lines.create(con)
    rate_run(con, root, store, run, no_step)
    header = documents.Header(run["id"], run["period"], run["as_of"], run["engine"], run["report"]["first_number"])
    documents.number_invoices(con, header)


__all__ = [
    "UNREADABLE",
    "Difference",
    "compare_lines",
    "derive_run",
    "verify_all",
    "verify_invoice",
    "verify_run",
    "verify_segments",
]
