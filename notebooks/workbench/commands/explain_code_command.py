"""`ratebook explain-code RB301`."""

from __future__ import annotations

import argparse
from typing import Any

from dsl.diagnostics import explain_code
from dsl.diagnostics.codes import UnknownCode
from workbench.output import Refused, error_data, error_text


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("code", metavar="CODE")


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """The page of a code."""
    try:
        text = explain_code(options.code)
    except UnknownCode as unknown:
        hint = "the codes stand in the findings of `ratebook check`"
        raise Refused(error_data("RBC04", str(unknown), hint), error_text("RBC04", str(unknown), hint)) from None
    return {"code": options.code, "page": text}, text
