"""`ratebook compact WS`."""

from __future__ import annotations

import argparse
from typing import Any

from engine.workspace import Workspace
from workbench.clock import now_us


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("workspace", metavar="WS")
    parser.add_argument("--most-rows", type=int, default=4_000_000, metavar="N", help="most events in one segment")
    parser.add_argument("--now", help="the moment of the compaction")
    parser.add_argument("--actor", default="ratebook")


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """Merge small segments; every event keeps its number and its digest, so nothing derived from them changes."""
    with Workspace.open(options.workspace) as workspace:
        report = workspace.compact(now=now_us(options.now), most_rows=options.most_rows, actor=options.actor)
    data = {"before": report.before, "after": report.after, "events": report.events}
    if not report.before:
        return data, "nothing to merge"
    return data, f"{report.before} segments became {report.after}, {report.events} events"
