"""`ratebook approve WS BOOK/VERSION`."""

from __future__ import annotations

import argparse
from typing import Any

from engine.workspace import Workspace
from workbench.clock import now_us


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("workspace", metavar="WS")
    parser.add_argument("version", metavar="BOOK/VERSION", help="the proposed correction, as `history` lists it")
    parser.add_argument("--actor", required=True, metavar="NAME", help="who approves: not the one who proposed it")
    parser.add_argument("--reject", metavar="REASON", help="close the proposal instead, for this reason")
    parser.add_argument("--now", help="the moment of approval")


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """Publish a proposed correction by a second person, or reject it."""
    now = now_us(options.now)
    with Workspace.open(options.workspace) as workspace:
        if options.reject:
            data = workspace.reject(options.version, options.reject, now=now, actor=options.actor)
            return data, f"{options.version} rejected by {options.actor}: {options.reject}"
        data = workspace.approve(options.version, now=now, actor=options.actor)
    return data, f"{options.version} approved by {options.actor} and published, digest {data['digest'][:16]}"
