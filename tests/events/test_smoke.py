"""One ingest from end to end: what goes in comes out, and the same again changes nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine

from engine.events import Source, ingest, metadata, number, read_events, segments

NOW = datetime(2026, 12, 1, tzinfo=UTC)


def test_ingest_read_and_again(tmp_path: Path) -> None:
    database = create_engine(f"sqlite:///{tmp_path}/ratebook.db")
    metadata.create_all(database)
    event = {
        "specversion": "1.0", "id": "e1", "source": "/gw", "type": "api.call", "subject": "acme",
        "time": "2026-10-01T12:00:00Z", "data": {"bytes": "10.5"},
    }  # fmt: skip
    source = Source(data=json.dumps(event).encode() + b"\n", name="one.jsonl")
    first = ingest(tmp_path, database.begin, [source], properties={"api.call": {"bytes": number}}, now=NOW)
    again = ingest(tmp_path, database.begin, [source], properties={"api.call": {"bytes": number}}, now=NOW)
    assert (first.accepted, first.seq) == (1, 1)
    assert (again.accepted, again.duplicates, again.seq) == (0, 1, 1)
    with database.begin() as conn:
        assert len(segments(conn)) == 1
        row = read_events(conn, tmp_path, "api.call", subject="acme").events.to_pylist()[0]
    assert (row["id"], str(row["n_bytes"]), row["data"]) == ("e1", "10.500000", '{"bytes": "10.5"}')
