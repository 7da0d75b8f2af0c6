"""`ratebook quarantine WS [ENTRY]`."""

from __future__ import annotations

import argparse
from typing import Any

from engine.events import quarantine
from engine.workspace import Workspace
from workbench.output import table


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("workspace", metavar="WS")
    parser.add_argument("entry", metavar="ENTRY", nargs="?", help="show this entry's raw bytes")
    parser.add_argument("--reason", help="only entries of this reason")
    parser.add_argument("--all", action="store_true", help="also those replayed or dismissed")
    parser.add_argument("--limit", type=int, default=100, metavar="N")


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """What could not be accepted, and why; nothing is changed."""
    with Workspace.open(options.workspace, read_only=True) as workspace, workspace.store.reading() as connection:
        if options.entry:
            entry = quarantine.entry_of(connection, options.entry)
            raw = quarantine.raw_of(workspace.root, entry).decode("utf-8", errors="replace")
            return {**_data(entry), "raw": raw}, f"{entry.reason}: {entry.detail}\n{raw}"
        state = None if options.all else quarantine.OPEN
        found = quarantine.entries(connection, state, options.reason, options.limit)
    rows: list[tuple[object, ...]] = [("entry", "reason", "from", "detail")]
    rows += [(e.entry, e.reason, f"{e.origin}:{e.position}", e.detail) for e in found]
    return {"entries": [_data(e) for e in found]}, table(rows) if found else "nothing is in quarantine"


def _data(entry: quarantine.Entry) -> dict[str, Any]:
    return {
        "entry": entry.entry, "reason": entry.reason, "detail": entry.detail, "origin": entry.origin,
        "position": entry.position, "state": entry.state, "note": entry.note,
    }  # fmt: skip
