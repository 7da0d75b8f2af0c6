"""`ratebook lsp`: the language server, on standard input and output."""

from __future__ import annotations

import argparse
from typing import Any

from workbench.output import WrongUse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("--stdio", action="store_true", help="the only way, and what editors tend to pass")


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """Serve until the editor leaves."""
    if options.json:
        raise WrongUse("`lsp` speaks a protocol of its own on standard output", "leave `--json` out")
    from dsl.server.app import make_server

    make_server().start_io()
    return {}, ""
