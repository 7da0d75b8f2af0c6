"""Reconciling a period's corrections: derived anew = lines = corrections = documents = ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from engine.corrections.prepare import corrections_of
from engine.journal import Store
from engine.proof.corrected import verify_correction_run
from engine.proof.stages import SHOWN, Stage, compared

_NAMES = ("number", "currency", "run", "settled_by", "decision", "kind", "total", "due", "included_tax")


def correction_stages(con: duckdb.DuckDBPyConnection, root: Path, store: Store, period: str) -> list[Stage]:
    """Three stages for the finished correction runs of the period, none where it has none. Wants table `moved`."""
    runs = [r for r in corrections_of(store, period) if r["status"] == "finished"]
    if not runs:
        return []
    trouble = _load(con, root, store, runs)
    return [_derived(root, store, runs), _lines(con, trouble), _documents(con), _ledger(con)]


def _derived(root: Path, store: Store, runs: list[dict[str, Any]]) -> Stage:
    """Each correction run derived anew against what it kept."""
    found = [d.data() for run in runs for d in verify_correction_run(root, store, run)]
    count = {"runs": str(len(runs))}
    right = count if not found else {"runs": "differs"}
    return Stage("derived = corrections", "corrections derived anew", "correction runs", count, right, found[:SHOWN])


def _load(con: duckdb.DuckDBPyConnection, root: Path, store: Store, runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Tables `correction_rows`, `settling`, `corrected`: corrections, what settles them, and their lines."""
    named = [r["id"] for r in runs]
    kinds = {"correction_rows": ("correction",), "settling": ("invoice", "credit_note")}
    for table, of in kinds.items():
        bodies = [body for kind in of for body in store.documents(kind, run=named).values()]
        rows = [{name: str(body.get(name, "")) for name in _NAMES} for body in bodies]
        con.register("rows_of", pa.Table.from_pylist(rows, pa.schema([(n, pa.string()) for n in _NAMES])))
        amounts = ", ".join(f"{n}::DECIMAL(38,12) AS {n}" for n in ("total", "due", "included_tax"))
        con.execute(f"CREATE TEMP TABLE {table} AS SELECT * REPLACE ({amounts}) FROM rows_of")
    con.execute("CREATE TEMP TABLE corrected (number VARCHAR, currency VARCHAR, amount DECIMAL(38,12))")
    trouble: list[dict[str, Any]] = []
    for run in runs:
        path = root / run["report"]["artefact"]
        try:
            con.execute("INSERT INTO corrected SELECT invoice, currency, amount FROM read_parquet(?)", [str(path)])
        except duckdb.Error as error:
            trouble.append({"check": "lines", "what": path.name, "message": str(error).splitlines()[0]})
    return trouble


def _lines(con: duckdb.DuckDBPyConnection, trouble: list[dict[str, Any]]) -> Stage:
    """Lines taken back and derived now against the corrections' own sums."""
    left = "SELECT number, currency, sum(amount)::DECIMAL(38,12) AS amount FROM corrected GROUP BY ALL"
    right = "SELECT number, currency, (due + included_tax)::DECIMAL(38,12) AS amount FROM correction_rows"
    stage = _stage(con, "lines = corrections", ("sums of the correction lines", "corrections"), left, right)
    stage.missing = [*trouble, *stage.missing][:SHOWN]
    return stage


def _documents(con: duckdb.DuckDBPyConnection) -> Stage:
    """What is to be billed or credited at once against the invoices and credit notes for it."""
    left = "SELECT settled_by AS number, currency, due AS amount FROM correction_rows WHERE decision IN ('own', 'note')"
    right = "SELECT number, currency, due AS amount FROM settling"
    return _stage(con, "corrections = documents", ("corrections", "invoices and credit notes"), left, right)


def _ledger(con: duckdb.DuckDBPyConnection) -> Stage:
    """Those documents against the ledger."""
    left = "SELECT number, currency, due AS amount FROM settling WHERE due <> 0"
    right = """SELECT number, currency, amount FROM moved
      WHERE amount <> 0 AND number IN (SELECT number FROM settling)"""
    return _stage(con, "documents = ledger", ("amounts due", "transfers on receivables"), left, right)


def _stage(con: duckdb.DuckDBPyConnection, name: str, sides: tuple[str, str], left: str, right: str) -> Stage:
    sums = "SELECT currency, sum(amount)::DECIMAL(38,12) FROM ({}) GROUP BY currency"
    return compared(con, name, sides, (left, right), (sums.format(left), sums.format(right)))
