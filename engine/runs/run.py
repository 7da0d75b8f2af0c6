"""The billing run of a period: plan, rate, write, commit, post, tie out. Killed anywhere, run again, same bytes.

What a run is of (`as_of`, `now`, terms, book versions) is written down by its first command; every later step is either
a content-addressed file or one idempotent command, so that running again continues where it stopped.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from engine.journal import Tx, digest
from engine.metering import open_duck
from engine.runs import documents, lines
from engine.runs.carry import carried_by, settle_carried
from engine.runs.errors import RunError
from engine.runs.order import line_query
from engine.runs.period import RunPeriod
from engine.runs.pins import FOLDER
from engine.runs.posting import post_run
from engine.runs.prepare import check_overlap, prepare, runs_of
from engine.runs.rate import rate_run
from engine.runs.setting import Progress, RunSetting
from engine.runs.tieout import tie_out


@dataclass(slots=True)
class Steps:
    """Names and wall seconds of the steps, for the report only: nothing computed depends on them."""

    progress: Progress
    found: list[dict[str, Any]] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a step."""
        self.progress(name)
        began = time.perf_counter_ns()
        yield
        self.found.append({"name": name, "seconds": milliseconds(time.perf_counter_ns() - began)})


@contextmanager
def uncollected() -> Iterator[None]:
    """No search for cycles meanwhile: a million rows hold none, and looking for them costs a tenth of the run."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@contextmanager
def no_step(_: str) -> Iterator[None]:
    """A step that nobody times."""
    yield


def milliseconds(nanoseconds: int) -> str:
    """Seconds with three decimals, as text."""
    whole, rest = divmod(nanoseconds // 1_000_000, 1000)
    return f"{whole}.{rest:03}"


def run(
    setting: RunSetting, period_text: str, *, now: int, as_of: int | None = None, early: str = ""
) -> dict[str, Any]:
    """Bill a period and return the report; a finished period changes nothing and returns its report with `already`.

    Accounts that could not be billed are `problems` of the report. When their cause is mended, running again bills
    exactly these (and subscriptions that came to be known later) in a run of its own, `run-2026-10-2`.
    Raises `RunError` (RBR02: the period overlaps another that was billed; RBR03: it is final as of another `seq`;
    RBR04: no such `seq`; RBR11: the period is not over and `early` gives no reason), `BadPeriod`, `StoreError`
    (RBJ10: another run is going on).
    """
    period = RunPeriod.parse(period_text)
    with setting.store.lease("run", setting.actor, now):
        before = runs_of(setting.store, period.name)
        if before and before[-1]["status"] != "finished":
            return _work(setting, before[-1])
        check_overlap(setting.store, period)
        body = prepare(setting, period, before, now, as_of, early)
        if body is None:
            return {**before[-1]["report"], "already": True, "steps": []}
        if before:
            return _work(setting, body, earlier=before[-1]["report"])
        return _work(setting, _start(setting, body))


def _start(setting: RunSetting, body: dict[str, Any]) -> dict[str, Any]:
    """Write down what the run is of."""

    def work(tx: Tx) -> dict[str, Any]:
        tx.create("run", body["id"], body)
        return body

    key = f"{body['id']}:start"
    started: dict[str, Any] = setting.store.command(setting.actor, "run.start", key, body, body["now"], work)
    return started


def _work(setting: RunSetting, held: dict[str, Any], earlier: dict[str, Any] | None = None) -> dict[str, Any]:
    """All steps of a run. With `earlier` (the period's last report) a run that bills nobody leaves no trace."""
    ident = held["id"]
    steps = Steps(setting.progress)
    con = open_duck(setting.threads, setting.memory_limit)
    try:
        lines.create(con)
        problems = rate_run(con, setting.root, setting.store, held, steps.step)
        setting.faults("rated")
        header = _header(setting, held)
        with steps.step("invoices"):
            count = documents.number_invoices(con, header)
            if earlier is not None:
                if not count:
                    _forget(setting.root / held["terms"])
                    return {**earlier, "problems": problems, "already": True, "steps": []}
                _start(setting, held)
            name, sha = lines.write_parquet(con, line_query(con), setting.root / FOLDER / ident)
        setting.faults("written")
        with steps.step("commit"), uncollected():
            artefact = f"{FOLDER}/{ident}/{name}"
            result = _commit(setting, con, held, header, artefact, sha, count, problems)
        setting.faults("committed")
        with steps.step("ledger"), uncollected():
            year, month = held["period_start"][:4], held["period_start"][5:7]
            post_run(setting.ledger, setting.store.tenant, documents.legs(con), held["now"], int(year + month))
        setting.faults("posted")
        with steps.step("tie-out"):
            tie_out(con, setting.root / artefact, setting.ledger, ident)
        report = {**result, "run": ident, "complete": held["complete"], "watermark": held["watermark"]}
        _finish(setting, ident, held, report)
        setting.faults("finished")
        return {**report, "already": False, "steps": steps.found}
    finally:
        con.close()


def _forget(terms: Path) -> None:
    """Take away the file of terms of a run that billed nobody."""
    terms.unlink()
    if not any(terms.parent.iterdir()):
        terms.parent.rmdir()


def _header(setting: RunSetting, held: dict[str, Any]) -> documents.Header:
    ident = held["id"]
    counter = setting.store.get("counter", "invoice")
    committed = setting.store.command_result(f"{ident}:commit")
    first = committed[0]["first_number"] if committed else (counter["last"] if counter else 0) + 1
    return documents.Header(ident, held["period"], held["as_of"], held["engine"], first)


def _commit(
    setting: RunSetting, con: duckdb.DuckDBPyConnection, held: dict[str, Any], header: documents.Header,
    artefact: str, sha: str, count: int, problems: list[dict[str, Any]],
) -> dict[str, Any]:  # fmt: skip
    """All invoices of the run become open in one transaction: documents, numbers, journal entry."""
    ident = header.run
    batch = documents.write_documents(con, setting.root, header, artefact, sha)
    found = con.execute("SELECT count(*) FROM run_lines JOIN run_invoices USING (sub)").fetchall()[0]
    carried = carried_by(con)
    summary = {
        "invoices": count, "lines": int(found[0]), "total": documents.totals(con), "problems": problems,
        "artefact": artefact, "first_number": header.first_number,
        "digest": digest({"lines": sha, "invoices": batch.digest}),
    }  # fmt: skip

    def work(tx: Tx) -> dict[str, Any]:
        if count and tx.next_number("invoice", count) != header.first_number:
            raise RunError("RBR05", "invoice numbers were taken by something else meanwhile", "run again")
        tx.adopt(ident, batch)
        settle_carried(tx, carried)
        tx.emit("run.committed", {"run": ident, "invoices": count})
        return summary

    request = {"lines": sha, "invoices": summary["digest"]}
    result: dict[str, Any] = setting.store.command(
        setting.actor, "run.commit", f"{ident}:commit", request, held["now"], work
    )
    return result


def _finish(setting: RunSetting, ident: str, held: dict[str, Any], report: dict[str, Any]) -> None:
    def work(tx: Tx) -> None:
        body = tx.require("run", ident)
        tx.put("run", ident, {**body, "status": "finished", "report": report})

    setting.store.command(
        setting.actor, "run.finish", f"{ident}:finish", {"digest": report["digest"]}, held["now"], work
    )
