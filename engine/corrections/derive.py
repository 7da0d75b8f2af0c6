"""A correction run's tables: the period derived anew, what was billed, the difference. To make it, and to verify it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from engine.corrections.compare import load_cases, load_differences, load_fresh
from engine.corrections.held import IN_FORCE, documents_of, load_documents, load_held
from engine.corrections.policy import load_decisions, register_policies
from engine.journal import Store
from engine.runs import lines
from engine.runs.rate import Problem, Step, rate_tasks

Run = Mapping[str, Any]


def load_run(
    con: duckdb.DuckDBPyConnection, root: Path, store: Store, run: Run, first_number: int, step: Step
) -> list[Problem]:
    """Fill `differences` and `decided` with what the correction run's document pins; returns who was not derived."""
    lines.create(con)
    tasks, problems = rate_tasks(con, root, store, run, step)
    with step("compare"):
        load_fresh(con)
        _load_billed(con, root, store, run)
        con.execute("CREATE OR REPLACE TEMP TABLE unsettled (id VARCHAR)")
        names = sorted({p["subscription"] for p in problems})
        con.execute("INSERT INTO unsettled SELECT unnest(?::VARCHAR[])", [names])
        load_differences(con, "SELECT id FROM unsettled")
        load_cases(con, first_number)
        register_policies(con, tasks)
        load_decisions(con, run["now"])
    return problems


def _load_billed(con: duckdb.DuckDBPyConnection, root: Path, store: Store, run: Run) -> None:
    """Tables `billed_documents`, `corrections_before`, `left_open`, `held_lines` of the affected subscriptions."""
    mine = {row[0] for row in con.execute("SELECT id FROM subscriptions").fetchall()}
    load_documents(con, documents_of(store, "invoice", run["runs"], mine), "billed_documents")
    before = documents_of(store, "correction", run["before"], mine)
    load_documents(con, [c for c in before if c["decision"] in IN_FORCE], "corrections_before")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE left_open "
        "(subscription VARCHAR, from_us BIGINT, to_us BIGINT, timing VARCHAR, content VARCHAR)"
    )
    still = [c for c in before if c["decision"] not in IN_FORCE]
    if still:
        names = ("subscription", "from_us", "to_us", "timing", "content")
        con.executemany("INSERT INTO left_open VALUES (?, ?, ?, ?, ?)", [[c[n] for n in names] for c in still])
    billed = [store_run["report"]["artefact"] for store_run in map(_got(store, "run"), run["runs"])]
    corrected = [r["report"]["artefact"] for r in map(_got(store, "correction_run"), run["before"])]
    load_held(con, root, billed, corrected)


def _got(store: Store, kind: str) -> Any:
    def got(ident: str) -> dict[str, Any]:
        body = store.get(kind, ident)
        assert body is not None
        return body

    return got
