"""A workspace with an empty catalogue, and events to put into it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine

from engine.events import IngestReport, Property, Source, ingest, metadata, scan_sql, segments
from engine.events.duck import open_duck

NOW = datetime(2026, 12, 1, tzinfo=UTC)
PROPERTIES = {"api.call": {"bytes": Property(number=True, text=True), "region": Property(text=True)}}


@dataclass
class Log:
    """A workspace under test."""

    root: Path
    database: Engine

    def take(self, content: bytes | Iterable[dict[str, Any]], name: str = "t.jsonl", **more: Any) -> IngestReport:
        """Ingest one buffer, or events as JSON lines."""
        body = content if isinstance(content, bytes) else b"".join(json.dumps(e).encode() + b"\n" for e in content)
        source = Source(data=body, name=name, mapping=more.pop("mapping", {}))
        settings = {"properties": PROPERTIES, "now": NOW, **more}
        return ingest(self.root, self.database.begin, [source], **settings)

    def rows(self, columns: str = "*") -> list[dict[str, Any]]:
        """Everything in the log, by seq."""
        with self.database.begin() as conn:
            found = segments(conn)
        if not found:
            return []
        with open_duck(1) as duck:
            table = duck.sql(f"SELECT {columns} FROM {scan_sql(found, self.root)} ORDER BY seq").to_arrow_table()
        rows: list[dict[str, Any]] = table.to_pylist()
        return rows

    def hashes(self) -> dict[str, str]:
        """Path → SHA-256 of every segment."""
        with self.database.begin() as conn:
            return {segment.path: segment.sha256 for segment in segments(conn)}


@pytest.fixture
def new_log(tmp_path: Path) -> Callable[[str], Log]:
    """Makes workspaces."""

    def make(name: str) -> Log:
        root = tmp_path / name
        root.mkdir()
        database = create_engine(f"sqlite:///{root}/ratebook.db")
        metadata.create_all(database)
        return Log(root, database)

    return make


@pytest.fixture
def log(new_log: Callable[[str], Log]) -> Log:
    """One workspace."""
    return new_log("ws")


@pytest.fixture
def event() -> Callable[..., dict[str, Any]]:
    """Makes an event; keyword arguments replace attributes, None removes one."""

    def make(id: str = "e1", **changes: Any) -> dict[str, Any]:
        made = {
            "specversion": "1.0", "id": id, "source": "/gw", "type": "api.call", "subject": "acme",
            "time": "2026-10-01T12:00:00Z", "data": {"bytes": "10.5", "region": "eu"}, **changes,
        }  # fmt: skip
        return {name: value for name, value in made.items() if value is not None}

    return make
