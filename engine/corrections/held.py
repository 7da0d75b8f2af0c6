"""What was billed until now: the lines of a period's runs and corrections, as one table beside the derived lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from engine.journal import Store
from engine.runs.carry import CARRIED
from engine.runs.lines import LINES

MONEY = (
    "kind",
    "charge",
    "name",
    "label",
    "quantity_num",
    "quantity_den",
    "unit",
    "exact",
    "amount",
    "start_us",
    "end_us",
)
"""What makes two lines the same for the one who pays. Other events behind the same figures are no correction."""

PROOF = ("events", "evidence", "place", "currency", "book_version", "price_digest")
COLUMNS = MONEY + PROOF
FEW = 10_000
"""Up to so many subscriptions are looked up by name, instead of all documents of a run."""
IN_FORCE = ("none", "own", "next", "note", "credit_next", "wallet")
"""Decisions of corrections whose lines count as billed; an absorbed or refused difference stays open."""


def load_documents(con: duckdb.DuckDBPyConnection, invoices: Iterable[dict[str, Any]], name: str) -> None:
    """Table `name` of documents (invoices, or corrections) with their billing period."""
    rows = [
        {
            "number": b["number"], "invoice": b.get("invoice") or b["number"], "subscription": b["subscription"],
            "customer": b["customer"], "plan": b["plan"], "timing": b["timing"], "currency": b["currency"],
            "book": b["book"], "from_us": b["from_us"], "to_us": b["to_us"], "due": b["due"],
            "taxed": b["included_tax"] not in ("0", "0.000000000000"),
        }
        for b in invoices
    ]  # fmt: skip
    text, whole = pa.string(), pa.int64()
    kinds = {"from_us": whole, "to_us": whole, "taxed": pa.bool_()}
    names = ("number", "invoice", "subscription", "customer", "plan", "timing", "currency", "book", "from_us", "to_us",
             "due", "taxed")  # fmt: skip
    con.register("document_rows", pa.Table.from_pylist(rows, pa.schema([(n, kinds.get(n, text)) for n in names])))
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * REPLACE (due::DECIMAL(38,12) AS due) FROM document_rows"
    )
    con.unregister("document_rows")


def documents_of(store: Store, kind: str, runs: Sequence[str], subscriptions: set[str]) -> list[dict[str, Any]]:
    """The documents of these runs for these subscriptions."""
    if not runs or not subscriptions:
        return []
    if len(subscriptions) <= FEW:
        return list(store.documents(kind, run=runs, subscription=subscriptions).values())
    found = store.documents(kind, run=runs).values()
    return [body for body in found if body["subscription"] in subscriptions]


def load_held(con: duckdb.DuckDBPyConnection, root: Path, artefacts: Sequence[str], corrected: Sequence[str]) -> None:
    """Table `held_lines`: every line billed and not taken back, with its billing period; `line` is its name.

    Lines that settle a correction of another period are not of this one.

    Wants `billed_documents` (invoices) and `corrections_before` (corrections in force).
    """
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE held_lines (line VARCHAR, subscription VARCHAR, from_us BIGINT, to_us BIGINT,
          timing VARCHAR, {", ".join(f"{c} {LINES.get(c, 'VARCHAR')}" for c in COLUMNS)})"""
    )
    chosen = ", ".join(f"l.{c}" for c in COLUMNS)
    for table, paths in (("billed_documents", artefacts), ("corrections_before", corrected)):
        for path in paths:
            own = f"NOT ({CARRIED})" if table == "billed_documents" else "l.reverses IS NULL"
            con.execute(
                f"""INSERT INTO held_lines
                SELECT l.line, d.subscription, d.from_us, d.to_us, d.timing, {chosen}
                FROM read_parquet(?) l JOIN {table} d ON d.number = l.invoice WHERE {own}""",
                [str(root / path)],
            )
    for path in corrected:
        con.execute(
            """DELETE FROM held_lines WHERE line IN (SELECT l.reverses FROM read_parquet(?) l
              JOIN corrections_before d ON d.number = l.invoice WHERE l.reverses IS NOT NULL)""",
            [str(root / path)],
        )
