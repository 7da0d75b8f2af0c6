"""`ratebook ingest WS FILE...`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from engine.events import Source, parse_map
from engine.workspace import Workspace
from workbench.clock import now_us
from workbench.ingesting import chosen, event_options, report_data, report_text


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("workspace", metavar="WS")
    parser.add_argument("files", metavar="FILE", nargs="+")
    event_options(parser)


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """Every record is accepted, a duplicate, or in quarantine."""
    mapping = parse_map(options.map) if options.map else {}
    sources = [Source(path=Path(f), format=options.format, mapping=mapping) for f in options.files]
    with Workspace.open(options.workspace) as workspace:
        report = workspace.ingest(sources, now=now_us(options.now), options=chosen(options), actor=options.actor)
    data = report_data(report)
    return data, report_text(data)
