"""Ingests a fixed set of events in a child that kills itself at a fault point, then again, and prints the log.

Arguments: workspace, fault point (or `none`), how often the point is passed before the kill.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine

from engine.events import IngestOptions, Source, entries, ingest, metadata, number, scan_sql, segments
from engine.events.duck import open_duck

PROPERTIES = {"api.call": {"bytes": number}}
OPTIONS = IngestOptions(batch_events=40, block_bytes=2_000, threads=1)


def events() -> bytes:
    """Nine batches over three days, with duplicates, conflicts and unusable events among them."""
    lines = []
    for n in range(320):
        lines.append({
            "specversion": "1.0", "id": f"e{n - n % 11 // 10}", "source": "/gw", "type": "api.call",
            "subject": f"s{n % 5}" if n % 17 else "", "time": f"2026-10-0{1 + n % 3}T00:00:00Z",
            "data": {"bytes": n % 11},
        })  # fmt: skip
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def run(root: Path, point: str, passes: int) -> None:
    """One ingest; at the given passing of the point the process dies without a chance to clean up."""
    database = create_engine(f"sqlite:///{root}/ratebook.db")
    metadata.create_all(database)
    left = passes

    def faults(name: str) -> None:
        nonlocal left
        if name == point:
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left -= 1

    ingest(
        root, database.begin, [Source(data=events(), name="e.jsonl")], properties=PROPERTIES,
        now=datetime(2026, 12, 1, tzinfo=UTC), options=OPTIONS, faults=faults,
    )  # fmt: skip


def content(root: Path) -> dict[str, Any]:
    """Everything the log says: rows with their seq, quarantine entries, and whether a file is unaccounted for."""
    database = create_engine(f"sqlite:///{root}/ratebook.db")
    with database.begin() as conn:
        found, refused = segments(conn), entries(conn, None, limit=10_000)
    with open_duck(1) as duck:
        rows = duck.sql(f"SELECT * FROM {scan_sql(found, root)} ORDER BY seq").fetchall()
    return {
        "rows": len(rows),
        "log": hashlib.sha256(repr(rows).encode()).hexdigest(),
        "files": sorted((segment.path, segment.sha256) for segment in found),
        "on_disk": sorted(path.relative_to(root).as_posix() for path in root.glob("events/**/*") if path.is_file()),
        "refused": sorted((entry.entry, entry.reason, entry.position) for entry in refused),
    }


def main() -> None:
    """Crash, run again, print what is in the log."""
    root, point, passes = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    child = os.fork()
    if child == 0:
        run(root, point, passes)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    run(root, "none", 0)
    print(json.dumps({"killed": killed, **content(root)}))


if __name__ == "__main__":
    main()
