"""`ratebook verify WS [ID]`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import dsl
from engine.proof import verify_all, verify_invoice
from engine.proof.differences import Difference
from engine.proof.unbundle import Reader, verify_bundle
from engine.workspace import Workspace
from engine.workspace.schema import properties_of
from workbench.output import Refused


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("workspace", metavar="WS", help="a workspace, or a bundle of one invoice")
    parser.add_argument("id", metavar="ID", nargs="?", help="one invoice; default: everything")


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """Exits with 1 and names the first differences when something does not follow."""
    if Path(options.workspace).is_file():
        found = verify_bundle(Path(options.workspace), Reader(properties_of, _digest_of))
        return _told(found, options.workspace)
    with Workspace.open(options.workspace, read_only=True) as workspace:
        if options.id:
            found = verify_invoice(workspace.root, workspace.store, options.id.split("/")[0])
        else:
            found = verify_all(workspace.root, workspace.store, workspace.ledger)
    return _told(found, options.id or "journal, ledger, events and every invoice")


def _told(found: list[Difference], what: str) -> tuple[dict[str, Any], str]:
    data = {"verified": not found, "what": what, "findings": [d.data() for d in found]}
    if found:
        raise Refused(data, "\n".join(f"{d.check}: {d.what}: {d.message}" for d in found[:30]))
    return data, f"{what}: verified"


def _digest_of(text: str, name: str) -> str | None:
    """The digest of what a price text means; None where it needs files that lie elsewhere."""
    try:
        return dsl.compile(text, name, loader=_alone).digest
    except _Elsewhere:
        return None


class _Elsewhere(Exception):
    """The text uses another file."""


def _alone(path: str) -> str:
    raise _Elsewhere(path)
