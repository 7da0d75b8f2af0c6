"""The correction run of a period: derive, compare, decide, write, commit, post.

Killed anywhere and run again, it gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import duckdb

from engine.corrections import documents, settle
from engine.corrections.compare import line_query
from engine.corrections.derive import load_run
from engine.corrections.errors import CorrectionError
from engine.corrections.prepare import FOLDER, RUN, corrections_of, prepare
from engine.journal import Tx, digest
from engine.ledger import PostingKind
from engine.metering import open_duck
from engine.runs.errors import RunError
from engine.runs.lines import write_parquet
from engine.runs.period import RunPeriod
from engine.runs.posting import post_legs
from engine.runs.run import Steps
from engine.runs.setting import RunSetting

SERIES = {"correction": "COR", "invoice": "INV", "credit_note": "CN"}


def correct(
    setting: RunSetting, period_text: str, *, now: int, reason: str, as_of: int | None = None, everything: bool = False
) -> dict[str, Any]:
    """Correct a billed period and return the report; `already` when nothing differs from what was billed.

    `everything` derives every account anew, not only those that new events or versions touch. Raises
    `CorrectionError` (RBK01: not billed, RBK02: no such `seq`, RBK03: no reason), `StoreError` RBJ10 while another run
    is going on.
    """
    if not reason.strip():
        raise CorrectionError("RBK03", "a correction needs a reason", "say why: --reason TEXT")
    period = RunPeriod.parse(period_text)
    with setting.store.lease("run", setting.actor, now):
        before = corrections_of(setting.store, period.name)
        if before and before[-1]["status"] != "finished":
            return _work(setting, before[-1], started=True)
        con = open_duck(setting.threads, setting.memory_limit)
        try:
            body = prepare(setting, con, period, now, as_of, reason, everything)
        finally:
            con.close()
        return _nothing(period.name, []) if body is None else _work(setting, body, started=False)


def _nothing(period: str, problems: list[dict[str, Any]]) -> dict[str, Any]:
    return {"run": None, "period": period, "corrections": 0, "difference": {}, "problems": problems, "already": True,
            "steps": []}  # fmt: skip


def _work(setting: RunSetting, held: dict[str, Any], *, started: bool) -> dict[str, Any]:
    ident, root = held["id"], setting.root
    steps = Steps(setting.progress)
    con = open_duck(setting.threads, setting.memory_limit)
    try:
        numbers = _numbers(setting, ident)
        problems = load_run(con, root, setting.store, held, numbers.correction, steps.step)
        settle.load_settlements(con, numbers)
        setting.faults("compared")
        if not started:
            if not con.execute("SELECT count(*) FROM cases").fetchall()[0][0]:
                return _nothing(held["period"], problems)
            _start(setting, held)
        with steps.step("write"):
            header = _written(setting, con, held)
        setting.faults("written")
        with steps.step("commit"):
            report = _commit(setting, con, held, header, numbers, problems)
        setting.faults("committed")
        with steps.step("ledger"):
            _post(setting, con, held)
        setting.faults("posted")
        _finish(setting, held, report)
        return {**report, "already": False, "steps": steps.found}
    finally:
        con.close()


def _numbers(setting: RunSetting, ident: str) -> settle.Numbers:
    """The first free numbers, or those that the run took when it was committed before it was killed."""
    committed = setting.store.command_result(f"{ident}:commit")
    if committed:
        return settle.Numbers(**committed[0]["first"])
    counters = {name: setting.store.get("counter", name) for name in SERIES}
    return settle.Numbers(**{name: (c["last"] if c else 0) + 1 for name, c in counters.items()})


def _start(setting: RunSetting, body: dict[str, Any]) -> None:
    def work(tx: Tx) -> None:
        tx.create(RUN, body["id"], body)

    setting.store.command(setting.actor, "correction.start", f"{body['id']}:start", body, body["now"], work)


def _written(setting: RunSetting, con: duckdb.DuckDBPyConnection, held: dict[str, Any]) -> documents.Header:
    """The correction lines and the lines of the settling documents on disk."""
    folder = f"{FOLDER}/{held['id']}"
    name, sha = write_parquet(con, line_query(), setting.root / folder)
    con.execute(f"CREATE OR REPLACE TEMP TABLE settled_lines AS {settle.settled_lines()}")
    settled, settled_sha = write_parquet(con, "FROM settled_lines", setting.root / folder, "settled-")
    issued = dt.datetime.fromtimestamp(held["now"] // 1_000_000, dt.UTC).date().isoformat()
    header = documents.Header(held["id"], held["period"], held["as_of"], held["engine"], held["reason"], issued)
    return replace(
        header, artefact=f"{folder}/{name}", lines_digest=sha, settled=f"{folder}/{settled}", settled_digest=settled_sha
    )


def _commit(
    setting: RunSetting, con: duckdb.DuckDBPyConnection, held: dict[str, Any], header: documents.Header,
    numbers: settle.Numbers, problems: list[dict[str, Any]],
) -> dict[str, Any]:  # fmt: skip
    """All documents of the run in one transaction: corrections, own invoices, credit notes, numbers, journal entry."""
    made = {"correction": documents.correction_rows(con, header)}
    for decision, (_, kind) in settle.SETTLED.items():
        made[kind] = documents.settlement_rows(con, header, decision, "FROM settled_lines")
    decisions = dict(con.execute("SELECT decision, count(*) FROM settlements GROUP BY ALL ORDER BY ALL").fetchall())
    first = {name: getattr(numbers, name) for name in SERIES}
    summary = {
        "run": held["id"], "period": held["period"], "corrections": len(made["correction"][0]),
        "decisions": decisions, "difference": documents.differences(con), "problems": problems,
        "artefact": header.artefact, "settled": header.settled, "first": first, "as_of": held["as_of"],
        "digest": digest({"lines": header.lines_digest, "settled": header.settled_digest}),
    }  # fmt: skip

    def work(tx: Tx) -> dict[str, Any]:
        for kind, (rows, index) in made.items():
            if rows and tx.next_number(kind, len(rows)) != first[kind]:
                raise RunError("RBR05", "numbers were taken by something else meanwhile", "run again")
            if rows:
                tx.bulk(kind, held["id"], rows, index)
        tx.emit("correction.committed", {"run": held["id"], "corrections": len(made["correction"][0])})
        return summary

    request = {"lines": header.lines_digest, "settled": header.settled_digest}
    result: dict[str, Any] = setting.store.command(
        setting.actor, "correction.commit", f"{held['id']}:commit", request, held["now"], work
    )
    return result


def _post(setting: RunSetting, con: duckdb.DuckDBPyConnection, held: dict[str, Any]) -> None:
    period = int(held["period_start"][:4] + held["period_start"][5:7])
    for decision, kind in (("own", PostingKind.INVOICE), ("note", PostingKind.CREDIT_NOTE)):
        series = SERIES[settle.SETTLED[decision][1]]
        post_legs(setting.ledger, setting.store.tenant, kind, series, settle.legs(con, decision), held["now"], period)


def _finish(setting: RunSetting, held: dict[str, Any], report: dict[str, Any]) -> None:
    ident = held["id"]

    def work(tx: Tx) -> None:
        tx.put(RUN, ident, {**tx.require(RUN, ident), "status": "finished", "report": report})

    setting.store.command(
        setting.actor, "correction.finish", f"{ident}:finish", {"digest": report["digest"]}, held["now"], work
    )
