"""What the ledger's transfers moved on receivables, document by document."""

from __future__ import annotations

import duckdb
import pyarrow as pa
from sqlalchemy import select

from engine.journal import Store
from engine.ledger import tables
from engine.ledger.load import all_rows
from engine.ledger.posting import PostingKind, posting_prefix
from engine.money.currencies import CURRENCIES
from engine.runs.documents import numbered

SERIES = ("INV", "CN")
"""Invoices and credit notes."""


def load_moved(con: duckdb.DuckDBPyConnection, store: Store) -> None:
    """Table `moved`: what the transfers of each invoice and credit note moved on receivables, signed, by currency."""
    series = {posting_prefix(store.tenant, name, 0) >> 88: name for name in SERIES}
    codes = {c.numeric: c.code for c in CURRENCIES.values()}
    account = tables.accounts.c
    with store.reading() as connection:
        owned = connection.execute(select(account.no, account.ledger).where(account.code == 1100)).all()
        receivable = {row.no: codes.get(row.ledger, str(row.ledger)) for row in owned}
        sums: dict[tuple[str, int, str], int] = {}
        for _, ident, debit, credit, amount, *_, code, _ in all_rows(connection):
            number = int.from_bytes(ident, "big")
            name = series.get(number >> 88)
            if name is None or code not in (PostingKind.INVOICE, PostingKind.CREDIT_NOTE):
                continue
            currency = receivable.get(debit) or receivable.get(credit) or "?"
            key = (name, number >> 24 & (1 << 64) - 1, currency)
            sums[key] = sums.get(key, 0) + (amount if debit in receivable else -amount)
    rows = pa.table(
        {
            "series": pa.array([s for s, _, _ in sums], pa.string()),
            "n": pa.array([n for _, n, _ in sums], pa.int64()),
            "currency": pa.array([c for _, _, c in sums], pa.string()),
            "pico": pa.array([str(v) for v in sums.values()], pa.string()),
        }
    )
    con.register("ledger_rows", rows)
    con.execute(
        f"""CREATE TEMP TABLE moved AS SELECT {numbered("series || '-'", "n")} AS number, currency,
          (pico::DECIMAL(38,0) * 0.000000000001)::DECIMAL(38,12) AS amount FROM ledger_rows"""
    )
