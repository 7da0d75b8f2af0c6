"""`ratebook purge WS --before DATE`."""

from __future__ import annotations

import argparse
import datetime as dt
from typing import Any

from engine.workspace import Workspace
from workbench.clock import now_us
from workbench.output import Refused, WrongUse, counted


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("workspace", metavar="WS")
    parser.add_argument("--before", required=True, metavar="DATE", help="purge events of earlier days (UTC)")
    parser.add_argument("--now", help="the moment of the purge")
    parser.add_argument("--actor", default="ratebook")


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """Take out what old events said; what an invoice cites is kept, and the command then exits with 1."""
    try:
        before = dt.date.fromisoformat(options.before)
    except ValueError:
        raise WrongUse(f"`{options.before}` is no day; write 2025-01-01") from None
    with Workspace.open(options.workspace) as workspace:
        report = workspace.purge(before, now=now_us(options.now), actor=options.actor)
    data = {
        "segments": report.segments, "events": report.events,
        "kept": [{"segment": path, "why": why} for path, why in report.kept],
    }  # fmt: skip
    lines = [f"{counted(report.segments, 'segment')} purged, {counted(report.events, 'event')}"]
    lines += [f"kept {path}: {why}" for path, why in report.kept]
    if report.kept:
        raise Refused(data, "\n".join(lines))
    return data, "\n".join(lines)
