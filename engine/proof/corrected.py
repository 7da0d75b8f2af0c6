"""Corrections proved: a correction run derived anew, line by line and document by document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from engine.corrections import settle
from engine.corrections.compare import line_query
from engine.corrections.derive import load_run
from engine.journal import Store, StoreError
from engine.metering import MeterError, open_duck
from engine.proof.differences import Difference, compare_lines, sha256
from engine.runs.errors import RunError
from engine.runs.run import no_step

UNREADABLE = (MeterError, RunError, StoreError, duckdb.IOException, duckdb.InvalidInputException)
"""What a missing or broken file raises while a run is derived anew."""


def verify_correction_run(root: Path, store: Store, run: dict[str, Any]) -> list[Difference]:
    """Derive a finished correction run anew and compare its lines and documents with those that are kept."""
    report = run["report"]
    con = open_duck()
    try:
        numbers = settle.Numbers(**report["first"])
        load_run(con, root, store, run, numbers.correction, no_step)
        settle.load_settlements(con, numbers)
        con.execute(f"CREATE OR REPLACE TEMP TABLE settled_lines AS {settle.settled_lines()}")
        found = _compare(con, root / report["artefact"], line_query())
        found += _compare(con, root / report["settled"], "FROM settled_lines")
        found += _documents(con, store, run)
    except UNREADABLE as error:
        message = getattr(error, "message", None) or str(error).splitlines()[0]
        found = [Difference("lines", run["id"], f"cannot be derived anew: {message}")]
    finally:
        con.close()
    return found


def _compare(con: duckdb.DuckDBPyConnection, path: Path, derived: str) -> list[Difference]:
    """Lines on disk that do not follow, lines that follow and are not on disk, and other bytes."""
    if not path.is_file():
        return [Difference("lines", path.name, "the file of lines is missing")]
    found = compare_lines(con, path, derived)
    if not found and not path.stem.endswith(sha256(path)[:32]):
        found = [Difference("lines", path.name, "the file's bytes are not those that were committed")]
    return found


def _documents(con: duckdb.DuckDBPyConnection, store: Store, run: dict[str, Any]) -> list[Difference]:
    """The run's corrections, own invoices and credit notes against those derived."""
    amounts = ("total", "tax", "due")
    found = []
    for kind, series in (("correction", "number"), ("invoice", "settled_by"), ("credit_note", "settled_by")):
        decision = {"invoice": "own", "credit_note": "note"}.get(kind)
        where = f"WHERE decision = '{decision}'" if decision else ""
        rows = con.execute(f"SELECT {series}, total::VARCHAR, tax::VARCHAR, due::VARCHAR FROM settlements {where}")
        derived = {row[0]: row[1:] for row in rows.fetchall()}
        bodies = store.documents(kind, run=run["id"])
        stored = {number: tuple(body.get(a) for a in amounts) for number, body in bodies.items()}
        for number in sorted(derived.keys() | stored.keys()):
            if derived.get(number) != stored.get(number):
                message = f"(total, tax, due) are {stored.get(number)}, derived {derived.get(number)}"
                found.append(Difference(kind, number, message))
    return found
