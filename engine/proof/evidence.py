"""The stored side of a proof: an invoice, its lines on disk, and the task that billed it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from engine.journal import Store
from engine.metering import open_duck
from engine.proof.corrected import UNREADABLE
from engine.proof.errors import ProofError
from engine.rating import Line
from engine.runs import RunPeriod
from engine.runs.books import Shelf
from engine.runs.carry import correction_lines
from engine.runs.derive import Derived, derive
from engine.runs.pins import Pins
from engine.runs.rate import log_files
from engine.runs.tasks import Task, Terms, tasks_of


@dataclass(frozen=True, slots=True)
class Case:
    """One invoice with everything needed to derive it again."""

    invoice: dict[str, Any]
    lines: list[dict[str, Any]]
    task: Task

    @property
    def subjects(self) -> tuple[str, ...]:
        """What the events of the account may carry as subject."""
        return tuple(dict.fromkeys((self.invoice["customer"], self.invoice["subscription"])))

    @property
    def as_of(self) -> int:
        """The ingest number the invoice was billed as of."""
        return int(self.invoice["proof"]["as_of"])


def load_case(root: Path, store: Store, number: str) -> Case:
    """The invoice of that number; raises `ProofError` RBP01 when there is none."""
    invoice = store.get("invoice", number)
    if invoice is None:
        raise ProofError("RBP01", f"there is no invoice `{number}`", "list them: ratebook export WS invoices")
    con = open_duck()
    try:
        lines = stored_lines(con, root / invoice["artefact"], number)
    finally:
        con.close()
    return Case(invoice, lines, task_of(store, invoice))


def stored_lines(con: duckdb.DuckDBPyConnection, path: Path, number: str) -> list[dict[str, Any]]:
    """The lines of an invoice as they are on disk; raises `ProofError` RBP02 when the file is gone or broken."""
    try:
        arrow: pa.Table = con.sql(
            "SELECT * FROM read_parquet(?) WHERE invoice = ? ORDER BY split_part(line, '/', 2)::INTEGER",
            params=[str(path), number],
        ).to_arrow_table()
        rows: list[dict[str, Any]] = arrow.to_pylist()
    except (duckdb.IOException, duckdb.InvalidInputException) as error:
        reason = str(error).splitlines()[0]
        raise ProofError("RBP02", f"the lines of {number} cannot be read: {reason}", "restore the file") from None
    return rows


def task_of(store: Store, invoice: dict[str, Any]) -> Task:
    """The task that billed an invoice, planned again from the terms the invoice pins and the books its run pins."""
    run = store.get("run", invoice["run"]) or store.get("correction_run", invoice["run"])
    if run is None:
        raise ProofError("RBP03", f"{invoice['number']} names a run that is not there", "verify the workspace")
    task = planned(invoice, Shelf.of(store, Pins.of(run).books))
    if task is not None:
        return task
    raise ProofError(
        "RBP03", f"the billing period of {invoice['number']} is not planned any more", "verify the workspace"
    )


def planned(invoice: Mapping[str, Any], shelf: Shelf) -> Task | None:
    """The billing period of an invoice, planned again from its terms with these books; None when it is no period."""
    for task in tasks_of(Terms(**invoice["terms"]), shelf.view, RunPeriod.parse(invoice["period"])):
        if task.window == (invoice["from_us"], invoice["to_us"]) and task.timing == invoice["timing"]:
            return task
    return None


def derive_case(con: duckdb.DuckDBPyConnection, root: Path, store: Store, case: Case) -> Derived:
    """The bill of a case derived anew from its events, as of its own seq."""
    files = log_files(store, root, case.as_of)
    try:
        derived = derive(con, files, case.task, case.subjects, case.as_of)
        carried = tuple(_carried(con, root, store, case))
        return replace(derived, bill=replace(derived.bill, lines=derived.bill.lines + carried))
    except UNREADABLE as error:
        reason = getattr(error, "message", None) or str(error).splitlines()[0]
        hint = "restore the segment; `verify` names it"
        raise ProofError("RBP07", f"the events cannot be read: {reason}", hint) from None


def _carried(con: duckdb.DuckDBPyConnection, root: Path, store: Store, case: Case) -> Iterator[Line]:
    """The lines by which the invoice settles corrections of earlier periods."""
    number, subscription = case.invoice["number"], case.invoice["subscription"]
    for body in store.documents("correction", subscription=subscription).values():
        if body["settled_by"] == number:
            for row in correction_lines(con, root, 0, body):
                pico = int(row["amount"].scaleb(12))
                yield Line(row["kind"], row["charge"], pico, Fraction(pico), row["name"], row["label"])
