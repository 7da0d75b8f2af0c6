"""The tables of rated lines: usage lines hold numbers and the id of a head; texts are joined when lines are read.

`bulk_heads`: what all lines of a price version carry. `bulk_used`: usage lines whose numbers fit 64 bits.
`bulk_other`: all other lines, complete. `bulk_lines` is the view over them that everybody else reads.
"""

from __future__ import annotations

from collections.abc import Collection

import duckdb

OTHER = "bulk_other"
"""Where lines with numbers of any width are appended."""

_COLUMNS = """sub INTEGER, kind VARCHAR, charge VARCHAR, name VARCHAR, label VARCHAR, quantity_num DECIMAL(38,0),
  quantity_den DECIMAL(38,0), unit VARCHAR, exact DECIMAL(38,0), amount DECIMAL(38,0), start_us BIGINT, end_us BIGINT,
  events BIGINT, evidence DECIMAL(38,0), place VARCHAR, taxed VARCHAR, cohort INTEGER"""
"""`bulk_lines`: amounts in whole pico; `taxed` are the tax categories joined by commas."""

_HEADS = """head INTEGER, cohort INTEGER, charge VARCHAR, label VARCHAR, unit VARCHAR, place VARCHAR, taxed VARCHAR,
  start_us BIGINT, end_us BIGINT, den BIGINT"""
"""`den`: a line's quantity is `quantity / den`, both below 2^62; NULL until the head's usage is known."""

_USED = """sub INTEGER, head INTEGER, quantity BIGINT, exact BIGINT, amount BIGINT, events BIGINT,
  evidence DECIMAL(38,0)"""

_VIEW = f"""SELECT sub, 'usage' AS kind, charge, charge AS name, label,
    (quantity // common)::DECIMAL(38,0) AS quantity_num, (den // common)::DECIMAL(38,0) AS quantity_den, unit,
    exact::DECIMAL(38,0) AS exact, amount::DECIMAL(38,0) AS amount, start_us, end_us, events, evidence,
    place, taxed, cohort
  FROM (SELECT u.*, h.* EXCLUDE (head), CASE WHEN u.quantity % h.den = 0 THEN h.den ELSE gcd(u.quantity, h.den) END
      AS common
    FROM bulk_used u JOIN bulk_heads h USING (head))
  UNION ALL SELECT * FROM {OTHER}"""


def create_lines(con: duckdb.DuckDBPyConnection) -> None:
    """Empty tables, and the view `bulk_lines` over them."""
    for name, columns in ((OTHER, _COLUMNS), ("bulk_heads", _HEADS), ("bulk_used", _USED)):
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({columns})")
    con.execute(f"CREATE OR REPLACE TEMP VIEW bulk_lines AS {_VIEW}")


def forget(con: duckdb.DuckDBPyConnection, cohorts: Collection[int], subs: Collection[int]) -> None:
    """Remove what is left to the reference."""
    if cohorts:
        listed = ", ".join(map(str, sorted(cohorts)))
        con.execute(f"DELETE FROM {OTHER} WHERE cohort IN ({listed})")
        con.execute(f"DELETE FROM bulk_used WHERE head IN (SELECT head FROM bulk_heads WHERE cohort IN ({listed}))")
    if subs:
        listed = ", ".join(map(str, sorted(subs)))
        for table in (OTHER, "bulk_used"):
            con.execute(f"DELETE FROM {table} WHERE sub IN ({listed})")
