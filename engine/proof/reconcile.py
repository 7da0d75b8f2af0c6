"""Reconcile a period: events = usage = lines = invoices = ledger, tolerance zero, with the anti-joins shown.

A stage that cannot be computed, because a file is gone or broken, is not balanced and says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from engine.journal import Store, StoreError
from engine.metering import open_duck
from engine.proof.errors import ProofError
from engine.proof.moved import load_moved
from engine.proof.reconcile_corrections import correction_stages
from engine.proof.stages import SHOWN, Stage, compared, rows_of, sums_of
from engine.proof.verify import UNREADABLE, derive_run, verify_segments
from engine.runs import RunPeriod, documents, lines
from engine.runs.order import in_order, line_query
from engine.runs.prepare import runs_of

_AMOUNTS = ("total", "tax", "due", "included_tax")
_TEXTS = ("number", "customer", "subscription", "currency", "run", "from_us", "to_us", "timing")


def reconcile(root: Path, store: Store, period: str) -> dict[str, Any]:
    """All stages of the period's finished runs together; `run` is the first of them.

    Raises `ProofError` RBP06 when the period was not billed.
    """
    name = RunPeriod.parse(period).name
    runs = [r for r in runs_of(store, name) if r["status"] == "finished"]
    if not runs:
        raise ProofError("RBP06", f"{name} was not billed yet", f"ratebook run WS --period {name}")
    con = open_duck()
    try:
        stages = [_events(root, store)]
        stages += _rated(con, root, store, runs)
        trouble = _load_invoices(con, store, {r["id"] for r in runs})
        load_moved(con, store)
        stages += [_invoices(con, trouble), _doubles(con), _ledger(con)]
        stages += correction_stages(con, root, store, name)
    finally:
        con.close()
    return {
        "period": name, "run": runs[0]["id"], "runs": [r["id"] for r in runs],
        "balanced": all(s.balanced for s in stages), "stages": [s.data() for s in stages],
    }  # fmt: skip


def _events(root: Path, store: Store) -> Stage:
    """The catalogue's segments against the files: every segment there, with the bytes that were written."""
    found, count = verify_segments(root, store)
    good = {"segments": str(count - len(found))}
    rows = [d.data() for d in found[:SHOWN]]
    return Stage("events", "segment catalogue", "segment files", {"segments": str(count)}, good, rows)


def _rated(con: duckdb.DuckDBPyConnection, root: Path, store: Store, runs: Sequence[dict[str, Any]]) -> list[Stage]:
    """Events metered and rated anew (table `derived`) against the stored lines (table `stored`)."""
    con.execute(_empty("derived"))
    con.execute(_empty("stored"))
    trouble: list[dict[str, Any]] = []
    for run in runs:
        artefact = run["report"]["artefact"]
        try:
            con.execute("INSERT INTO stored BY NAME SELECT * FROM read_parquet(?)", [str(root / artefact)])
        except duckdb.Error as error:
            trouble.append({"check": "lines", "what": artefact, "message": str(error).splitlines()[0]})
        try:
            derive_run(con, root, store, run)
            query = line_query(con)
            with in_order(con):
                con.execute(f"INSERT INTO derived BY NAME {query}")
        except UNREADABLE as error:
            message = getattr(error, "message", None) or str(error).splitlines()[0]
            trouble.append({"check": "events", "what": run["id"], "message": f"cannot be rated anew: {message}"})
    stages = [_usage(con), _lines(con)]
    stages[0].missing = [*trouble, *stages[0].missing][:SHOWN]
    return stages


def _empty(name: str) -> str:
    """An empty table of lines as they are stored."""
    texts = ("invoice", "customer", "subscription", "plan", "currency", "line", "book_version", "price_digest")
    columns = {**dict.fromkeys(texts, "VARCHAR"), **{n: k for n, k in lines.LINES.items() if n != "sub"}}
    return f"CREATE TEMP TABLE {name} ({', '.join(f'{n} {k}' for n, k in columns.items())})"


def _usage(con: duckdb.DuckDBPyConnection) -> Stage:
    """Events metered anew against the usage that the stored lines say they counted: quantity, count, evidence."""
    columns = "customer, subscription, charge, start_us, quantity_num, quantity_den, events, evidence"
    rows = f"SELECT {columns} FROM {{}} WHERE kind = 'usage'"
    sums = """SELECT 'events', coalesce(sum(events), 0) FROM {0} WHERE kind = 'usage'
      UNION ALL SELECT 'evidence', coalesce(sum(evidence), 0) FROM {0} WHERE kind = 'usage'"""
    return _of_lines(con, "events = usage", ("usage metered from the events", "usage on the lines"), rows, sums)


def _lines(con: duckdb.DuckDBPyConnection) -> Stage:
    """Usage rated anew against the stored lines."""
    rows = """SELECT customer, subscription, kind, charge, name, start_us, currency, exact, amount, book_version
      FROM {}"""
    sums = "SELECT currency, sum(amount) FROM {} GROUP BY currency"
    return _of_lines(con, "usage = lines", ("lines rated from the usage", "stored lines"), rows, sums)


def _of_lines(con: duckdb.DuckDBPyConnection, name: str, sides: tuple[str, str], rows: str, sums: str) -> Stage:
    queries = (rows.format("derived"), rows.format("stored"))
    return compared(con, name, sides, queries, (sums.format("derived"), sums.format("stored")))


def _load_invoices(con: duckdb.DuckDBPyConnection, store: Store, runs: set[str]) -> list[dict[str, Any]]:
    """Table `invoices`: every invoice document that names one of the runs, whether or not an index knows it; returns
    why it is empty where they cannot be read."""
    names = (*_TEXTS, *_AMOUNTS)
    trouble: list[dict[str, Any]] = []
    held: list[dict[str, Any]] = []
    try:
        held = [body for body in store.documents("invoice").values() if body.get("run") in runs]
    except StoreError as error:
        trouble = [{"check": "journal", "what": "invoices", "message": error.message}]
    rows = [{name: str(body.get(name)) for name in names} for body in held]
    con.register("invoice_rows", pa.Table.from_pylist(rows, pa.schema([(f, pa.string()) for f in names])))
    amounts = ", ".join(f"{n}::DECIMAL(38,12) AS {n}" for n in _AMOUNTS)
    con.execute(f"CREATE TEMP TABLE invoices AS SELECT {', '.join(_TEXTS)}, {amounts} FROM invoice_rows")
    return trouble


def _invoices(con: duckdb.DuckDBPyConnection, trouble: list[dict[str, Any]]) -> Stage:
    """Stored lines against invoices: each invoice is the sum of its lines, and so are its parts."""
    after = documents.AFTER
    left = f"""SELECT invoice AS number, customer, subscription, currency, sum(amount)::DECIMAL(38,12) AS amount,
      sum(CASE WHEN kind IN {after} THEN 0 ELSE amount END)::DECIMAL(38,12) AS total,
      sum(CASE WHEN kind = 'tax' THEN amount ELSE 0 END)::DECIMAL(38,12) AS tax FROM stored GROUP BY ALL"""
    right = """SELECT number, customer, subscription, currency, (due + included_tax)::DECIMAL(38,12) AS amount, total,
      tax FROM invoices"""
    sums = (
        "SELECT currency, sum(amount) FROM stored GROUP BY currency",
        "SELECT currency, sum(due + included_tax) FROM invoices GROUP BY currency",
    )
    stage = compared(con, "lines = invoices", ("sums of the lines", "invoices"), (left, right), sums)
    stage.missing = [*trouble, *stage.missing][:SHOWN]
    return stage


def _doubles(con: duckdb.DuckDBPyConnection) -> Stage:
    """One invoice for a subscription and billing period."""
    query = """SELECT subscription, from_us, to_us, timing, count(*) AS invoices,
        list(number ORDER BY number) AS numbers FROM invoices GROUP BY ALL HAVING count(*) > 1"""
    distinct = "SELECT 'invoices', count(*) FROM (SELECT DISTINCT subscription, from_us, to_us, timing FROM invoices)"
    every = "SELECT 'invoices', count(*) FROM invoices"
    return Stage(
        "one invoice a period", "billing periods", "invoices", sums_of(con, distinct), sums_of(con, every),
        extra=rows_of(con, query),
    )  # fmt: skip


def _ledger(con: duckdb.DuckDBPyConnection) -> Stage:
    """Invoices against the ledger: what each invoice should have moved, and what its transfers moved."""
    left = "SELECT number, currency, due AS amount FROM invoices WHERE due <> 0"
    right = """SELECT number, currency, amount FROM moved
      WHERE amount <> 0 AND number IN (SELECT number FROM invoices UNION SELECT invoice FROM stored)"""
    both = "SELECT currency, sum(amount)::DECIMAL(38,12) FROM ({}) GROUP BY currency"
    sides = ("amounts due", "transfers on receivables")
    return compared(con, "invoices = ledger", sides, (left, right), (both.format(left), both.format(right)))
