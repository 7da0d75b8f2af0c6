"""The `ratebook` command: 0 done, 1 findings or refused, 2 wrong use."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from typing import NoReturn

from workbench.output import Refused, WrongUse, complain, emit, error_data, error_text

COMMANDS = {
    "check": "check price books and run their examples",
    "fmt": "write price books as the formatter writes them",
    "json": "write a price book as JSON that says the same",
    "text": "write a price book's JSON as text",
    "init": "make a workspace",
    "publish": "seal price books into a workspace",
    "approve": "publish a proposed correction as a second person",
    "history": "who published which version of a book when",
    "import": "take in customers and subscriptions",
    "ingest": "take in events",
    "drain": "take in what meter() buffers have spooled",
    "consume": "take in a Kafka topic, each event once",
    "watch": "take in files as they land in a folder",
    "run": "bill a period",
    "bundle": "write everything that proves an invoice into one file",
    "correct": "derive a billed period anew and bill or credit the difference",
    "dispute": "what an invoice would be under another reading, side by side",
    "estimate": "what a run of a period would bill as things stand",
    "quality": "how late, doubled or refused events are, and which sources are silent",
    "compact": "merge small segments of the event log",
    "purge": "take out what old events said, where no invoice cites it",
    "pack": "write a whole workspace into one file",
    "unpack": "make the workspace of a pack",
    "explain": "walk an invoice or a line back to its events",
    "verify": "prove the journal, the ledger and invoices",
    "reconcile": "compare events, usage, lines, invoices and ledger of a period",
    "export": "write invoices, lines, journal or transfers to a file",
    "quote": "price a plan and usage without a workspace",
    "diff": "what differs between two price books in what they mean",
    "impact": "what another version of a book would have made of a period's history",
    "ask": "exact questions about a price: cheaper, falls, range, unit-price, buys",
    "explain-code": "the page of a diagnostic code",
    "bill": "bill the sample company's month as a notebook",
    "quarantine": "list what could not be accepted",
    "lsp": "help an editor with price books: findings, completion, hover, names",
    "nb": "refresh or check the committed notebooks",
}


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are `WrongUse`, so that they are printed like every other refusal."""

    def error(self, message: str) -> NoReturn:
        raise WrongUse(message, f"see: {self.prog} --help")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code. With `--json` standard output holds one JSON document in every case."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    as_json = "--json" in arguments
    try:
        options = _parser(arguments).parse_args(arguments)
        data, text = options.work(options)
    except Refused as refused:
        complain(refused.data, refused.text, as_json)
        return 1
    except WrongUse as wrong:
        complain(error_data("RBC01", str(wrong), wrong.hint), error_text("RBC01", str(wrong), wrong.hint), as_json)
        return 2
    except BrokenPipeError:
        return 1
    except Exception as error:
        return _coded(error, as_json)
    emit(data, text, as_json)
    return 0


def _coded(error: Exception, as_json: bool) -> int:
    """An error with a code is a refusal that people can act on; an OS error is one too; anything else is a defect."""
    code = getattr(error, "code", None)
    if isinstance(error, OSError) and not isinstance(code, str):
        code, message = "RBC02", f"{error.strerror or error}: {error.filename or ''}".rstrip(": ")
        hint = "check the path, and that you may read or write it"
    elif isinstance(code, str):
        message, hint = getattr(error, "message", None) or str(error), getattr(error, "hint", "")
    else:
        if as_json:
            emit(error_data("RBC99", f"{type(error).__name__}: {error}", "this is a defect of ratebook"), "", True)
        raise error
    place = getattr(error, "place", "")
    shown = str(place) if isinstance(place, str) or place.line else ""
    complain(error_data(code, message, hint, shown), error_text(code, message, hint, shown), as_json)
    return 1


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    parser = _Parser(prog="ratebook", description="Usage-based billing: price books, runs, proofs.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    wanted = next((a for a in arguments if a in COMMANDS), None)
    for name, help_text in COMMANDS.items():
        sub = commands.add_parser(name, help=help_text, description=help_text)
        sub.add_argument("--json", action="store_true", help="print one JSON document")
        if name == wanted:
            module = importlib.import_module(f"workbench.commands.{name.replace('-', '_')}_command")
            module.arguments(sub)
            sub.set_defaults(work=module.work)
    return parser


if __name__ == "__main__":
    sys.exit(main())
