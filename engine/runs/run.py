"""The billing run of a period: plan, rate, write, commit, post, tie out. Killed anywhere, run again, same bytes.

What a run is of (`as_of`, `now`, books) is written down by its first command; every later step is either a
content-addressed file or one idempotent command, so that running again continues where it stopped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from engine.events import high_water
from engine.journal import Store, Tx, digest
from engine.ledger import EmbeddedLedger
from engine.metering import open_duck
from engine.runs import documents, lines
from engine.runs.errors import RunError
from engine.runs.period import RunPeriod
from engine.runs.posting import post_run
from engine.runs.rate import rate_run
from engine.runs.tieout import tie_out

ENGINE = "ratebook 0.1.0"
FOLDER = "lines"
Progress = Callable[[str], None]


def _silent(_: str) -> None:
    """No progress wanted."""


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
def no_step(_: str) -> Iterator[None]:
    """A step that nobody times."""
    yield


def milliseconds(nanoseconds: int) -> str:
    """Seconds with three decimals, as text."""
    whole, rest = divmod(nanoseconds // 1_000_000, 1000)
    return f"{whole}.{rest:03}"


@dataclass(frozen=True, slots=True)
class RunSetting:
    """Where a run works and who ordered it."""

    root: Path
    store: Store
    ledger: EmbeddedLedger
    actor: str
    threads: int = 2
    memory_limit: str | None = None
    progress: Progress = _silent
    faults: Callable[[str], None] = _silent


def run(setting: RunSetting, period_text: str, *, now: int, as_of: int | None = None) -> dict[str, Any]:
    """Bill a period and return the report; a finished run changes nothing and returns its report with `already`.

    Raises `RunError` (RBR02: another run of the period is going on; RBR03: the period is final as of another `seq`),
    `BadPeriod`, `StoreError`.
    """
    period = RunPeriod.parse(period_text)
    ident = f"run-{period.name}"
    with setting.store.lease(ident, setting.actor, now):
        held = _start(setting, ident, period, now, as_of)
        if held["status"] == "finished":
            return {**held["report"], "already": True, "steps": []}
        return _work(setting, ident, period, held)


def _start(setting: RunSetting, ident: str, period: RunPeriod, now: int, as_of: int | None) -> dict[str, Any]:
    """The run's document, made by its first command."""
    held = setting.store.get("run", ident)
    if held is not None:
        if as_of is not None and as_of != held["as_of"]:
            raise RunError(
                "RBR03",
                f"{period.name} is billed as of seq {held['as_of']}, not {as_of}",
                "an invoice that is final does not change; bill what came later as a correction",
            )
        return held
    with setting.store.reading() as connection:
        seq = high_water(connection)
    if as_of is not None and as_of > seq:
        raise RunError("RBR04", f"the log ends at seq {seq}; there is no seq {as_of} yet", "leave --as-of out")
    body = {
        "id": ident, "period": period.name, "period_start": period.start.isoformat(),
        "period_end": period.end.isoformat(), "as_of": seq if as_of is None else as_of, "now": now,
        "status": "started", "engine": ENGINE,
    }  # fmt: skip

    def work(tx: Tx) -> dict[str, Any]:
        tx.create("run", ident, body)
        return body

    started: dict[str, Any] = setting.store.command(setting.actor, "run.start", f"{ident}:start", body, now, work)
    return started


def _work(setting: RunSetting, ident: str, period: RunPeriod, held: dict[str, Any]) -> dict[str, Any]:
    steps = Steps(setting.progress)
    con = open_duck(setting.threads, setting.memory_limit)
    try:
        lines.create(con)
        problems = rate_run(con, setting.root, setting.store, period, held["as_of"], steps.step)
        setting.faults("rated")
        with steps.step("invoices"):
            header = _header(setting, ident, period, held)
            count = documents.number_invoices(con, header)
            name, sha = lines.write_parquet(con, documents.line_query(), setting.root / FOLDER / ident)
        setting.faults("written")
        with steps.step("commit"):
            artefact = f"{FOLDER}/{ident}/{name}"
            result = _commit(setting, con, held, header, artefact, sha, count, problems)
        setting.faults("committed")
        with steps.step("ledger"):
            year, month = held["period_start"][:4], held["period_start"][5:7]
            post_run(setting.ledger, setting.store.tenant, documents.legs(con), held["now"], int(year + month))
        setting.faults("posted")
        with steps.step("tie-out"):
            tie_out(con, setting.root / artefact, setting.ledger, ident)
        report = {**result, "run": ident}
        _finish(setting, ident, held, report)
        setting.faults("finished")
        return {**report, "already": False, "steps": steps.found}
    finally:
        con.close()


def _header(setting: RunSetting, ident: str, period: RunPeriod, held: dict[str, Any]) -> documents.Header:
    counter = setting.store.get("counter", "invoice")
    committed = setting.store.command_result(f"{ident}:commit")
    first = committed[0]["first_number"] if committed else (counter["last"] if counter else 0) + 1
    return documents.Header(ident, period.name, held["as_of"], held["engine"], first)


def _commit(
    setting: RunSetting, con: duckdb.DuckDBPyConnection, held: dict[str, Any], header: documents.Header,
    artefact: str, sha: str, count: int, problems: list[dict[str, Any]],
) -> dict[str, Any]:  # fmt: skip
    """All invoices of the run become open in one transaction: documents, numbers, journal entry."""
    ident = header.run
    rows, index = documents.document_rows(con, header, artefact, sha)
    found = con.execute("SELECT count(*) FROM run_lines JOIN run_invoices USING (sub)").fetchall()[0]
    summary = {
        "invoices": count, "lines": int(found[0]), "total": documents.totals(con), "problems": problems,
        "artefact": artefact, "first_number": header.first_number,
        "digest": digest({"lines": sha, "invoices": digest([body for _, body in rows])}),
    }  # fmt: skip

    def work(tx: Tx) -> dict[str, Any]:
        if count and tx.next_number("invoice", count) != header.first_number:
            raise RunError("RBR05", "invoice numbers were taken by something else meanwhile", "run again")
        tx.bulk("invoice", ident, rows, index)
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
