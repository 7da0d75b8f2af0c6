"""The difference between what was billed and what is derived now, line by line, as a multiset."""

from __future__ import annotations

import duckdb

from engine.corrections.held import COLUMNS, MONEY
from engine.runs.carry import CORRECTION
from engine.runs.documents import AFTER, numbered
from engine.runs.order import KIND_ORDER

_CASE = ("subscription", "from_us", "to_us", "timing")
_NEGATED = ("exact", "amount", "events", "evidence", "quantity_num")


def load_fresh(con: duckdb.DuckDBPyConnection) -> None:
    """Table `fresh_lines`: what a rated run holds, each line with its billing period, currency and book version."""
    chosen = ", ".join(f"l.{c}" for c in COLUMNS if c not in ("currency", "book_version", "price_digest"))
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE fresh_lines AS
        SELECT b.subscription, b.from_us, b.to_us, i.timing, {chosen}, i.currency, t.book_version, t.price_digest
        FROM run_lines l JOIN billed b USING (sub) JOIN task_info i USING (task)
        JOIN task_versions t ON t.task = b.task AND coalesce(l.start_us, b.to_us - 1) >= t.since_us
          AND coalesce(l.start_us, b.to_us - 1) < t.until_us"""
    )


def load_differences(con: duckdb.DuckDBPyConnection, unsettled: str) -> None:
    """Table `differences`: lines to take back (`reverses` names them, amounts negated) and lines to put in their place.

    Of equal lines on both sides as many stay as both have. `unsettled`: a query of subscriptions that could not be
    derived; nothing is said of those.
    """
    equal = " AND ".join(f"f.{c} IS NOT DISTINCT FROM h.{c}" for c in (*_CASE, *MONEY, "k"))
    number = f"row_number() OVER (PARTITION BY {', '.join((*_CASE, *MONEY))} ORDER BY events, evidence) AS k"
    taken = ", ".join(f"-{c} AS {c}" if c in _NEGATED else c for c in COLUMNS)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE differences AS
        WITH f AS (SELECT *, {number} FROM fresh_lines), h AS (SELECT *, {number} FROM held_lines)
        SELECT {", ".join(_CASE)}, {taken}, line AS reverses FROM h
        WHERE subscription NOT IN ({unsettled}) AND NOT EXISTS (FROM f WHERE {equal})
        UNION ALL
        SELECT {", ".join(_CASE)}, {", ".join(COLUMNS)}, NULL FROM f
        WHERE subscription NOT IN ({unsettled}) AND NOT EXISTS (FROM h WHERE {equal})"""
    )


def load_cases(con: duckdb.DuckDBPyConnection, first_number: int) -> int:
    """Table `cases`: one row a billing period that differs, numbered from `first_number` in the order of customers.

    Sums are major units, signed; `included_tax` is the part of the tax that the prices include. `content` tells
    whether two differences are the same one: one that was left open before, as `left_open` lists, is not told again.
    Wants `differences`, `billed_documents`, and a rated run's tables.
    """
    order = ", ".join(("reverses IS NULL", "kind", *(c for c in MONEY if c != "kind")))
    words = "coalesce(reverses, '+'), kind, charge, name, start_us, quantity_num, exact, amount"
    content = f"md5(string_agg(concat_ws('|', {words}), chr(10) ORDER BY {order}))"
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE cases AS
        WITH plans AS (
          SELECT b.subscription, b.from_us, b.to_us, i.timing, any_value(b.customer) AS customer,
            any_value(b.plan) AS plan, any_value(b.task) AS task, any_value(i.book_version) AS book,
            any_value(i.included) AS included, any_value(i.currency) AS currency, any_value(i.terms) AS terms
          FROM billed b JOIN task_info i USING (task) GROUP BY ALL),
        named AS (
          SELECT d.*, p.task, p.included, v.number AS invoice, v.due AS invoiced,
            coalesce(p.customer, v.customer) AS customer, coalesce(p.plan, v.plan) AS plan,
            coalesce(p.book, v.book) AS book, p.terms,
            d.kind = 'tax' AND coalesce(list_contains(p.included, d.name), v.taxed, false) AS inside
          FROM differences d LEFT JOIN plans p USING ({", ".join(_CASE)})
          LEFT JOIN billed_documents v USING ({", ".join(_CASE)}))
        SELECT row_number() OVER (ORDER BY customer, subscription, from_us, to_us, timing) + {first_number - 1} AS n,
          {numbered(f"'{CORRECTION}'", "n")} AS number, *
        FROM (SELECT {", ".join(_CASE)}, customer, plan, book, currency, any_value(task) AS task,
            any_value(terms) AS terms, coalesce(any_value(invoice), '') AS invoice,
            coalesce(any_value(invoiced), 0)::DECIMAL(38,12) AS invoiced, count(*) AS lines,
            coalesce(sum(amount) FILTER (kind NOT IN {AFTER}), 0)::DECIMAL(38,12) AS total,
            coalesce(sum(amount) FILTER (kind = 'tax'), 0)::DECIMAL(38,12) AS tax,
            coalesce(sum(amount) FILTER (inside), 0)::DECIMAL(38,12) AS included_tax,
            coalesce(sum(amount) FILTER (NOT inside), 0)::DECIMAL(38,12) AS due,
            {content} AS content
          FROM named GROUP BY ALL)
        WHERE ({", ".join(_CASE)}, content) NOT IN (SELECT ({", ".join(_CASE)}, content) FROM left_open)"""
    )
    return int(con.execute("SELECT count(*) FROM cases").fetchall()[0][0])


def line_query() -> str:
    """The correction lines in the order in which they are kept: by document, what is taken back comes first."""
    kinds = ", ".join(f"'{kind}'" for kind in KIND_ORDER)
    columns = ", ".join(f"d.{c}" for c in COLUMNS)
    return f"""SELECT s.invoice || '/' || (row_number() OVER (PARTITION BY s.invoice ORDER BY s.position)) AS line,
      s.* EXCLUDE (position) FROM (
      SELECT c.number AS invoice, c.customer, c.subscription, c.plan, {columns}, d.reverses,
        row_number() OVER (ORDER BY c.n, list_position([{kinds}], d.kind), d.charge, d.start_us, d.name,
          d.reverses IS NULL, d.reverses, d.amount, d.exact, d.label) AS position
      FROM differences d JOIN cases c USING ({", ".join(_CASE)})) s ORDER BY s.position"""
