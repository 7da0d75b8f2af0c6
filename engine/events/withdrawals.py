"""Retractions and amendments: events that say that an earlier event does not count.

A retraction is an event of type `ratebook.retraction` whose data names the withdrawn event: `{"id": "e1"}`, and
`"source"` where it is not the retraction's own. An amendment is an ordinary event that takes another's place: of the
same type and subject, with the extension attribute `amends` (the old event's id) and, where it differs,
`amendssource`. The old event stays in the log; whoever asks as of the `seq` of the withdrawal, or later, does not
count it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, insert, select

from engine.events.catalogue import Connect, Segment
from engine.events.check import KEY
from engine.events.history import History
from engine.events.index import find
from engine.events.instants import instant
from engine.events.tables import withdrawals

__all__ = ["RETRACTION", "Found", "Withdrawal", "note_withdrawals", "resolve"]

RETRACTION = "ratebook.retraction"
Identity = tuple[str, str]
"""(source, id) of an event."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of the event that shall be withdrawn."""

    type: str
    subject: str
    time_us: int


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A row of a batch that withdraws `target`, or the reason why it cannot."""

    row: int
    by: Identity
    target: Identity
    event: Found | None
    reason: str = ""
    detail: str = ""


def resolve(
    duck: duckdb.DuckDBPyConnection, root: Path, history: History, connect: Connect, fresh: pa.Table
) -> list[Withdrawal]:
    """The withdrawals among a batch's new events, each with the event it means or a reason to refuse it."""
    asked = list(_asked(fresh))
    if not asked:
        return []
    targets = {target for _, target, _ in asked if target is not None}
    known = _stored(duck, root, history, targets) | _in_batch(fresh, targets)
    with connect() as conn:
        gone = _withdrawn(conn, targets)
    found = []
    for row, target, own in asked:
        verdict = _judged(row, target, own, known, gone)
        if not verdict.reason and target is not None:
            gone.add(target)
        found.append(verdict)
    return found


@dataclass(frozen=True, slots=True)
class _Own:
    """The event that withdraws."""

    source: str
    id: str
    type: str
    subject: str


def _asked(fresh: pa.Table) -> Iterable[tuple[int, Identity | None, _Own]]:
    """(row, target, event) of the rows that withdraw something; the target is None where they do not name it."""
    amending = pc.fill_null(pc.match_substring(fresh["ext"], '"amends'), False)
    rows = np.flatnonzero(pc.or_(pc.equal(fresh["type"], RETRACTION), amending).to_numpy())
    for row in rows.tolist():
        one = {name: fresh[name][row].as_py() for name in ("source", "id", "type", "subject", "data", "ext")}
        own = _Own(one["source"], one["id"], one["type"], one["subject"])
        if own.type == RETRACTION:
            yield row, _target(_object(one["data"]), "id", "source", own.source), own
        elif "amends" in (more := _object(one["ext"])) or "amendssource" in more:
            yield row, _target(more, "amends", "amendssource", own.source), own


def _object(text: str | None) -> Mapping[str, Any]:
    found = json.loads(text or "{}")
    return found if isinstance(found, dict) else {}


def _target(named: Mapping[str, Any], ident: str, source: str, own: str) -> Identity | None:
    name, origin = named.get(ident), named.get(source, own)
    return (origin, name) if isinstance(name, str) and name and isinstance(origin, str) else None


def _judged(
    row: int, target: Identity | None, own: _Own, known: Mapping[Identity, Found], gone: set[Identity]
) -> Withdrawal:
    by = (own.source, own.id)
    if target is None:
        return Withdrawal(row, by, ("", ""), None, "no-target")
    event = known.get(target)
    named = f"{target[1]} of {target[0]}"
    if event is None or event.type == RETRACTION or target == by:
        return Withdrawal(row, by, target, None, "unknown-target", named)
    if event.subject != own.subject:
        return Withdrawal(row, by, target, None, "other-account", f"{named} is of {event.subject}")
    if own.type not in (RETRACTION, event.type):
        return Withdrawal(row, by, target, None, "other-type", f"{named} is a {event.type}")
    if target in gone:
        return Withdrawal(row, by, target, None, "already-withdrawn", named)
    return Withdrawal(row, by, target, event)


def _in_batch(fresh: pa.Table, targets: set[Identity]) -> dict[Identity, Found]:
    """The targets that came in the same batch."""
    named = pc.is_in(fresh["id"], pa.array([ident for _, ident in targets], pa.string()))
    chosen = fresh.select(["source", "id", "type", "subject", "time_us"]).filter(named).to_pylist()
    return {
        (r["source"], r["id"]): Found(r["type"], r["subject"], r["time_us"])
        for r in chosen
        if (r["source"], r["id"]) in targets
    }


def _stored(
    duck: duckdb.DuckDBPyConnection, root: Path, history: History, targets: set[Identity]
) -> dict[Identity, Found]:
    """The targets that are in the log: candidates by the index, compared in full."""
    rows = pa.table({"source": [s for s, _ in targets], "id": [i for _, i in targets]})
    duck.register("targets", rows)
    try:
        keys = duck.execute(f"SELECT {KEY} AS key FROM targets").fetchnumpy()["key"]
        _, numbers = find(history.runs, np.sort(np.asarray(keys, np.uint64)))
        segments = history.segments(set(numbers.tolist()))
        found: dict[Identity, Found] = {}
        for kind, files in _by_type(root, segments.values()).items():
            query = """SELECT source, id, subject, epoch_us(time) FROM read_parquet($files) s
              SEMI JOIN targets t USING (source, id)"""
            for source, ident, subject, time_us in duck.execute(query, {"files": files}).fetchall():
                found[source, ident] = Found(kind, subject, time_us)
        return found
    finally:
        duck.unregister("targets")


def _by_type(root: Path, segments: Iterable[Segment]) -> dict[str, list[str]]:
    files: dict[str, list[str]] = {}
    for segment in segments:
        files.setdefault(segment.type, []).append(str(segment.file(root)))
    return files


def _withdrawn(conn: Connection, targets: Iterable[Identity]) -> set[Identity]:
    """Those that are withdrawn already."""
    found = set()
    for source, ident in targets:
        query = select(withdrawals.c.seq).where((withdrawals.c.source == source) & (withdrawals.c.id == ident))
        if conn.execute(query).first() is not None:
            found.add((source, ident))
    return found


def note_withdrawals(conn: Connection, accepted: Iterable[Withdrawal], ordered: pa.Table) -> None:
    """Catalogue withdrawals with the `seq` that their own events got; `ordered` is the numbered batch."""
    rows = [w for w in accepted if w.event is not None]
    if not rows:
        return
    wanted = {w.by for w in rows}
    named = pc.is_in(ordered["id"], pa.array([ident for _, ident in wanted], pa.string()))
    seqs = {(r["source"], r["id"]): r["seq"] for r in ordered.select(["source", "id", "seq"]).filter(named).to_pylist()}
    conn.execute(
        insert(withdrawals),
        [
            {
                "source": w.target[0], "id": w.target[1], "type": w.event.type, "subject": w.event.subject,
                "date": instant(w.event.time_us).date().isoformat(), "time_us": w.event.time_us, "seq": seqs[w.by],
                "by_source": w.by[0], "by_id": w.by[1],
            }
            for w in rows
            if w.event is not None
        ],
    )  # fmt: skip
