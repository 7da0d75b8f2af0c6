"""`ratebook quality WS`."""

from __future__ import annotations

import argparse
import datetime as dt
from typing import Any

from engine.events.instants import instant
from engine.events.quality import Limits, quality
from engine.workspace import Workspace
from workbench.clock import now_us
from workbench.output import Refused, WrongUse, table


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("workspace", metavar="WS")
    parser.add_argument("--since", help="only what was ingested from this moment on")
    parser.add_argument("--now", help="the moment of the report")
    parser.add_argument("--lateness-minutes", type=int, default=180, metavar="N", help="later than this is late (180)")
    parser.add_argument("--lag-seconds", type=int, default=300, metavar="N", help="most that 99 in 100 may take (300)")
    parser.add_argument("--late-share", type=int, default=100, metavar="N", help="most late events in 10,000 (100)")
    parser.add_argument("--refused-share", type=int, default=100, metavar="N", help="most refused in 10,000 (100)")


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """Lag, late share, duplicates, silent sources, watermark, quarantine; exits with 1 where a limit is exceeded."""
    if min(options.lateness_minutes, options.lag_seconds, options.late_share, options.refused_share) < 0:
        raise WrongUse("a limit is 0 at least")
    limits = Limits(
        lateness=dt.timedelta(minutes=options.lateness_minutes), lag_p99=dt.timedelta(seconds=options.lag_seconds),
        late_share=options.late_share, refused_share=options.refused_share,
    )  # fmt: skip
    since = instant(now_us(options.since)) if options.since else None
    now = instant(now_us(options.now))
    with Workspace.open(options.workspace, read_only=True) as workspace, workspace.store.reading() as connection:
        report = quality(connection, workspace.root, now, since, limits)
    text = _text(report)
    if report["findings"]:
        raise Refused(report, text)
    return report, text


def _text(report: dict[str, Any]) -> str:
    batches, lag = report["batches"], report["lag"]
    rows: list[tuple[object, ...]] = [
        ("accepted", batches["accepted"]), ("duplicates", batches["duplicates"]), ("conflicts", batches["conflicts"]),
        ("quarantined", batches["quarantined"]), ("late", lag["late"]), ("lag, half within", f"{lag['p50']} s"),
        ("lag, 99 in 100 within", f"{lag['p99']} s"), ("lag, greatest", f"{lag['max']} s"),
        ("watermark", report["watermark"]),
    ]  # fmt: skip
    rows += [(f"source {s['source']}", f"{s['events']} events, up to {s['greatest']}") for s in report["sources"]]
    found = [f"{f['code']}: {f['message']}" for f in report["findings"]]
    return "\n".join([table(rows, right=()), *found])
