"""Which subscriptions a correction may touch: those with new events, and those of a book that changed for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from engine.calendar import to_instant
from engine.events import segments, withdrawn_subjects
from engine.journal import Store
from engine.metering import EventFile
from engine.metering.files import scan
from engine.runs.fetch import files_of
from engine.runs.pins import Pins

SLACK = dt.timedelta(days=400)
"""A billing period that a run touches ends at most so long after the run's own period: a year, and a zone's day."""


def load_covered(con: duckdb.DuckDBPyConnection, root: Path, runs: Sequence[Mapping[str, Any]]) -> None:
    """Table `covered`: each subscription that a finished run of the period billed, with the terms of that run."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE covered AS SELECT * FROM read_parquet(?) LIMIT 0", [_terms(root, runs[0])]
    )
    for run in runs:
        unbilled = [p["subscription"] for p in run["report"]["problems"]]
        query = "INSERT INTO covered SELECT * FROM read_parquet(?) WHERE NOT list_contains(?::VARCHAR[], id)"
        con.execute(query, [_terms(root, run), unbilled])


def _terms(root: Path, run: Mapping[str, Any]) -> str:
    return str(Pins.of(run).path(root))


def choose_affected(
    con: duckdb.DuckDBPyConnection, root: Path, store: Store, since: int, as_of: int, end: dt.date,
    books: Iterable[str], again: Sequence[str],
) -> None:  # fmt: skip
    """Table `affected` (id): subscriptions of `covered` whose result may differ now.

    Those with an event learnt in `(since, as_of]` that happened before the end of their billing period, those of the
    `books` that changed, and those in `again`, which the last correction could not derive.
    """
    con.execute(
        """CREATE OR REPLACE TEMP TABLE affected AS SELECT id FROM covered
        WHERE list_contains(?::VARCHAR[], book) OR list_contains(?::VARCHAR[], id)""",
        [sorted(books), list(again)],
    )
    with store.reading() as connection:
        withdrawn = sorted(withdrawn_subjects(connection, since, as_of))
    con.execute(
        """INSERT INTO affected SELECT id FROM covered
        WHERE list_contains($1::VARCHAR[], customer) OR list_contains($1::VARCHAR[], id)""",
        [withdrawn],
    )
    before = to_instant(dt.datetime.combine(end + SLACK, dt.time()), "UTC")
    for files in _new_files(store, root, since, as_of):
        columns = {"subject": "VARCHAR", "time": "TIMESTAMP", "seq": "BIGINT"}
        where = f"seq > {since} AND time < make_timestamp({before}::BIGINT)"
        con.execute(
            f"""INSERT INTO affected WITH fresh AS (SELECT DISTINCT subject FROM ({scan(files, columns, as_of, where)}))
            SELECT id FROM covered WHERE customer IN (FROM fresh) OR id IN (FROM fresh)"""
        )


def _new_files(store: Store, root: Path, since: int, as_of: int) -> list[tuple[EventFile, ...]]:
    """The segments that hold what was learnt in `(since, as_of]`, by event type."""
    with store.reading() as connection:
        found = [s for s in segments(connection, as_of_seq=as_of) if s.seq_to > since]
    return list(files_of(found, root).values())


def changed_books(
    held: Iterable[Mapping[str, Any]], now: Iterable[Mapping[str, Any]], starts: Mapping[tuple[str, int], str], end: str
) -> set[str]:
    """Books of which a version that starts before `end` is pinned now and was not then."""
    before = {(b["book"], b["version"], b["digest"]) for b in held}
    fresh = {(b["book"], b["version"], b["digest"]) for b in now} - before
    return {name for name, version, _ in fresh if starts[name, version] < end}
