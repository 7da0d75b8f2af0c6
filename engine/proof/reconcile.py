"""Reconcile a period: events = usage = lines = invoices = ledger, tolerance zero, with the anti-joins shown.

Each stage has a left and a right side: a sum of each, and what is on one side only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from sqlalchemy import select

from engine.journal import Store
from engine.ledger import tables
from engine.ledger.posting import posting_prefix
from engine.metering import open_duck
from engine.proof.errors import ProofError
from engine.proof.verify import derive_run, verify_segments
from engine.runs import RunPeriod

SHOWN = 20


@dataclass(slots=True)
class Stage:
    """One comparison. `missing`: on the left only; `extra`: on the right only; both as short rows, `SHOWN` at most."""

    name: str
    left: str
    right: str
    left_sum: dict[str, str]
    right_sum: dict[str, str]
    missing: list[dict[str, Any]] = field(default_factory=list)
    extra: list[dict[str, Any]] = field(default_factory=list)

    @property
    def balanced(self) -> bool:
        """Equal sums and empty anti-joins."""
        return self.left_sum == self.right_sum and not self.missing and not self.extra

    def data(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "stage": self.name, "left": self.left, "right": self.right, "left_sum": self.left_sum,
            "right_sum": self.right_sum, "balanced": self.balanced, "missing": self.missing, "extra": self.extra,
        }  # fmt: skip


def reconcile(root: Path, store: Store, period: str) -> dict[str, Any]:
    """All stages of the period's run. Raises `ProofError` RBP06 when the period was not billed."""
    ident = f"run-{RunPeriod.parse(period).name}"
    run = store.get("run", ident)
    if run is None or run["status"] != "finished":
        raise ProofError("RBP06", f"{period} was not billed yet", f"ratebook run WS --period {period}")
    con = open_duck()
    try:
        stages = [_events(root, store)]
        derive_run(con, root, store, run)
        path = str(root / run["report"]["artefact"]).replace("'", "''")
        con.execute(f"CREATE TEMP VIEW stored AS SELECT * FROM read_parquet('{path}')")
        _load_invoices(con, store, ident)
        stages += [_usage(con), _lines(con), _invoices(con), _doubles(con), _ledger(con, store)]
    finally:
        con.close()
    return {
        "period": period, "run": ident, "balanced": all(s.balanced for s in stages),
        "stages": [s.data() for s in stages],
    }  # fmt: skip


def _events(root: Path, store: Store) -> Stage:
    """The catalogue's segments against the files: every segment there, with the bytes that were written."""
    found = verify_segments(root, store)
    rows = [d.data() for d in found[:SHOWN]]
    return Stage("events", "segment catalogue", "segment files", {}, {}, rows, [])


def _sums(con: duckdb.DuckDBPyConnection, query: str) -> dict[str, str]:
    return {key: str(value) for key, value in con.execute(query).fetchall()}


def _rows(con: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    cursor = con.execute(f"{query} LIMIT {SHOWN}")
    names = [d[0] for d in cursor.description or ()]
    return [{n: None if v is None else str(v) for n, v in zip(names, row, strict=True)} for row in cursor.fetchall()]


def _stage(
    con: duckdb.DuckDBPyConnection, name: str, left_name: str, right_name: str, left: str, right: str,
    left_sums: str, right_sums: str,
) -> Stage:  # fmt: skip
    """A stage from two queries of rows and two of sums."""
    return Stage(
        name,
        left_name,
        right_name,
        _sums(con, left_sums),
        _sums(con, right_sums),
        _rows(con, f"{left} EXCEPT ALL {right}"),
        _rows(con, f"{right} EXCEPT ALL {left}"),
    )


_DERIVED = """(SELECT v.customer, v.subscription, l.charge, l.start_us, l.quantity_num, l.quantity_den, l.events,
  l.evidence, l.amount, l.kind, l.name, v.currency FROM run_lines l JOIN run_invoices v USING (sub))"""


def _usage(con: duckdb.DuckDBPyConnection) -> Stage:
    """Events metered anew against the usage that the stored lines say they counted: quantity, count, evidence."""
    columns = "customer, subscription, charge, start_us, quantity_num, quantity_den, events, evidence"
    left = f"SELECT {columns} FROM {_DERIVED} WHERE kind = 'usage'"
    right = f"SELECT {columns} FROM stored WHERE kind = 'usage'"
    sums = """SELECT 'events', coalesce(sum(events), 0) FROM ({0})
      UNION ALL SELECT 'evidence', coalesce(sum(evidence), 0) FROM ({0})"""
    return _stage(
        con, "events = usage", "usage metered from the events", "usage on the lines", left, right,
        sums.format(left), sums.format(right),
    )  # fmt: skip


def _lines(con: duckdb.DuckDBPyConnection) -> Stage:
    """Usage rated anew against the stored lines."""
    columns = "customer, subscription, kind, charge, name, start_us, amount"
    left, right = f"SELECT {columns} FROM {_DERIVED}", f"SELECT {columns} FROM stored"
    sums = "SELECT currency, sum(amount) FROM {0} GROUP BY currency ORDER BY currency"
    return _stage(
        con, "usage = lines", "lines rated from the usage", "stored lines", left, right,
        sums.format(_DERIVED), sums.format("stored"),
    )  # fmt: skip


def _load_invoices(con: duckdb.DuckDBPyConnection, store: Store, run: str) -> None:
    fields = ("number", "customer", "subscription", "currency", "total", "tax", "due", "included_tax", "run",
              "from_us", "to_us", "timing", "plan", "book", "status")  # fmt: skip
    rows = [{name: str(body.get(name)) for name in fields} for body in store.documents("invoice", run=run).values()]
    con.register("invoice_rows", pa.Table.from_pylist(rows, pa.schema([(f, pa.string()) for f in fields])))
    amounts = ", ".join(f"{n}::DECIMAL(38,12) AS {n}" for n in ("total", "tax", "due", "included_tax"))
    con.execute(
        f"CREATE TEMP TABLE invoices AS SELECT * EXCLUDE (total, tax, due, included_tax), {amounts} FROM invoice_rows"
    )


def _invoices(con: duckdb.DuckDBPyConnection) -> Stage:
    """Stored lines against invoices: each invoice is the sum of its lines."""
    left = """SELECT invoice AS number, customer, subscription, currency, sum(amount)::DECIMAL(38,12) AS amount
      FROM stored GROUP BY ALL"""
    right = "SELECT number, customer, subscription, currency, (due + included_tax)::DECIMAL(38,12) FROM invoices"
    return _stage(
        con, "lines = invoices", "sums of the lines", "invoices", left, right,
        "SELECT currency, sum(amount) FROM stored GROUP BY currency ORDER BY currency",
        "SELECT currency, sum(due + included_tax) FROM invoices GROUP BY currency ORDER BY currency",
    )  # fmt: skip


def _doubles(con: duckdb.DuckDBPyConnection) -> Stage:
    """One invoice for a subscription and billing period."""
    query = """SELECT subscription, from_us, to_us, timing, count(*) AS invoices,
        list(number ORDER BY number) AS numbers FROM invoices GROUP BY ALL HAVING count(*) > 1"""
    distinct = "SELECT 'invoices', count(*) FROM (SELECT DISTINCT subscription, from_us, to_us, timing FROM invoices)"
    return Stage(
        "one invoice a period", "billing periods", "invoices", _sums(con, distinct),
        _sums(con, "SELECT 'invoices', count(*) FROM invoices"), [], _rows(con, query),
    )  # fmt: skip


def _ledger(con: duckdb.DuckDBPyConnection, store: Store) -> Stage:
    """Invoices against the ledger: what each invoice should have moved, and what its transfers moved."""
    series = posting_prefix(store.tenant, "INV", 0) >> 88
    moved = tables.transfers.c
    account = tables.accounts.c
    with store.reading() as connection:
        receivable = set(connection.execute(select(account.no).where(account.code == 1100)).scalars())
        found = connection.execute(select(moved.id, moved.debit, moved.amount).where(moved.code == 1)).all()
    sums: dict[int, int] = {}
    for ident, debit, amount in found:
        number = int.from_bytes(ident, "big")
        if number >> 88 == series:
            document = number >> 24 & (1 << 64) - 1
            sums[document] = sums.get(document, 0) + (int(amount) if debit in receivable else -int(amount))
    pairs = pa.table({"n": pa.array(list(sums), pa.int64()), "pico": pa.array([str(v) for v in sums.values()])})
    con.register("ledger_rows", pairs)
    left = "SELECT number, (due * 1)::DECIMAL(38,12) AS amount FROM invoices WHERE due <> 0"
    own = "l.n IN (SELECT split_part(number, '-', 2)::BIGINT FROM invoices)"
    right = f"""SELECT 'INV-' || lpad(l.n::VARCHAR, greatest(6, length(l.n::VARCHAR))::INTEGER, '0') AS number,
      (l.pico::DECIMAL(38,0) * 0.000000000001)::DECIMAL(38,12) AS amount FROM ledger_rows l
      WHERE {own} AND l.pico <> '0'"""
    both = "SELECT 'sum', coalesce(sum(amount), 0)::DECIMAL(38,12) FROM ({0})"
    return _stage(
        con, "invoices = ledger", "amounts due", "transfers on receivables", left, right,
        both.format(left), both.format(right),
    )  # fmt: skip
