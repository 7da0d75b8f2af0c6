"""Exports: invoices, lines, journal and transfers as Arrow tables, amounts exact."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import select

from engine.journal import Store
from engine.ledger import tables
from engine.ledger.load import all_rows
from engine.proof.errors import ProofError

WHAT = ("invoices", "lines", "journal", "transfers")


def export_rows(root: Path, store: Store, what: str) -> pa.Table:
    """One table; money is decimal128(38,12) in lines and decimal text elsewhere."""
    if what == "invoices":
        return _invoices(store)
    if what == "lines":
        return _lines(root, store)
    if what == "journal":
        return _journal(store)
    if what == "transfers":
        return _transfers(store)
    raise ProofError("RBP05", f"`{what}` cannot be exported", f"one of {', '.join(WHAT)}")


def _invoices(store: Store) -> pa.Table:
    names = ("number", "customer", "subscription", "plan", "period", "run", "status", "currency", "total", "tax",
             "due", "issued", "due_date", "lines", "book")  # fmt: skip
    rows = [{name: body[name] for name in names} for body in store.documents("invoice").values()]
    kinds = [(name, pa.int64() if name == "lines" else pa.string()) for name in names]
    return pa.Table.from_pylist(sorted(rows, key=lambda r: str(r["number"])), pa.schema(kinds))


def _lines(root: Path, store: Store) -> pa.Table:
    runs = [r for r in store.documents("run").values() if r["status"] == "finished"]
    found = [_nullable(pq.read_table(root / r["report"]["artefact"])) for r in sorted(runs, key=_first_number)]
    return pa.concat_tables(found) if found else pa.table({"line": pa.array([], pa.string())})


def _first_number(run: dict[str, Any]) -> int:
    return int(run["report"]["first_number"])


def _nullable(rows: pa.Table) -> pa.Table:
    """One schema for all runs: a file whose column has no empty value says so in its schema, another does not."""
    return rows.cast(pa.schema([field.with_nullable(True) for field in rows.schema]))


def _journal(store: Store) -> pa.Table:
    names = ("n", "at", "actor", "action", "entity_kind", "entity_id", "before", "after", "key", "prev_hash")
    rows: list[dict[str, Any]] = [
        {name: getattr(e, name) for name in names} | {"hash": e.compute_hash()} for e in store.entries()
    ]
    kinds = [(n, pa.int64() if n in ("n", "at") else pa.string()) for n in (*names, "hash")]
    return pa.Table.from_pylist(rows, pa.schema(kinds))


def _transfers(store: Store) -> pa.Table:
    accounts = tables.accounts.c
    with store.reading() as connection:
        names = {no: ident.hex() for no, ident in connection.execute(select(accounts.no, accounts.id))}
        ledgers = {row.no: row.ledger for row in connection.execute(select(accounts.no, accounts.ledger))}
        found = list(all_rows(connection))
    rows = [
        {
            "timestamp": t, "id": ident.hex(), "debit_account_id": names[debit], "credit_account_id": names[credit],
            "amount": str(amount), "ledger": ledgers[debit], "code": code, "flags": flags,
        }
        for t, ident, debit, credit, amount, *_, code, flags in found
    ]  # fmt: skip
    text, number = pa.string(), pa.int64()
    kinds = [("timestamp", number), ("id", text), ("debit_account_id", text), ("credit_account_id", text),
             ("amount", text), ("ledger", number), ("code", number), ("flags", number)]  # fmt: skip
    return pa.Table.from_pylist(rows, pa.schema(kinds))
