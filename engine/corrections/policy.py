"""What becomes of a difference: the plan's `corrections` clause, decided for all billing periods at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import duckdb
import pyarrow as pa

from engine.calendar import add_span, to_instant
from engine.model import Corrections
from engine.runs.lines import pico_decimal
from engine.runs.tasks import Task

SILENT = Corrections()
"""The clause of a plan that has none: a charge goes on the next invoice, a credit becomes a credit note."""


def limit_us(clause: Corrections, task: Task) -> int | None:
    """The instant after which the clause refuses a correction of the task's billing period; None: never."""
    if clause.within is None:
        return None
    last = add_span(task.cycle.end.date(), clause.within.count, clause.within.unit)
    return to_instant(dt.datetime.combine(last, dt.time()), task.cycle.timezone)


def register_policies(con: duckdb.DuckDBPyConnection, tasks: Sequence[Task]) -> None:
    """Table `policies`: the clause of each task; amounts are major units, the share is a ratio."""
    rows = []
    for number, task in enumerate(tasks):
        clause = task.plan.corrections or SILENT
        share = clause.absorb_share
        rows.append(
            {
                "task": number, "until_us": limit_us(clause, task), "below": pico_decimal(clause.absorb_below),
                "share_num": share.numerator if share else 0, "share_den": share.denominator if share else 1,
                "charge": clause.charge, "credit": clause.credit,
            }
        )  # fmt: skip
    whole, text = pa.int64(), pa.string()
    schema = pa.schema(
        [("task", pa.int32()), ("until_us", whole), ("below", pa.decimal128(38, 12)), ("share_num", whole),
         ("share_den", whole), ("charge", text), ("credit", text)]
    )  # fmt: skip
    con.register("policy_rows", pa.Table.from_pylist(rows, schema))
    con.execute("CREATE OR REPLACE TEMP TABLE policies AS SELECT * FROM policy_rows")
    con.unregister("policy_rows")


def load_decisions(con: duckdb.DuckDBPyConnection, now: int) -> None:
    """Table `decided`: `cases` with `decision`.

    expired: after the clause's limit, nothing is billed; absorbed: below its threshold, by amount or by share of the
    invoice; none: the lines change, the sum does not; own and next: a charge on its own or the next invoice; note,
    credit_next, wallet: a credit by credit note, on the next invoice, to the wallet. A subscription that ended has no
    next invoice: it gets an own one, or a credit note.
    """
    ended = "coalesce(c.terms['end'], '') <> '' AND epoch_us(c.terms['end']::TIMESTAMP) <= c.to_us"
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE decided AS
        SELECT c.*, CASE
          WHEN p.until_us IS NOT NULL AND {now}::BIGINT >= p.until_us THEN 'expired'
          WHEN c.due = 0 THEN 'none'
          WHEN abs(c.due) < coalesce(p.below, 0) THEN 'absorbed'
          WHEN coalesce(p.share_num, 0) > 0 AND abs(c.due)::DECIMAL(38,12) * p.share_den
            < abs(c.invoiced)::DECIMAL(38,12) * p.share_num THEN 'absorbed'
          WHEN c.due > 0 AND coalesce(p.charge, '{SILENT.charge}') = 'next' THEN if({ended}, 'own', 'next')
          WHEN c.due > 0 THEN p.charge
          WHEN p.credit = 'next' THEN if({ended}, 'note', 'credit_next')
          ELSE coalesce(p.credit, '{SILENT.credit}') END AS decision
        FROM cases c LEFT JOIN policies p USING (task)"""
    )
