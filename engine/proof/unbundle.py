"""Checking a bundle with nothing but this package and the file: every byte, every digest, every amount."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.events import PropertySchema
from engine.model import Book
from engine.model.codec import decode, digest
from engine.proof.bundle import MANIFEST
from engine.proof.differences import Difference
from engine.proof.errors import ProofError
from engine.proof.evidence import Case, planned
from engine.proof.replayed import ReplayedLog, replayed_log
from engine.proof.verify import compare_case
from engine.runs.books import Shelf

_FAR = datetime(9999, 1, 1, tzinfo=UTC)
PropertiesOf = Callable[[list[Book]], Mapping[str, PropertySchema]]
Compile = Callable[[str, str], str | None]
"""(text, name) → digest of its meaning, or None where it needs other files; a text with errors raises ValueError."""


@dataclass(frozen=True, slots=True)
class Reader:
    """What reads a bundle needs from above: which properties books name, and how a price text is compiled."""

    properties_of: PropertiesOf
    digest_of: Compile


def verify_bundle(path: Path, reader: Reader) -> list[Difference]:
    """Everything that does not agree; empty when the invoice follows from its events and prices.

    Raises `ProofError` RBP08 for a file that is no bundle.
    """
    files = read_bundle(path)
    found = check_files(files)
    if found:
        return found
    books, found = _books(files, reader.digest_of)
    return found or _derive(files, books, reader.properties_of)


def read_bundle(path: Path) -> dict[str, bytes]:
    """The files of a bundle by name."""
    try:
        with zipfile.ZipFile(path) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
    except (OSError, zipfile.BadZipFile, zipfile.LargeZipFile, RuntimeError, ValueError) as error:
        raise ProofError(
            "RBP08", f"{path} cannot be read as a bundle: {error}", "make it: ratebook bundle WS ID"
        ) from None
    if MANIFEST not in files:
        raise ProofError("RBP08", f"{path} has no {MANIFEST}, so it is no bundle", "make it: ratebook bundle WS ID")
    return files


def check_files(files: Mapping[str, bytes]) -> list[Difference]:
    """Files that are missing, added, or not the bytes that the manifest names."""
    try:
        named = json.loads(files[MANIFEST])["files"]
    except (ValueError, KeyError, TypeError):
        return [Difference("files", MANIFEST, "is not the manifest of a bundle")]
    needed = {"invoice.json", "lines.json", "events.jsonl", "digests.json"}
    found = [Difference("files", name, "is missing") for name in sorted((needed | named.keys()) - files.keys())]
    found += [
        Difference("files", n, "is not in the manifest") for n in sorted(files.keys() - named.keys() - {MANIFEST})
    ]
    for name in sorted(named.keys() & files.keys()):
        if hashlib.sha256(files[name]).hexdigest() != named[name]:
            found.append(Difference("files", name, "was changed after the bundle was made"))
    return found


def _books(files: Mapping[str, bytes], digest_of: Compile) -> tuple[list[Book], list[Difference]]:
    """The sealed books, each compared with its own digest and with its text."""
    books, found = [], []
    for name in sorted(n for n in files if n.startswith("books/") and n.endswith(".json")):
        try:
            body = json.loads(files[name])
            book = decode(body["model"])
            stated = body["digest"]
        except (ValueError, KeyError, TypeError) as error:
            found.append(Difference("price", name, f"cannot be read: {error}"))
            continue
        books.append(book)
        if digest(book) != stated or book.digest != stated:
            found.append(Difference("price", name, f"its meaning has another digest than the {stated[:16]} it names"))
        text_name = name.removesuffix(".json") + ".rate"
        try:
            of_text = digest_of(files.get(text_name, b"").decode(), text_name)
        except ValueError as error:
            found.append(Difference("price", text_name, f"does not compile: {str(error).splitlines()[0]}"))
            continue
        if of_text is not None and of_text != stated:
            found.append(Difference("price", text_name, "says something else than the version that priced the invoice"))
    return books, found


def _derive(files: Mapping[str, bytes], books: list[Book], properties_of: PropertiesOf) -> list[Difference]:
    """Take the events in anew, derive the invoice, and compare."""
    invoice = json.loads(files["invoice.json"])
    lines = [_row(row) for row in json.loads(files["lines.json"])]
    task = planned(invoice, Shelf.holding(books))
    if task is None:
        return [
            Difference("invoice", invoice["number"], "its billing period does not follow from its terms and prices")
        ]
    case = Case(invoice, lines, task)
    stated = json.loads(files["digests.json"])
    with replayed_log(files["events.jsonl"], properties_of(books)) as log:
        found = _compare_events(files["events.jsonl"].decode().splitlines(), stated, log)
        if found:
            return found
        derived = log.derive(case)
    found = compare_case(case, derived)
    versions_named = {row["price_digest"] for row in lines}
    for unknown in sorted(versions_named - {book.digest for book in books}):
        found.append(Difference("price", unknown[:16], "priced a line but is not in the bundle"))
    return found


def _compare_events(lines: Sequence[str], stated: Sequence[str], log: ReplayedLog) -> list[Difference]:
    """Every event must have been accepted, and have the digest that is named."""
    if len(lines) != len(stated):
        return [Difference("events", "events.jsonl", f"has {len(lines)} events, {len(stated)} digests are named")]
    if log.accepted != len(stated):
        message = f"{log.accepted} of {len(stated)} can be taken in ({dict(log.reasons)})"
        return [Difference("events", "events.jsonl", message)]
    fresh = log.digests()
    found = []
    for line, digest_stated in zip(lines, stated, strict=True):
        event = json.loads(line)
        if fresh[event["source"], event["id"]] != digest_stated:
            found.append(Difference("events", event["id"], "is not what was billed: its content has another digest"))
    return found


def _row(row: dict[str, Any]) -> dict[str, Any]:
    """A line as `stored_lines` gives it."""
    numbers = ("quantity_num", "quantity_den", "exact", "amount", "evidence")
    return {name: Decimal(v) if name in numbers and v is not None else v for name, v in row.items()}
