"""Corrections that wait for the next invoice: pinned by a run, put among its lines, settled when it is committed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from engine.journal import Store, Tx
from engine.runs.documents import AFTER
from engine.runs.lines import SCHEMA, insert

PENDING = "pending"
CORRECTION = "COR-"
"""How the numbers of corrections begin."""
CARRIED = f"coalesce(charge, '') LIKE '{CORRECTION}%'"
"""What lines that settle a correction have in common; no charge of a book can be named so."""


def pending_of(con: duckdb.DuckDBPyConnection, store: Store) -> list[str]:
    """Numbers of the corrections that wait for an invoice of one of the subscriptions in the table `chosen`."""
    waiting = store.documents("correction", state=PENDING)
    mine = {row[0] for row in con.execute("SELECT id FROM chosen").fetchall()}
    return sorted(number for number, body in waiting.items() if body["subscription"] in mine)


def carry(con: duckdb.DuckDBPyConnection, root: Path, store: Store, run: Mapping[str, Any]) -> None:
    """Put the corrections that the run pins on the first invoice of their subscription, where it has one.

    A line of kind `correction` for the total, and one for each step after the total (a tax, a draw-down); their charge
    is the number of the correction.
    """
    first = dict(con.execute("SELECT subscription, min(sub) FROM billed GROUP BY ALL").fetchall())
    rows: list[dict[str, Any]] = []
    for number in run.get("carried", ()):
        body = store.get("correction", number)
        if body is not None and body["subscription"] in first:
            rows += correction_lines(con, root, first[body["subscription"]], body)
    insert(con, rows)


def summary(lines: str) -> str:
    """What corrections bring to a document, from a query of their lines: the total, then each step after the total.

    Rows (invoice, kind, name, label, amount); `invoice` is the correction's number, and the name of its total.
    """
    return f"""SELECT invoice, if(kind IN {AFTER}, kind, 'correction') AS kind,
        if(kind IN {AFTER}, name, invoice) AS name, any_value(label) AS label, sum(amount)::DECIMAL(38,12) AS amount
      FROM ({lines}) GROUP BY ALL HAVING sum(amount) <> 0"""


def correction_lines(
    con: duckdb.DuckDBPyConnection, root: Path, sub: int, body: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """What a correction adds to an invoice, as rows of `run_lines`."""
    query = f"SELECT kind, name, label, amount FROM ({summary('FROM read_parquet(?) WHERE invoice = ?')}) ORDER BY ALL"
    from_lines = con.execute(query, [str(root / body["artefact"]), body["number"]]).fetchall()
    number = body["number"]
    label = f"Correction of {body['invoice']}" if body["invoice"] else "Correction"
    blank = dict.fromkeys(SCHEMA.names) | {"sub": sub, "charge": number, "events": 0, "evidence": 0, "place": ""}
    return [
        blank | {"kind": kind, "name": name, "label": label if kind == "correction" else own, "exact": amount,
                 "amount": amount}
        for kind, name, own, amount in from_lines
    ]  # fmt: skip


def carried_by(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """(correction, invoice) numbers of what the run's invoices carry."""
    query = f"SELECT DISTINCT charge, number FROM run_lines JOIN run_invoices USING (sub) WHERE {CARRIED} ORDER BY ALL"
    return con.execute(query).fetchall()


def settle_carried(tx: Tx, numbers: Iterable[tuple[str, str]]) -> None:
    """Mark corrections as settled: (correction, invoice) numbers."""
    for correction, invoice in numbers:
        body = tx.require("correction", correction)
        tx.put("correction", correction, {**body, "state": "settled", "settled_by": invoice})
