"""After posting: lines, invoices and ledger of a run are added up and must be equal to the pico."""

from __future__ import annotations

from pathlib import Path

import duckdb

from engine.ledger import EmbeddedLedger, unbalanced
from engine.runs.errors import RunError


def tie_out(con: duckdb.DuckDBPyConnection, lines: Path, ledger: EmbeddedLedger, run: str) -> None:
    """Raise `RunError` RBR06 unless the lines on disk sum to the invoices and the trial balance is zero."""
    path = str(lines).replace("'", "''")
    rows = con.execute(
        f"""SELECT v.currency, (SELECT sum(l.amount) FROM read_parquet('{path}') l WHERE l.currency = v.currency),
          sum(v.due + v.included_tax) FROM run_invoices v GROUP BY v.currency"""
    ).fetchall()
    for currency, of_lines, of_invoices in rows:
        if of_lines != of_invoices:
            raise RunError(
                "RBR06", f"{run}: lines in {currency} sum to {of_lines}, invoices to {of_invoices}",
                "reconcile the period; nothing may be sent before it balances",
            )  # fmt: skip
    for currency in unbalanced(ledger):
        raise RunError("RBR06", f"{run}: the ledger's {currency} accounts do not balance", "verify it")
