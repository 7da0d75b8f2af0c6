"""Invoices from lines: numbered, as canonical JSON documents and index rows, built set-based."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

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


def number_invoices(con: duckdb.DuckDBPyConnection, header: Header) -> int:
    """Create `run_invoices`: one row a billed period that has lines, numbered in the order of `billed.sub`.

    `task_info` (see `rate.register_tasks`) says what a task's invoices
    carry. Amounts are major units; `due` leaves out taxes that the prices include.
    """
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE run_invoices AS
        WITH sums AS (
          SELECT sub, count(*) AS lines,
            sum(CASE WHEN kind IN {AFTER} THEN 0 ELSE amount END)::DECIMAL(38,12) AS total,
            sum(CASE WHEN kind = 'tax' THEN amount ELSE 0 END)::DECIMAL(38,12) AS tax,
            sum(CASE WHEN kind = 'tax' AND list_contains(i.included, name) THEN 0 ELSE amount END)::DECIMAL(38,12)
              AS due,
            sum(CASE WHEN kind = 'tax' AND list_contains(i.included, name) THEN amount ELSE 0 END)::DECIMAL(38,12)
              AS included_tax
          FROM run_lines JOIN billed USING (sub) JOIN task_info i USING (task) GROUP BY sub)
        SELECT row_number() OVER (ORDER BY sub) + {header.first_number - 1} AS n, sums.*, b.task, b.customer,
          b.subscription, b.plan, b.from_us, b.to_us, i.* EXCLUDE (task, included)
        FROM sums JOIN billed b USING (sub) JOIN task_info i USING (task) ORDER BY sub"""
    )
    con.execute(
        f"""ALTER TABLE run_invoices ADD COLUMN number VARCHAR;
        UPDATE run_invoices SET number = '{header.prefix}'
          || lpad(n::VARCHAR, greatest(6, length(n::VARCHAR))::INTEGER, '0')"""
    )
    found = con.execute("SELECT count(*) FROM run_invoices").fetchall()[0]
    return int(found[0])


LINE_QUERY = """
SELECT v.number || '/' || row_number() OVER (PARTITION BY v.n ORDER BY {order}) AS line, v.number AS invoice,
  v.customer, v.subscription, v.plan, l.kind, l.charge, l.name, l.label, l.quantity_num, l.quantity_den, l.unit,
  l.exact, l.amount, v.currency, l.start_us, l.end_us, l.events, l.evidence, l.place,
  t.book_version, t.price_digest
FROM run_lines l JOIN run_invoices v USING (sub)
JOIN task_versions t ON t.task = v.task AND coalesce(l.start_us, v.to_us - 1) >= t.since_us
  AND coalesce(l.start_us, v.to_us - 1) < t.until_us
ORDER BY v.n, {order}
"""
"""The lines as they are kept: grouped by invoice, in the order of the invoice's steps. Each names the book version in
force where it starts; a line of the whole period (a tax, a minimum) the one at its end."""

KIND_ORDER = (
    "usage", "recurring", "one_time", "licensed", "percent", "credit", "discount", "minimum", "cap", "true_up",
    "overage", "coupon", "commit", "billed", "tax", "credit_note", "wallet",
)  # fmt: skip


def line_query() -> str:
    """`LINE_QUERY` with the order of kinds filled in; ties by charge, start, name and amount."""
    kinds = ", ".join(f"'{k}'" for k in KIND_ORDER)
    order = f"list_position([{kinds}], l.kind), l.charge, l.start_us, l.name, l.place, l.amount, l.exact"
    return LINE_QUERY.format(order=order)


_BODY = """to_json({
  'artefact': $artefact, 'book': book_version, 'currency': currency, 'customer': customer, 'due': due::VARCHAR,
  'due_date': due_date, 'from_us': from_us, 'included_tax': included_tax::VARCHAR, 'issued': issued, 'lines': lines,
  'number': number, 'period': $period, 'plan': plan,
  'proof': {'as_of': $as_of::BIGINT, 'engine': $engine, 'lines': $lines_digest, 'price': price_digest},
  'run': $run, 'status': 'open', 'subscription': subscription, 'tax': tax::VARCHAR, 'terms': terms, 'timing': timing,
  'to_us': to_us, 'total': total::VARCHAR})::VARCHAR"""
"""The canonical JSON of an invoice: keys in order, amounts as decimal strings, the terms it was billed under."""


def document_rows(
    con: duckdb.DuckDBPyConnection, header: Header, artefact: str, lines_digest: str
) -> tuple[list[tuple[str, str]], list[tuple[Any, ...]]]:
    """(rows, index rows) for the store: id and canonical JSON of every invoice, in the order of their numbers."""
    rows = con.execute(
        f"SELECT number, {_BODY}, customer, subscription, currency, due::VARCHAR FROM run_invoices ORDER BY n",
        {
            "artefact": artefact,
            "lines_digest": lines_digest,
            "engine": header.engine,
            "as_of": header.as_of,
            "period": header.period,
            "run": header.run,
        },
    ).fetchall()
    documents = [(r[0], r[1]) for r in rows]
    index = [(r[0], r[0], r[2], r[3], header.run, header.period, "open", r[4], r[5]) for r in rows]
    return documents, index


def totals(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Sum of the invoices' totals by currency, as decimal strings."""
    rows = con.execute("SELECT currency, sum(total)::VARCHAR FROM run_invoices GROUP BY currency ORDER BY currency")
    return {currency: _trimmed(total) for currency, total in rows.fetchall()}


def _trimmed(text: str) -> str:
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
