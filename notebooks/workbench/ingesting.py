"""What the commands that take events in have in common: their options, and what they say afterwards."""

from __future__ import annotations

import argparse
from typing import Any

from engine.events import IngestOptions, IngestReport
from workbench.output import table


def event_options(parser: argparse.ArgumentParser) -> None:
    """Options of every ingest."""
    parser.add_argument("--map", default="", help="CSV or Parquet columns: time=start,subject=house,wh=value")
    parser.add_argument("--format", choices=("jsonl", "json", "csv", "parquet"), help="default: by the file's name")
    parser.add_argument("--type", default="", help="event type of rows that name none")
    parser.add_argument("--source", default="", help="source of rows that name none")
    parser.add_argument("--timezone", default="UTC", help="zone of times without an offset")
    parser.add_argument("--round-decimals", action="store_true", help="round numbers with more than 12 places")
    parser.add_argument("--now", help="the moment of the ingest")
    parser.add_argument("--actor", default="ratebook")


def chosen(options: argparse.Namespace) -> IngestOptions:
    """The options as the engine takes them."""
    return IngestOptions(
        round_decimals=options.round_decimals,
        default_source=options.source,
        default_type=options.type,
        timezone=options.timezone,
    )


def report_data(report: IngestReport) -> dict[str, Any]:
    """A report as JSON."""
    return {
        "accepted": report.accepted, "duplicates": report.duplicates, "conflicts": report.conflicts,
        "quarantined": report.quarantined, "rounded": report.rounded, "seq": report.seq, "reasons": report.reasons,
    }  # fmt: skip


def report_text(data: dict[str, Any]) -> str:
    """A report for people."""
    rows = [(name, data[name]) for name in ("accepted", "duplicates", "conflicts", "quarantined", "seq")]
    rows += [(f"  {reason}", count) for reason, count in data["reasons"].items()]
    return table(rows, right=(1,))
