"""`ratebook unpack FILE WS`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from engine.workspace.pack import unpack


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("file", metavar="FILE", help="a pack")
    parser.add_argument("workspace", metavar="WS", help="where the workspace shall be")


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """Make the workspace of a pack; every file of it is checked first."""
    data = unpack(Path(options.file), Path(options.workspace))
    return data, f"{data['workspace']}: {data['files']} files, digest {data['digest']}"
