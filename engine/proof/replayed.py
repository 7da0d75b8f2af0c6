"""A log made anew from events as text, in a folder that vanishes: what a bundle, or a what-if, is derived from."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine

from engine import events
from engine.events import IngestOptions, PropertySchema, Source
from engine.metering import open_duck
from engine.metering.files import scan
from engine.proof.bundle import COLUMNS, hexadecimal
from engine.proof.evidence import Case
from engine.runs.derive import Derived, Files, derive
from engine.runs.fetch import files_of

_FAR = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ReplayedLog:
    """The log, how many of the events it took in, and why it refused others."""

    files: Files
    accepted: int
    reasons: Mapping[str, int]

    def derive(self, case: Case) -> Derived:
        """The bill of a case from these events; raises `RatingError` where it cannot be priced."""
        con = open_duck()
        try:
            return derive(con, self.files, case.task, case.subjects, None)
        finally:
            con.close()

    def digests(self) -> dict[tuple[str, str], str]:
        """(source, id) → digest of everything in the log, withdrawn events too."""
        held = [replace(file, withdrawn=()) for files in self.files.values() for file in files]
        columns = {name: COLUMNS[name] for name in ("source", "id", "digest")}
        con = open_duck()
        try:
            rows = con.execute(scan(held, columns, None, "")).fetchall()
        finally:
            con.close()
        return {(source, ident): hexadecimal(value) for source, ident, value in rows}


@contextmanager
def replayed_log(content: bytes, properties: Mapping[str, PropertySchema]) -> Iterator[ReplayedLog]:
    """The log of CloudEvents as JSON lines; numbers that were rounded when they first came are rounded again."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        database = create_engine(f"sqlite:///{root}/log.db")
        try:
            events.metadata.create_all(database)
            if not content:
                yield ReplayedLog({}, 0, {})
                return
            options, source = IngestOptions(round_decimals=True), Source(data=content, name="events.jsonl")
            report = events.ingest(root, database.begin, [source], properties=properties, now=_FAR, options=options)
            with database.begin() as connection:
                files = files_of(events.segments(connection), root)
            yield ReplayedLog(files, report.accepted, report.reasons)
        finally:
            database.dispose()
