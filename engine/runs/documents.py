"""Invoices from lines: numbered, as canonical JSON documents and index rows, built set-based."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from engine.journal import INDEXED, Batch
from engine.journal.batches import FOLDER as BATCHES
from engine.journal.batches import GROUP_ROWS
from engine.runs.lines import write_parquet

AFTER = "('commit', 'billed', 'tax', 'credit_note', 'wallet')"


@dataclass(frozen=True, slots=True)
class Header:
    """What all invoices of a run share. `artefact` is the lines file relative to the workspace, `lines_digest` its
    SHA-256."""

    run: str
    period: str
    as_of: int
    engine: str
    first_number: int
    prefix: str = "INV-"


def numbered(prefix: str, n: str) -> str:
    """A document's number as text: `prefix` (an expression) and the number `n` in six digits or more."""
    return f"{prefix} || lpad({n}::VARCHAR, greatest(6, length({n}::VARCHAR))::INTEGER, '0')"


def number_invoices(con: duckdb.DuckDBPyConnection, header: Header) -> int:
    """Create `run_invoices`: one row a billed period that has lines, numbered in the order of `billed.sub`.

    `task_info` (see `rate.register_tasks`) says what a task's invoices
    carry. Amounts are major units; `due` leaves out taxes that the prices include.
    """
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE run_invoices AS
        WITH sums AS (
          SELECT sub, count(*) AS lines, coalesce(sum(amount) FILTER (kind NOT IN {AFTER}), 0)::DECIMAL(38,12) AS total,
            coalesce(sum(amount) FILTER (kind = 'tax'), 0)::DECIMAL(38,12) AS tax, sum(amount)::DECIMAL(38,12) AS every
          FROM run_lines GROUP BY sub),
        inside AS (
          SELECT sub, sum(amount)::DECIMAL(38,12) AS included_tax
          FROM run_lines JOIN billed USING (sub) JOIN task_info i USING (task)
          WHERE kind = 'tax' AND list_contains(i.included, name) GROUP BY sub),
        numbered AS (
          SELECT row_number() OVER (ORDER BY sub) + {header.first_number - 1} AS n, sums.*,
            coalesce(included_tax, 0)::DECIMAL(38,12) AS included_tax
          FROM sums LEFT JOIN inside USING (sub))
        SELECT n, {numbered(f"'{header.prefix}'", "n")} AS number,
          v.* EXCLUDE (n, every), (every - included_tax)::DECIMAL(38,12) AS due,
          b.task, b.customer, b.subscription, b.plan, b.from_us, b.to_us, i.* EXCLUDE (task, included)
        FROM numbered v JOIN billed b USING (sub) JOIN task_info i USING (task) ORDER BY sub"""
    )
    found = con.execute("SELECT count(*) FROM run_invoices").fetchall()[0]
    return int(found[0])


_BODY = """to_json({
  'artefact': h.artefact, 'book': book_version, 'currency': currency, 'customer': customer, 'due': due::VARCHAR,
  'due_date': due_date, 'from_us': from_us, 'included_tax': included_tax::VARCHAR, 'issued': issued, 'lines': lines,
  'number': number, 'period': h.period, 'plan': plan,
  'proof': {'as_of': h.as_of::BIGINT, 'engine': h.engine, 'lines': h.lines_digest, 'price': price_digest},
  'run': h.run, 'status': 'open', 'subscription': subscription, 'tax': tax::VARCHAR, 'terms': terms, 'timing': timing,
  'to_us': to_us, 'total': total::VARCHAR})::VARCHAR"""
"""The canonical JSON of an invoice: keys in order, amounts as decimal strings, the terms it was billed under."""


def write_documents(
    con: duckdb.DuckDBPyConnection, root: Path, header: Header, artefact: str, lines_digest: str
) -> Batch:
    """The invoices as a batch file below `root`, in the order of their numbers."""
    con.execute(
        """CREATE OR REPLACE TEMP TABLE run_header AS SELECT $run AS run, $period AS period, $as_of AS as_of,
          $engine AS engine, $artefact AS artefact, $lines_digest AS lines_digest""",
        {
            "run": header.run, "period": header.period, "as_of": header.as_of, "engine": header.engine,
            "artefact": artefact, "lines_digest": lines_digest,
        },
    )  # fmt: skip
    made = {"run": "h.run", "period": "h.period", "status": "'open'", "due": "due::VARCHAR"}
    fields = ", ".join(f"{made.get(name, name)} AS {name}" for name in INDEXED["invoice"])
    query = f"SELECT number AS id, {_BODY} AS body, {fields} FROM run_invoices CROSS JOIN run_header h ORDER BY n"
    name, digest = write_parquet(con, query, root / BATCHES, group_rows=GROUP_ROWS)
    [(count,)] = con.execute("SELECT count(*) FROM run_invoices").fetchall()
    return Batch("invoice", int(count), digest, f"{BATCHES}/{name}")


def totals(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Sum of the invoices' totals by currency, as decimal strings."""
    rows = con.execute("SELECT currency, sum(total)::VARCHAR FROM run_invoices GROUP BY currency ORDER BY currency")
    return {currency: trimmed(total) for currency, total in rows.fetchall()}


def trimmed(text: str) -> str:
    """A decimal string without needless zeros, two places at least."""
    whole, _, places = text.partition(".")
    return f"{whole}.{places.rstrip('0').ljust(2, '0')}"


def legs(con: duckdb.DuckDBPyConnection) -> dict[str, list[Any]]:
    """What the ledger posts: revenue by book and plan, each tax by name; signed pico; grouped by invoice number."""
    rows = con.execute(
        """SELECT n, customer, currency, role, owner, replace(amount::VARCHAR, '.', '') FROM (
          SELECT n, customer, currency, 0 AS role, split_part(book_version, '/', 1) || '.' || plan AS owner,
            total - included_tax AS amount FROM run_invoices
          UNION ALL
          SELECT v.n, v.customer, v.currency, 1, l.name, sum(l.amount)::DECIMAL(38,12)
          FROM run_lines l JOIN run_invoices v USING (sub) WHERE l.kind = 'tax' GROUP BY ALL)
        ORDER BY n, role, owner"""
    ).fetchall()
    names = ("number", "customer", "currency", "role", "owner", "amount")
    columns: dict[str, list[Any]] = {name: [row[i] for row in rows] for i, name in enumerate(names)}
    columns["amount"] = [int(a) for a in columns["amount"]]
    return columns
