"""Rating a run: plan the tasks, then the set-based engine for regular ones and the scalar reference for the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from engine.bulk import Cohort, rate_cohorts
from engine.calendar import add_span
from engine.events import segments as log_segments
from engine.journal import Store
from engine.money import AmountOverflow, round_ratio
from engine.rating import RatingError
from engine.rating.terms import segments
from engine.runs.books import Shelf
from engine.runs.carry import carry
from engine.runs.derive import Files, bill_of, readings_of
from engine.runs.errors import RunError
from engine.runs.fetch import files_of
from engine.runs.inputs import TERMS, load_subscriptions, load_tasks
from engine.runs.lines import insert, line_row
from engine.runs.period import RunPeriod
from engine.runs.pins import Pins
from engine.runs.tasks import Task, tasks_of

Step = Callable[[str], AbstractContextManager[None]]
Problem = dict[str, Any]
FOREVER = 2**62
"""An instant after all others."""


def rate_run(
    con: duckdb.DuckDBPyConnection, root: Path, store: Store, run: Mapping[str, Any], step: Step
) -> list[Problem]:
    """Fill `run_lines`, `billed` and `task_info` with what a run's document pins; returns the accounts that could not
    be billed, each with a reason. Of those nothing is billed, also no other billing period."""
    return rate_tasks(con, root, store, run, step)[1]


def rate_tasks(
    con: duckdb.DuckDBPyConnection, root: Path, store: Store, run: Mapping[str, Any], step: Step
) -> tuple[list[Task], list[Problem]]:
    """`rate_run`, and the tasks that were rated."""
    as_of = run["as_of"]
    with step("plan"):
        tasks, problems = plan_run(con, store, RunPeriod.parse(run["period"]), Pins.of(run), root)
        files = log_files(store, root, as_of)
        register_tasks(con, tasks)
    with step("meter and rate"):
        outcome = rate_cohorts(con, [cohort_of(n, t) for n, t in enumerate(tasks)], files, as_of)
        keep_lines(con)
    if outcome.irregular or outcome.subs:
        with step("one by one"):
            problems += rate_singly(con, tasks, files, as_of, sorted(outcome.irregular), outcome.subs)
    carry(con, root, store, run)
    stop(con, problems)
    return tasks, problems


_KEEP = """INSERT INTO run_lines
SELECT sub, kind, charge, name, label, quantity_num, quantity_den, unit,
  exact::HUGEINT * 0.000000000001::DECIMAL(38,12), amount::HUGEINT * 0.000000000001::DECIMAL(38,12),
  start_us, end_us, events, evidence, place
FROM bulk_lines WHERE amount <> 0 OR exact <> 0 OR coalesce(quantity_num, 0) <> 0"""
"""Lines of the set-based engine brought to major units; a line of nothing is none."""


def keep_lines(con: duckdb.DuckDBPyConnection) -> None:
    """Append what the set-based engine rated to `run_lines`."""
    con.execute(_KEEP)


def stop(con: duckdb.DuckDBPyConnection, problems: list[Problem]) -> None:
    """Take the lines of subscriptions with a problem out again: a later run of the period bills them as a whole."""
    stopped = sorted({p["subscription"] for p in problems})
    if stopped:
        theirs = "SELECT sub FROM billed WHERE list_contains(?, subscription)"
        con.execute(f"DELETE FROM run_lines WHERE sub IN ({theirs})", [stopped])


def cohort_of(number: int, task: Task) -> Cohort:
    """A task as the set-based engine takes it."""
    start, end = task.cycle.start.date(), task.cycle.end.date()
    first = max(start, (task.subject.plans[0].signed or task.cycle.start).date())
    contract = task.book.contract(task.subject.contract) if task.subject.contract else None
    if task.cycle.end.time() != dt.time():
        end += dt.timedelta(days=1)
    cut = tuple(segments(task.book, task.terms.plan, contract, first, end))
    return Cohort(number, task.book, task.cycle, task.service, task.subject, cut)


def log_files(store: Store, root: Path, as_of: int) -> Files:
    """All segments of the log as of a seq, by event type."""
    with store.reading() as connection:
        return files_of(log_segments(connection, as_of_seq=as_of), root)


def plan_run(
    con: duckdb.DuckDBPyConnection, store: Store, period: RunPeriod, pins: Pins, root: Path
) -> tuple[list[Task], list[Problem]]:
    """The tasks of a period, with the tables `subscriptions`, `billed`, `subs`, `task_versions`; terms that cannot be
    planned are problems of all their subscriptions."""
    return plan_tasks(con, Shelf.of(store, pins.books), period, pins.path(root))


def plan_tasks(
    con: duckdb.DuckDBPyConnection, shelf: Shelf, period: RunPeriod, subscriptions: Path
) -> tuple[list[Task], list[Problem]]:
    """`plan_run` for any books, and a file of terms as a run pins them."""
    terms = load_subscriptions(con, subscriptions)
    tasks: list[Task] = []
    rows: list[tuple[int, int, int, int]] = []
    problems: list[Problem] = []
    for number, own in enumerate(terms):
        try:
            found = list(tasks_of(own, shelf.view, period))
        except (RatingError, RunError) as error:
            problems += [_problem(s, error) for s in _subscriptions_of(con, number)]
            continue
        for task in found:
            rows.append((len(tasks), number, *task.window))
            tasks.append(task)
    load_tasks(con, rows)
    register_versions(con, tasks, shelf)
    return tasks, problems


def _subscriptions_of(con: duckdb.DuckDBPyConnection, terms: int) -> list[str]:
    return [r[0] for r in con.execute("SELECT id FROM subscriptions WHERE terms = ? ORDER BY id", [terms]).fetchall()]


def _problem(subscription: str, error: RatingError | RunError | AmountOverflow) -> Problem:
    place = str(error.place) if isinstance(error, RatingError) and error.place.line else ""
    if isinstance(error, AmountOverflow):
        message, hint = str(error), "look for events with absurd values"
    else:
        message, hint = error.message, error.hint
    return {"subscription": subscription, "code": error.code, "message": message, "hint": hint, "place": place}


def register_tasks(con: duckdb.DuckDBPyConnection, tasks: list[Task]) -> None:
    """Table `task_info`: what all invoices of a task carry."""
    rows = [_info(number, task) for number, task in enumerate(tasks)]
    schema = pa.schema(
        [
            ("task", pa.int32()),
            ("currency", pa.string()),
            ("book_version", pa.string()),
            ("price_digest", pa.string()),
            ("issued", pa.string()),
            ("due_date", pa.string()),
            ("included", pa.list_(pa.string())),
            ("timing", pa.string()),
            ("terms", pa.struct([(name, pa.string()) for name in sorted(TERMS)])),
        ]
    )
    con.register("task_rows_info", pa.Table.from_pylist(rows, schema))
    con.execute("CREATE OR REPLACE TEMP TABLE task_info AS SELECT * FROM task_rows_info")


def register_versions(con: duckdb.DuckDBPyConnection, tasks: list[Task], shelf: Shelf) -> None:
    """Table `task_versions`: which version of its book holds in `[since_us, until_us)` of a task."""
    rows: list[tuple[int, int, int, str, str]] = []
    for number, task in enumerate(tasks):
        cuts = task.versions(shelf)
        ends = [*(at for at, _ in cuts[1:]), FOREVER]
        for i, (at, book) in enumerate(cuts):
            rows.append((number, at if i else -FOREVER, ends[i], f"{book.name}/{book.version}", book.digest))
    names = ("task", "since_us", "until_us", "book_version", "price_digest")
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    kinds = (pa.int32(), pa.int64(), pa.int64(), pa.string(), pa.string())
    made = {n: pa.array(c, k) for n, c, k in zip(names, columns, kinds, strict=True)}
    con.register("task_rows_versions", pa.table(made))
    con.execute("CREATE OR REPLACE TEMP TABLE task_versions AS SELECT * FROM task_rows_versions")


def _info(number: int, task: Task) -> dict[str, Any]:
    moment = task.cycle.start if task.timing == "advance" else task.service[1]
    issued = moment.date()
    due = task.plan.payment.due if task.plan.payment else None
    due_date = add_span(issued, due.count, due.unit) if due else issued + dt.timedelta(days=30)
    return {
        "task": number,
        "currency": task.book.currency.code,
        "book_version": f"{task.book.name}/{task.book.version}",
        "price_digest": task.book.digest,
        "issued": issued.isoformat(),
        "due_date": due_date.isoformat(),
        "included": [t.name for t in task.book.taxes if t.included],
        "timing": task.timing,
        "terms": {name: getattr(task.terms, name) for name in TERMS},
    }


def rate_singly(
    con: duckdb.DuckDBPyConnection,
    tasks: list[Task],
    files: Files,
    as_of: int,
    chosen: list[int],
    subs: frozenset[int],
) -> list[Problem]:
    """Bill the accounts of the chosen tasks, and single subs, one by one with the scalar reference."""
    listed = ", ".join(map(str, chosen)) or "-1"
    single = ", ".join(map(str, sorted(subs))) or "-1"
    accounts = con.execute(
        f"""SELECT sub, task, subscription, customer FROM billed WHERE task IN ({listed}) OR sub IN ({single})
        ORDER BY sub"""
    ).fetchall()
    by_task: dict[int, list[tuple[int, str, str]]] = {}
    for sub, number, subscription, customer in accounts:
        by_task.setdefault(number, []).append((sub, subscription, customer))
    problems: list[Problem] = []
    for number, members in by_task.items():
        for start in range(0, len(members), AT_ONCE):
            problems += _rate_some(con, tasks[number], files, as_of, members[start : start + AT_ONCE])
    return problems


AT_ONCE = 500
"""Accounts whose events are fetched together: bounds memory."""


def _rate_some(
    con: duckdb.DuckDBPyConnection, task: Task, files: Files, as_of: int, members: list[tuple[int, str, str]]
) -> list[Problem]:
    owners: dict[str, list[int]] = {}
    for sub, subscription, customer in members:
        for subject in {customer, subscription}:
            owners.setdefault(subject, []).append(sub)
    fetched = readings_of(con, files, task, owners, as_of)
    rows: list[dict[str, object]] = []
    problems: list[Problem] = []
    for sub, subscription, _ in members:
        try:
            derived = bill_of(task, fetched[sub])
            rows += [
                line_row(sub, line, task.cycle.timezone, *derived.evidence(line, task))
                for line in derived.bill.lines
                if line.amount or round_ratio(line.exact) or line.quantity
            ]
        except (RatingError, AmountOverflow) as error:
            problems.append(_problem(subscription, error))
    insert(con, rows)
    return problems
