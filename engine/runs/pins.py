"""What a run bills, written down before it bills: the terms of its subscriptions and the versions of the books.

A later import or publication cannot change what a run was of: its lines are derived from these pins for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import duckdb

from engine.journal import Store
from engine.runs.carry import pending_of
from engine.runs.errors import RunError
from engine.runs.inputs import TODAY, load_today
from engine.runs.lines import write_parquet
from engine.runs.period import RunPeriod

FOLDER = "lines"
PREFIX = "terms-"


@dataclass(frozen=True, slots=True)
class Pins:
    """`terms`: the file of subscriptions, relative to the workspace, named by its content. `books`: (name, version)."""

    terms: str
    books: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, run: Mapping[str, Any]) -> Self:
        """The pins in a run's document."""
        return cls(run["terms"], tuple((b["book"], b["version"]) for b in run["books"]))

    def path(self, root: Path) -> Path:
        """The file of terms; raises `RunError` RBR09 when it is gone."""
        found = root / self.terms
        if not found.is_file():
            raise RunError("RBR09", f"the file of terms {self.terms} is missing", "restore it from a backup")
        return found


def pin(
    con: duckdb.DuckDBPyConnection, root: Path, store: Store, ident: str, period: RunPeriod, covered: set[str] | None
) -> dict[str, Any] | None:
    """Write the terms of every subscription that serves in the period, less those `covered` by earlier runs.

    Returns the fields `terms`, `books`, `subscriptions` (how many) and `carried` (corrections) of the run's document;
    None, and writes nothing, when earlier runs covered all. `covered` is None for the first run of a period.
    """
    with store.reading() as connection:
        load_today(con, store.held, connection)
    con.execute("CREATE OR REPLACE TEMP TABLE covered (id VARCHAR)")
    done = [(ident,) for ident in sorted(covered or ())]
    if done:
        con.executemany("INSERT INTO covered VALUES (?)", done)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE chosen AS FROM {TODAY}
        WHERE "start" < '{period.end}' AND ("end" = '' OR "end" >= '{period.start}')
          AND id NOT IN (SELECT id FROM covered)"""
    )
    count = con.execute("SELECT count(*) FROM chosen").fetchall()[0][0]
    if covered is not None and not count:
        return None
    name, _ = write_parquet(con, "FROM chosen ORDER BY id", root / FOLDER / ident, PREFIX)
    return {
        "terms": f"{FOLDER}/{ident}/{name}", "subscriptions": int(count), "books": pinned_books(store),
        "carried": pending_of(con, store),
    }  # fmt: skip


def pinned_books(store: Store) -> list[dict[str, Any]]:
    """Every version published until now, as a run pins it."""
    versions = [
        {"book": b["name"], "version": b["version"], "digest": b["digest"]} for b in store.documents("book").values()
    ]
    return sorted(versions, key=lambda b: (b["book"], b["version"]))


def covered_by(con: duckdb.DuckDBPyConnection, root: Path, runs: Iterable[Mapping[str, Any]]) -> set[str]:
    """The subscriptions that finished runs have dealt with: all they were of, less those they could not bill."""
    found: set[str] = set()
    for run in runs:
        path = str(Pins.of(run).path(root))
        ids = {row[0] for row in con.execute("SELECT id FROM read_parquet(?)", [path]).fetchall()}
        found |= ids - {p["subscription"] for p in run["report"]["problems"]}
    return found
