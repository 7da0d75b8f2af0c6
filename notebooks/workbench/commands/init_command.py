"""`ratebook init WS`."""

from __future__ import annotations

import argparse
from typing import Any

from engine.workspace import Workspace


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("workspace", metavar="WS")
    parser.add_argument("--tenant", default="", help="the tenant's name (default: the folder's)")


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """Make a workspace."""
    with Workspace.init(options.workspace, options.tenant) as workspace:
        data = {"workspace": str(options.workspace), "tenant": workspace.tenant}
    return data, f"workspace {options.workspace} is ready\nnext: ratebook publish {options.workspace} BOOK.rate"
