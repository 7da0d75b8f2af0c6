"""`ratebook ingest WS FILE...`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from engine.events import IngestOptions, Source, parse_map
from engine.workspace import Workspace
from workbench.clock import now_us
from workbench.output import table


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("workspace", metavar="WS")
    parser.add_argument("files", metavar="FILE", nargs="+")
    parser.add_argument("--map", default="", help="CSV or Parquet columns: time=start,subject=house,wh=value")
    parser.add_argument("--format", choices=("jsonl", "json", "csv", "parquet"), help="default: by the file's name")
    parser.add_argument("--type", default="", help="event type of rows that name none")
    parser.add_argument("--source", default="", help="source of rows that name none")
    parser.add_argument("--timezone", default="UTC", help="zone of times without an offset")
    parser.add_argument("--round-decimals", action="store_true", help="round numbers with more than 12 places")
    parser.add_argument("--now", help="the moment of the ingest")
    parser.add_argument("--actor", default="ratebook")


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """Every record is accepted, a duplicate, or in quarantine."""
    mapping = parse_map(options.map) if options.map else {}
    sources = [Source(path=Path(f), format=options.format, mapping=mapping) for f in options.files]
    chosen = IngestOptions(
        round_decimals=options.round_decimals,
        default_source=options.source,
        default_type=options.type,
        timezone=options.timezone,
    )
    with Workspace.open(options.workspace) as workspace:
        report = workspace.ingest(sources, now=now_us(options.now), options=chosen, actor=options.actor)
    data = {
        "accepted": report.accepted, "duplicates": report.duplicates, "conflicts": report.conflicts,
        "quarantined": report.quarantined, "rounded": report.rounded, "seq": report.seq, "reasons": report.reasons,
    }  # fmt: skip
    rows = [(name, data[name]) for name in ("accepted", "duplicates", "conflicts", "quarantined", "seq")]
    rows += [(f"  {reason}", count) for reason, count in report.reasons.items()]
    return data, table(rows, right=(1,))
