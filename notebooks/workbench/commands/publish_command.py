"""`ratebook publish WS BOOK...`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from engine.workspace import Correction, Workspace
from workbench.books import checked_file
from workbench.clock import now_us
from workbench.output import Refused, WrongUse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("workspace", metavar="WS")
    parser.add_argument("books", metavar="BOOK", nargs="+")
    parser.add_argument("--reason", help="why a version starts in a past that was billed: proposes a correction")
    parser.add_argument("--approved-by", metavar="NAME", help="who, other than --actor, approved it already")
    parser.add_argument("--now", help="the moment of publication")
    parser.add_argument("--actor", default="ratebook")


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """Check every book, then publish them all; nothing is published when one of them has an error."""
    if options.approved_by and not options.reason:
        raise WrongUse("a correction needs a --reason")
    correction = Correction(options.reason, options.approved_by or "") if options.reason else None
    reports = [checked_file(Path(name)) for name in options.books]
    if any(r.failed for r in reports):
        data = {"files": [r.data() for r in reports], "published": []}
        raise Refused(data, "\n\n".join(r.text() for r in reports if r.failed) + "\n\nnothing was published")
    now = now_us(options.now)
    results = []
    with Workspace.open(options.workspace) as workspace:
        for report in sorted(reports, key=lambda r: (r.book.name, r.book.version) if r.book else ("", 0)):
            assert report.book is not None
            results.append(
                workspace.publish(
                    report.book, report.source, str(report.path), now=now, actor=options.actor, correction=correction
                )
            )
    return {"published": results}, "\n".join(_sentence(r) for r in results)


def _sentence(result: dict[str, Any]) -> str:
    version = f"{result['book']} version {result['version']}"
    if result["proposed"]:
        approve = f"ratebook approve WS {result['book']}/{result['version']} --actor NAME"
        return f"{version} is proposed as a correction; another person publishes it: {approve}"
    state = "published" if result["published"] else "was published already"
    return f"{version} {state}, digest {result['digest'][:16]}"
