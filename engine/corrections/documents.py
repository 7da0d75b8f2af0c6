"""Corrections and the documents that settle them as canonical JSON rows for the store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from engine.runs.documents import trimmed

Rows = list[tuple[str, str]]
Index = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Header:
    """What all documents of a correction run share. `artefact`, `lines_digest`: the file of correction lines;
    `settled`, `settled_digest`: that of the lines of the documents which settle them."""

    run: str
    period: str
    as_of: int
    engine: str
    reason: str
    issued: str
    artefact: str = ""
    lines_digest: str = ""
    settled: str = ""
    settled_digest: str = ""


_STATE = """CASE WHEN decision IN ('next', 'credit_next') THEN 'pending' WHEN decision IN ('expired', 'absorbed')
  THEN 'open' ELSE 'settled' END"""

_CORRECTION = f"""to_json({{
  'artefact': $artefact, 'book': book, 'content': content, 'currency': currency, 'customer': customer,
  'decision': decision, 'due': due::VARCHAR, 'from_us': from_us, 'included_tax': included_tax::VARCHAR,
  'invoice': invoice, 'lines': lines, 'number': number, 'period': $period, 'plan': plan,
  'proof': {{'as_of': $as_of::BIGINT, 'engine': $engine, 'lines': $lines_digest}}, 'reason': $reason, 'run': $run,
  'settled_by': settled_by, 'state': {_STATE}, 'subscription': subscription, 'tax': tax::VARCHAR, 'terms': terms,
  'timing': timing, 'to_us': to_us, 'total': total::VARCHAR}})::VARCHAR"""

_SETTLEMENT = """to_json({
  'artefact': $settled, 'book': book, 'corrects': invoice, 'correction': number, 'currency': currency,
  'customer': customer, 'due': due::VARCHAR, 'due_date': ($issued::DATE + 30)::VARCHAR, 'from_us': from_us,
  'included_tax': included_tax::VARCHAR, 'invoice': invoice, 'issued': $issued, 'kind': 'correction',
  'lines': own_lines, 'number': settled_by, 'period': $period, 'plan': plan,
  'proof': {'as_of': $as_of::BIGINT, 'engine': $engine, 'lines': $settled_digest}, 'reason': $reason, 'run': $run,
  'status': 'open', 'subscription': subscription, 'tax': tax::VARCHAR, 'terms': terms, 'timing': timing,
  'to_us': to_us, 'total': total::VARCHAR})::VARCHAR"""


def correction_rows(con: duckdb.DuckDBPyConnection, header: Header) -> tuple[Rows, Index]:
    """(rows, index rows) of all corrections of the run, in the order of their numbers."""
    names = ("artefact", "period", "as_of", "engine", "lines_digest", "reason", "run")
    given = {name: getattr(header, name) for name in names}
    rows = con.execute(f"SELECT number, {_CORRECTION} FROM settlements ORDER BY n", given).fetchall()
    index = con.execute(
        f"SELECT number, number, invoice, customer, subscription, $run, $period, {_STATE} FROM settlements ORDER BY n",
        {"run": header.run, "period": header.period},
    ).fetchall()
    return rows, index


def settlement_rows(con: duckdb.DuckDBPyConnection, header: Header, decision: str, lines: str) -> tuple[Rows, Index]:
    """(rows, index rows) of the own invoices, or the credit notes; `lines` is a query of their lines."""
    names = ("settled", "period", "as_of", "engine", "settled_digest", "reason", "run", "issued")
    given = {name: getattr(header, name) for name in names} | {"decision": decision}
    chosen = f"""(SELECT s.*, (SELECT count(*) FROM ({lines}) l WHERE l.invoice = s.settled_by) AS own_lines
      FROM settlements s WHERE s.decision = $decision)"""
    rows = con.execute(f"SELECT settled_by, {_SETTLEMENT} FROM {chosen} ORDER BY n", given).fetchall()
    fields = (
        "settled_by, customer, subscription, $run, $period, 'open', currency, due::VARCHAR"
        if decision == "own"
        else "settled_by, customer, invoice, $run, 'open'"
    )
    own = {"run": header.run, "decision": decision} | ({"period": header.period} if decision == "own" else {})
    query = f"SELECT settled_by, {fields} FROM settlements WHERE decision = $decision ORDER BY n"
    return rows, con.execute(query, own).fetchall()


def differences(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Sum of the differences due by currency, as decimal text."""
    rows = con.execute("SELECT currency, sum(due)::DECIMAL(38,12) FROM settlements GROUP BY currency ORDER BY currency")
    return {currency: trimmed(f"{amount:f}") for currency, amount in rows.fetchall()}
