"""`ratebook pack WS FILE`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from engine.workspace.pack import pack


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("workspace", metavar="WS")
    parser.add_argument("file", metavar="FILE", help="the pack to write, for example acme.tar")


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """Write a whole workspace into one file."""
    data = pack(Path(options.workspace), Path(options.file))
    return data, f"{data['file']}: {data['files']} files, {data['bytes']} bytes, digest {data['digest']}"
