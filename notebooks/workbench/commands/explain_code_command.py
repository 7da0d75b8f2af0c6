"""`ratebook explain-code RB301`."""

from __future__ import annotations

import argparse
from typing import Any

from dsl.diagnostics import explain_code


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("code", metavar="CODE")


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """The page of a code."""
    text = explain_code(options.code)
    return {"code": options.code, "page": text}, text
