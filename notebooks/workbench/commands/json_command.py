"""`ratebook json BOOK`, and `ratebook json --schema`."""

from __future__ import annotations

import argparse
import json
from typing import Any

from dsl.twin import book_schema, text_to_twin
from workbench.books import not_converted, source_of
from workbench.output import WrongUse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("book", metavar="BOOK", nargs="?", help="a price book, or - for standard input")
    parser.add_argument("--schema", action="store_true", help="print the JSON Schema of the form instead")


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """The twin of a book that parses; a book with syntax errors is refused with them."""
    if options.schema == (options.book is not None):
        raise WrongUse("name a price book, or ask for the schema", "ratebook json book.rate > book.json")
    if options.schema:
        return _answer(book_schema())
    name, source = source_of(options.book)
    twin, found = text_to_twin(source, name)
    if twin is None:
        raise not_converted(name, source, found)
    return _answer(twin)


def _answer(value: dict[str, Any]) -> tuple[dict[str, Any], str]:
    return value, json.dumps(value, ensure_ascii=False, indent=2)
