"""Both versions as if each had been in force all the time, and who is rated under them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from engine.bulk import Kept, rate_cohorts
from engine.model import Book
from engine.runs import RunPeriod, lines
from engine.runs.books import Shelf
from engine.runs.derive import Files
from engine.runs.documents import AFTER
from engine.runs.inputs import TODAY
from engine.runs.rate import Problem, cohort_of, keep_lines, plan_tasks, rate_singly, register_tasks, stop


@dataclass(frozen=True, slots=True)
class History:
    """What is rated: the file of subscriptions, the period, the events up to `as_of`."""

    subscriptions: Path
    period: RunPeriod
    files: Files
    as_of: int


def timeless(book: Book, other: Book) -> Book:
    """A version as if it had always been in force; contracts that only the other one declares hold on it as well."""
    own = {c.name for c in book.contracts}
    plans = {p.name for p in book.plans}
    added = tuple(c for c in other.contracts if c.name not in own and c.plan in plans)
    return replace(book, start=dt.date.min, through=None, contracts=(*book.contracts, *added))


def choose(
    con: duckdb.DuckDBPyConnection, name: str, period: RunPeriod, one: Book, other: Book
) -> list[dict[str, str]]:
    """Table `chosen`: the subscriptions of a book that serve in the period and can be rated under both versions.

    Returns those that cannot, each with the reason. Reads the table of today's subscriptions.
    """
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE chosen AS FROM {TODAY} WHERE book = $name
        AND "start" < $end AND ("end" = '' OR "end" >= $start)""",
        {"name": name, "start": period.start.isoformat(), "end": period.end.isoformat()},
    )
    terms = con.execute("SELECT DISTINCT plan, contract FROM chosen ORDER BY ALL").fetchall()
    reasons = [(p, c, why) for p, c in terms for why in _lacking(p, c, one, other)]
    con.execute("CREATE OR REPLACE TEMP TABLE lacking (plan VARCHAR, contract VARCHAR, reason VARCHAR)")
    if reasons:
        con.executemany("INSERT INTO lacking VALUES (?, ?, ?)", reasons)
    found = con.execute(
        "SELECT id, customer, plan, reason FROM chosen JOIN lacking USING (plan, contract) ORDER BY id, reason"
    ).fetchall()
    con.execute("DELETE FROM chosen WHERE (plan, contract) IN (SELECT (plan, contract) FROM lacking)")
    return [dict(zip(("subscription", "customer", "plan", "reason"), row, strict=True)) for row in found]


def _lacking(plan: str, contract: str, one: Book, other: Book) -> Iterator[str]:
    """Why a subscription has no terms under one of the versions."""
    for word, book in (("before", one), ("after", other)):
        if all(p.name != plan for p in book.plans):
            yield f"{word}: book {book.name} version {book.version} has no plan `{plan}`"
        elif contract and all(c.name != contract for c in book.contracts):
            yield f"{word}: book {book.name} version {book.version} has no contract `{contract}`"


def rate_side(
    con: duckdb.DuckDBPyConnection, side: str, name: str, book: Book, held: History, kept: Kept
) -> list[Problem]:
    """Table `side_{side}(subscription, currency, amount)`: totals before tax and wallets in major units.

    Returns the accounts that cannot be rated; they are not in the table.
    """
    lines.create(con)
    tasks, problems = plan_tasks(con, Shelf({name: [book]}), held.period, held.subscriptions)
    register_tasks(con, tasks)
    outcome = rate_cohorts(con, [cohort_of(n, t) for n, t in enumerate(tasks)], held.files, held.as_of, kept.meter)
    keep_lines(con)
    if outcome.irregular or outcome.subs:
        problems += rate_singly(con, tasks, held.files, held.as_of, sorted(outcome.irregular), outcome.subs)
    stop(con, problems)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE side_{side} AS
        WITH sums AS (SELECT sub, sum(amount) AS amount FROM run_lines WHERE kind NOT IN {AFTER} GROUP BY sub)
        SELECT b.subscription, i.currency, coalesce(sum(s.amount), 0)::DECIMAL(38,12) AS amount
        FROM billed b JOIN task_info i USING (task) LEFT JOIN sums s USING (sub)
        WHERE NOT list_contains(?, b.subscription) GROUP BY ALL""",
        [sorted({p["subscription"] for p in problems})],
    )
    return [{**p, "side": side} for p in problems]
