"""Before a correction run: which runs it corrects, what has been learnt since, and for whom."""

from __future__ import annotations

from typing import Any

import duckdb

from engine.corrections.affected import changed_books, choose_affected, load_covered
from engine.corrections.errors import CorrectionError
from engine.events import high_water
from engine.journal import Store
from engine.runs.lines import write_parquet
from engine.runs.period import RunPeriod
from engine.runs.pins import PREFIX, pinned_books
from engine.runs.prepare import ENGINE, runs_of
from engine.runs.setting import RunSetting

FOLDER = "corrections"
RUN = "correction_run"


def corrections_of(store: Store, period: str) -> list[dict[str, Any]]:
    """The correction runs of a period, in their order."""
    found = [r for r in store.documents(RUN).values() if r["period"] == period]
    return sorted(found, key=lambda r: int(r["id"].rpartition("-")[2]))


def finished_runs(store: Store, period: str) -> list[dict[str, Any]]:
    """The billing runs to correct; raises RBK01 when the period is not billed, or a run of it is not finished."""
    found = runs_of(store, period)
    if not found or any(r["status"] != "finished" for r in found):
        raise CorrectionError(
            "RBK01", f"{period} is not billed, so nothing of it can be corrected",
            f"bill it: ratebook run WS --period {period}",
        )  # fmt: skip
    return found


def prepare(
    setting: RunSetting, con: duckdb.DuckDBPyConnection, period: RunPeriod, now: int, as_of: int | None, reason: str,
    everything: bool,
) -> dict[str, Any] | None:  # fmt: skip
    """The document of the period's next correction run, its terms written; None when nobody is affected."""
    store = setting.store
    runs, before = finished_runs(store, period.name), corrections_of(store, period.name)
    since = max(r["as_of"] for r in before) if before else min(r["as_of"] for r in runs)
    seq = _seq(store, as_of, max(r["as_of"] for r in [*runs, *before]))
    books = pinned_books(store)
    held = before[-1]["books"] if before else [b for b in runs[0]["books"] if all(b in r["books"] for r in runs)]
    starts = {(b["name"], b["version"]): b["start"] for b in store.documents("book").values()}
    changed = changed_books(held, books, starts, period.end.isoformat())
    load_covered(con, setting.root, runs)
    if everything:
        changed = {b["book"] for b in books}
    again = [p["subscription"] for p in before[-1]["report"]["problems"]] if before else []
    choose_affected(con, setting.root, store, since, seq, period.end, changed, again)
    chosen = "FROM covered WHERE id IN (FROM affected)"
    count = int(con.execute(f"SELECT count(*) {chosen}").fetchall()[0][0])
    if not count:
        return None
    ident = f"correct-{period.name}-{len(before) + 1}"
    name, _ = write_parquet(con, f"SELECT * {chosen} ORDER BY id", setting.root / FOLDER / ident, PREFIX)
    return {
        "id": ident, "period": period.name, "period_start": period.start.isoformat(),
        "period_end": period.end.isoformat(), "as_of": seq, "now": now, "status": "started", "engine": ENGINE,
        "reason": reason, "runs": [r["id"] for r in runs], "before": [r["id"] for r in before],
        "terms": f"{FOLDER}/{ident}/{name}", "subscriptions": count, "books": books,
    }  # fmt: skip


def _seq(store: Store, as_of: int | None, least: int) -> int:
    with store.reading() as connection:
        last = high_water(connection)
    if as_of is not None and not least <= as_of <= last:
        raise CorrectionError(
            "RBK02", f"{as_of} is no seq to correct as of: the period is known as of {least}, the log ends at {last}",
            "leave --as-of out",
        )  # fmt: skip
    return last if as_of is None else as_of
