"""`ratebook watch WS FOLDER`."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from engine.events import IngestReport, Source, parse_map
from engine.streams import Landing, landed, look, take_landed
from engine.workspace import Workspace
from workbench.clock import now_us
from workbench.ingesting import chosen, event_options, report_data
from workbench.output import Refused, WrongUse, counted


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("workspace", metavar="WS")
    parser.add_argument("folder", metavar="FOLDER")
    parser.add_argument("--every", type=int, default=5, metavar="SECONDS", help="how often to look (5)")
    parser.add_argument("--once", action="store_true", help="look twice, take what did not change meanwhile, and stop")
    event_options(parser)


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """Take files as they land: each goes to `done/` when its events are in, to `refused/` with the reason otherwise."""
    folder = Path(options.folder)
    if not folder.is_dir() or options.every < 0:
        raise WrongUse(f"there is no folder {folder}" if options.every >= 0 else "--every is 0 at least")
    mapping = parse_map(options.map) if options.map else {}
    found: list[Landing] = []
    with Workspace.open(options.workspace) as workspace:

        def take(path: Path) -> IngestReport:
            source = Source(path=path, format=options.format, mapping=mapping)
            return workspace.ingest([source], now=now_us(options.now), options=chosen(options), actor=options.actor)

        before = look(folder)
        while True:
            time.sleep(options.every)
            after = look(folder)
            taken = take_landed(folder, landed(before, after), take)
            before = after
            found += taken
            if options.once:
                break
            for one in taken:
                print(_sentence(one), flush=True)
    return _told(found)


def _told(found: list[Landing]) -> tuple[dict[str, Any], str]:
    files = [{"file": f.name, "error": f.error} | (report_data(f.report) if f.report else {}) for f in found]
    text = "\n".join(map(_sentence, found)) or "nothing has landed"
    if any(f.error for f in found):
        raise Refused({"files": files}, text)
    return {"files": files}, text


def _sentence(one: Landing) -> str:
    if one.report is None:
        return f"{one.name}: refused, {one.error.splitlines()[0]}"
    refused = f", {counted(one.report.quarantined, 'event')} to quarantine" if one.report.quarantined else ""
    return f"{one.name}: {counted(one.report.accepted, 'event')} accepted{refused}"
