"""Repair and replay: an event in quarantine, mended by a person, goes through the ordinary ingest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from engine.events import quarantine
from engine.events.batch import OnCommit
from engine.events.catalogue import Connect
from engine.events.errors import IngestError
from engine.events.ingest import ingest
from engine.events.options import IngestOptions, PropertySchema, Source
from engine.events.report import BatchReport, IngestReport

__all__ = ["replay"]


def replay(
    root: Path,
    connect: Connect,
    repaired: Mapping[str, bytes],
    *,
    properties: Mapping[str, PropertySchema],
    now: datetime,
    note: str,
    options: IngestOptions | None = None,
    on_commit: OnCommit | None = None,
) -> IngestReport:
    """Ingest repaired events: entry name → the event's mended JSON (empty bytes: the raw bytes as they are).

    The entries are settled as `replayed`, with the note, in the transaction that stores the events. If a repaired
    event is refused again the call raises RBE13, the entries stay open, and the new refusal is in quarantine too.
    """
    raws = []
    with connect() as conn:
        for name, mended in repaired.items():
            entry = quarantine.entry_of(conn, name)
            raws.append(mended or quarantine.raw_of(root, entry))

    def settle_too(conn: Connection, report: BatchReport) -> None:
        if report.quarantined == 0:
            for name in repaired:
                quarantine.settle(conn, name, quarantine.REPLAYED, note)
        if on_commit is not None:
            on_commit(conn, report)

    body = b"[" + b",".join(raws) + b"]"
    source = Source(data=body, name="replay.json")
    report = ingest(root, connect, [source], properties=properties, now=now, options=options, on_commit=settle_too)
    if report.quarantined:
        raise IngestError(
            "RBE13",
            f"{report.quarantined} repaired event(s) were refused again: {', '.join(report.reasons)}",
            "the entries stay open; see the new ones for what is still wrong",
            ", ".join(repaired),
        )
    return report
