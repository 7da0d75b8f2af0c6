"""The sample company's month: billed set-based and account by account, line for line the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from data.generate import main as generate
from engine.bulk import Cohort, Outcome, rate_cohorts
from engine.metering import EventFile
from engine.runs import rate
from tests.workspace.kit import ratebook

BOOKS = ("object_storage", "llm_api", "api_calls", "energy")


def everything_singly(
    con: duckdb.DuckDBPyConnection,
    cohorts: Sequence[Cohort],
    files: Mapping[str, tuple[EventFile, ...]],
    as_of: int | None,
) -> Outcome:
    """The set-based engine asked to leave everything to the reference."""
    rate_cohorts(con, [], files, as_of)
    return Outcome({c.number: "asked for" for c in cohorts}, frozenset())


def done(*arguments: str | Path) -> dict[str, Any]:
    """A command that must succeed; its JSON document."""
    found = ratebook(*arguments, "--json")
    assert found.code == 0, found
    return found.data


def billed(workspace: Path, sample: Path, root: Path) -> list[tuple[object, ...]]:
    """Set up a workspace, bill October, and give all rated lines."""
    done("init", workspace)
    for book in BOOKS:
        done("publish", workspace, *sorted((root / "pricebooks" / book).glob("*.rate")))
    lists = ("--customers", sample / "customers.csv", "--subscriptions", sample / "subscriptions.csv")
    done("import", workspace, *lists)
    ratebook("ingest", workspace, *sorted(sample.glob("events-*.jsonl.gz")))
    done("run", workspace, "--period", "2026-10", "--now", "2026-11-02T00:00:00Z")
    (lines,) = (f for f in workspace.glob("lines/*/*.parquet") if not f.name.startswith("terms"))
    with duckdb.connect() as con:
        return con.execute(f"SELECT * FROM '{lines}' ORDER BY ALL").fetchall()


@pytest.mark.slow
def test_both_engines_bill_the_sample_alike(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sample = tmp_path / "sample"
    generate(["--accounts", "120", "--events", "6000", "--seed", "5", "--out", str(sample)])
    by_sets = billed(tmp_path / "sets", sample, root)
    monkeypatch.setattr(rate, "rate_cohorts", everything_singly)
    one_by_one = billed(tmp_path / "singly", sample, root)
    assert len(by_sets) > 300
    assert by_sets == one_by_one
