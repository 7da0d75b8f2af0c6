"""`ratebook verify WS [ID]`."""

from __future__ import annotations

import argparse
from typing import Any

from engine.proof import verify_all, verify_invoice
from engine.workspace import Workspace
from workbench.output import Refused


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("workspace", metavar="WS")
    parser.add_argument("id", metavar="ID", nargs="?", help="one invoice; default: everything")


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """Exits with 1 and names the first differences when something does not follow."""
    with Workspace.open(options.workspace, read_only=True) as workspace:
        if options.id:
            found = verify_invoice(workspace.root, workspace.store, options.id.split("/")[0])
        else:
            found = verify_all(workspace.root, workspace.store, workspace.ledger)
    what = options.id or "journal, ledger, events and every invoice"
    data = {"verified": not found, "what": what, "findings": [d.data() for d in found]}
    if found:
        raise Refused(data, "\n".join(f"{d.check}: {d.what}: {d.message}" for d in found[:30]))
    return data, f"{what}: verified"
