"""`ratebook drain WS [SPOOL]`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from engine.streams import drain
from engine.workspace import Workspace
from workbench.clock import now_us
from workbench.ingesting import report_data, report_text


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("workspace", metavar="WS")
    parser.add_argument("spool", metavar="SPOOL", nargs="?", help="default: the workspace's own, WS/spool")
    parser.add_argument("--now", help="the moment of the ingest")
    parser.add_argument("--actor", default="ratebook")


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """Bring what `meter()` buffers have spooled into the log; a file is removed when its events are in."""
    now = now_us(options.now)
    with Workspace.open(options.workspace) as workspace:
        spool = Path(options.spool) if options.spool else workspace.spool
        report = drain(spool, lambda sources: workspace.ingest(sources, now=now, actor=options.actor))
    if report is None:
        return {"accepted": 0, "duplicates": 0}, f"{spool}: nothing is waiting"
    data = report_data(report)
    return data, report_text(data)
