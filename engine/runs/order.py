"""The lines of a run in the order in which they are kept: grouped by invoice, in the order of the invoice's steps.

Words that repeat on every line (kinds, charges, places...) become enums first: a line is then mostly small integers
while it is sorted, and a file stores each word once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

KIND_ORDER = (
    "usage", "recurring", "one_time", "licensed", "percent", "credit", "discount", "minimum", "cap", "true_up",
    "overage", "coupon", "correction", "commit", "billed", "tax", "credit_note", "wallet",
)  # fmt: skip

_WORDS = ("kind", "charge", "name", "label", "unit", "place")
_TABLES = ("line_words", "line_invoices", "line_versions")
_ENUMS = {
    **{word: f"SELECT DISTINCT {word} FROM run_lines" for word in _WORDS},
    "plan": "SELECT DISTINCT plan FROM run_invoices",
    "currency": "SELECT DISTINCT currency FROM run_invoices",
    "book_version": "SELECT DISTINCT book_version FROM task_versions",
    "price_digest": "SELECT DISTINCT price_digest FROM task_versions",
}

_SAME = " AND ".join(f"w.{word} IS NOT DISTINCT FROM l.{word}" for word in _WORDS)
_QUERY = f"""
SELECT s.invoice || '/' || (row_number() OVER () - s.lines_before) AS line, s.* EXCLUDE (lines_before) FROM (
  SELECT v.number AS invoice, v.customer, v.subscription, v.plan, w.kind_word AS kind, w.charge_word AS charge,
    w.name_word AS name, w.label_word AS label, l.quantity_num, l.quantity_den, w.unit_word AS unit, l.exact, l.amount,
    v.currency, l.start_us, l.end_us, l.events, l.evidence, w.place_word AS place, t.book_version, t.price_digest,
    v.lines_before
  FROM run_lines l JOIN line_invoices v USING (sub) JOIN line_words w ON {_SAME}
  JOIN line_versions t ON t.task = v.task AND coalesce(l.start_us, v.to_us - 1) >= t.since_us
    AND coalesce(l.start_us, v.to_us - 1) < t.until_us
  ORDER BY v.n, w.step, l.start_us, w.detail, l.amount, l.exact) s
"""


def line_query(con: duckdb.DuckDBPyConnection) -> str:
    """Prepare the tables beside `run_lines`, `run_invoices` and `task_versions`, and return the query of the lines.

    Run it inside `in_order`: a line's number counts the rows as they come out of the sort. Lines of one step come by
    charge, start, name, place and amount. Each line names the book version in force where it starts; a line of the
    whole period (a tax, a minimum) the one at its end.
    """
    for table in _TABLES:
        con.execute(f"DROP TABLE IF EXISTS {table}")
    for word, values in _ENUMS.items():
        con.execute(f"DROP TYPE IF EXISTS {word}_word")
        con.execute(
            f"CREATE TEMP TYPE {word}_word AS ENUM (SELECT * FROM ({values}) v(x) WHERE x IS NOT NULL ORDER BY x)"
        )
    kinds = ", ".join(f"'{kind}'" for kind in KIND_ORDER)
    words = ", ".join(f"{word}, {word}::{word}_word AS {word}_word" for word in _WORDS)
    con.execute(
        f"""CREATE TEMP TABLE line_words AS SELECT {words},
          dense_rank() OVER (ORDER BY list_position([{kinds}], kind), charge)::INTEGER AS step,
          dense_rank() OVER (ORDER BY name, place)::INTEGER AS detail
        FROM (SELECT DISTINCT {", ".join(_WORDS)} FROM run_lines)"""
    )
    con.execute(
        """CREATE TEMP TABLE line_invoices AS SELECT sub, n, number, customer, subscription, plan::plan_word AS plan,
          currency::currency_word AS currency, task, to_us,
          (sum(lines) OVER (ORDER BY n) - lines)::BIGINT AS lines_before FROM run_invoices"""
    )
    con.execute(
        """CREATE TEMP TABLE line_versions AS SELECT task, since_us, until_us,
          book_version::book_version_word AS book_version, price_digest::price_digest_word AS price_digest
        FROM task_versions"""
    )
    return _QUERY


@contextmanager
def in_order(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Rows keep their order from a sort through to a table or a file: the same rows then give the same bytes."""
    con.execute("SET preserve_insertion_order = true")
    try:
        yield
    finally:
        con.execute("SET preserve_insertion_order = false")
