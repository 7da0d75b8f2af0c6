"""`ratebook explain-code [RB301]`."""

from __future__ import annotations

import argparse
from typing import Any

from dsl.diagnostics import explain_code
from dsl.diagnostics.codes import UnknownCode, contents
from workbench.output import Refused, error_data, error_text, table


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("code", metavar="CODE", nargs="?", help="without it, all codes with a line each")


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """The page of a code, or the list of all."""
    if options.code is None:
        return {"codes": [{"code": code, "title": title} for code, title in contents()]}, table(contents())
    try:
        text = explain_code(options.code)
    except UnknownCode as unknown:
        hint = "ratebook explain-code"
        raise Refused(error_data("RBC04", str(unknown), hint), error_text("RBC04", str(unknown), hint)) from None
    return {"code": options.code, "page": text}, text
