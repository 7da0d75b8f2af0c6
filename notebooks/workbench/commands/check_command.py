"""`ratebook check PATH...`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from dsl.format import style_findings
from workbench.books import checked_any, rate_files
from workbench.output import Refused


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("paths", metavar="PATH", nargs="+", help="price books, or folders of them")
    parser.add_argument("--style", action="store_true", help="warn where `ratebook fmt` would change a book")


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """Diagnostics and examples of every book; findings of error severity or failing examples exit with 1."""
    reports = [checked_any(path) for path in rate_files([Path(p) for p in options.paths])]
    if options.style:
        for report in reports:
            report.diagnostics += style_findings(report.source, str(report.path))
    data = {"files": [r.data() for r in reports]}
    text = "\n\n".join(r.text() for r in reports)
    if any(r.failed for r in reports):
        raise Refused(data, text)
    return data, text
