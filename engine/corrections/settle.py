"""The documents that settle corrections: an own invoice, or a credit note, each with lines that name its correction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from engine.corrections.compare import line_query
from engine.runs.carry import summary
from engine.runs.documents import numbered

SETTLED = {"own": ("INV-", "invoice"), "note": ("CN-", "credit_note")}
"""Decision → prefix of the document's number, and its kind."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """The first number of each series that a correction run may take."""

    correction: int
    invoice: int
    credit_note: int

    def first(self, decision: str) -> int:
        """The first number of the series in which a decision's documents stand."""
        return self.invoice if decision == "own" else self.credit_note


def load_settlements(con: duckdb.DuckDBPyConnection, numbers: Numbers) -> None:
    """Table `settlements`: `decided` with `settled_by`, the number of the invoice or credit note, or ''."""
    parts = [
        f"""SELECT n, {numbered(f"'{prefix}'", "m")} AS settled_by, m
        FROM (SELECT n, row_number() OVER (ORDER BY n) + {numbers.first(decision) - 1} AS m
          FROM decided WHERE decision = '{decision}')"""
        for decision, (prefix, _) in SETTLED.items()
    ]
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE settlements AS
        SELECT d.*, coalesce(s.settled_by, '') AS settled_by, s.m
        FROM decided d LEFT JOIN ({" UNION ALL ".join(parts)}) s USING (n)"""
    )


def settled_lines() -> str:
    """The lines of the own invoices and credit notes, in the schema of every file of lines."""
    order = "q.kind <> 'correction', q.kind, q.name"
    label = "if(q.kind = 'correction', concat_ws(' of ', 'Correction', nullif(s.invoice, '')), q.label)"
    return f"""SELECT s.settled_by || '/' || row_number() OVER (PARTITION BY s.n ORDER BY {order}) AS line,
      s.settled_by AS invoice, s.customer, s.subscription, s.plan, q.kind, s.number AS charge,
      q.name, {label} AS label, NULL::DECIMAL(38,0) AS quantity_num, NULL::DECIMAL(38,0) AS quantity_den,
      NULL::VARCHAR AS unit,
      q.amount AS exact, q.amount, s.currency, NULL::BIGINT AS start_us, NULL::BIGINT AS end_us, 0::BIGINT AS events,
      0::DECIMAL(38,0) AS evidence, '' AS place, s.book AS book_version, '' AS price_digest
    FROM ({summary(line_query())}) q JOIN settlements s ON s.number = q.invoice WHERE s.settled_by <> ''
    ORDER BY s.settled_by, {order}"""


def legs(con: duckdb.DuckDBPyConnection, decision: str) -> dict[str, list[Any]]:
    """What the ledger posts for the documents of a decision: as `engine.runs.documents.legs`, signed."""
    rows = con.execute(
        f"""SELECT m, customer, currency, role, owner, replace(amount::VARCHAR, '.', '') FROM (
          SELECT m, customer, currency, 0 AS role, split_part(book, '/', 1) || '.' || plan AS owner,
            total - included_tax AS amount FROM settlements WHERE decision = $decision
          UNION ALL
          SELECT s.m, s.customer, s.currency, 1, l.name, sum(l.amount)::DECIMAL(38,12)
          FROM settlements s JOIN ({line_query()}) l ON l.invoice = s.number
          WHERE s.decision = $decision AND l.kind = 'tax' GROUP BY ALL)
        ORDER BY m, role, owner""",
        {"decision": decision},
    ).fetchall()
    names = ("number", "customer", "currency", "role", "owner", "amount")
    columns: dict[str, list[Any]] = {name: [row[i] for row in rows] for i, name in enumerate(names)}
    columns["amount"] = [int(a) for a in columns["amount"]]
    return columns
