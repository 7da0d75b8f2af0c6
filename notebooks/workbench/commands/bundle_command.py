"""`ratebook bundle WS INVOICE`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from engine.proof.bundle import write_bundle
from engine.workspace import Workspace
from workbench.documents import read_invoices
from workbench.html import invoice_page
from workbench.output import WrongUse, counted


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("workspace", metavar="WS")
    parser.add_argument("invoice", metavar="INVOICE")
    parser.add_argument("--out", metavar="FILE", help="default: INVOICE.zip")


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """Write everything that proves an invoice into one file: price text, events, lines, a page for people."""
    target = Path(options.out or f"{options.invoice}.zip")
    if not target.parent.is_dir():
        raise WrongUse(f"there is no folder {target.parent}", "make it, or name another --out")
    with Workspace.open(options.workspace, read_only=True) as workspace:
        shown = read_invoices(workspace, [options.invoice])
        page = invoice_page(shown[0], issuer=workspace.tenant, workspace=options.workspace) if shown else ""
        manifest = write_bundle(workspace.root, workspace.store, options.invoice, target, page)
    size = counted(len(manifest["files"]), "file")
    return manifest, f"{target}: {size}, digest {manifest['digest']}\ncheck it: ratebook verify {target}"
