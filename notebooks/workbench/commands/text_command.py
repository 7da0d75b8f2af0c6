"""`ratebook text FILE.json`."""

from __future__ import annotations

import argparse
from typing import Any

from dsl.twin import twin_to_text
from workbench.books import not_converted, source_of


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("file", metavar="FILE", help="what `ratebook json` wrote, or - for standard input")


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """The book as the formatter writes it; JSON that is no book is refused with every fault's place."""
    name, source = source_of(options.file)
    text, found = twin_to_text(source, name)
    if text is None:
        raise not_converted(name, source, found)
    return {"text": text}, text
