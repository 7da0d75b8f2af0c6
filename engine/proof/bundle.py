"""A stand-alone proof of one invoice: price text, events, invoice and lines in one file that anyone can check offline.

A ZIP archive, the same bytes for the same invoice: `manifest.json` names every other file with its SHA-256;
`invoice.json`, `lines.json`; `books/NAME-VERSION.rate` (the text) and `.json` (the sealed model); `events.jsonl`, each
event a CloudEvent as it came; `digests.json`, the digest of every event; `page.html`, made by the caller for people.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from engine.calendar import iso
from engine.events import RETRACTION
from engine.journal import Store
from engine.journal.canonical import canonical_json
from engine.metering import EventFile, open_duck
from engine.metering.files import scan
from engine.metering.sql import text
from engine.proof.evidence import Case, load_case
from engine.runs.derive import charges_of
from engine.runs.pins import Pins
from engine.runs.rate import log_files

MANIFEST = "manifest.json"
COLUMNS = {
    "subject": "VARCHAR", "time": "TIMESTAMP", "source": "VARCHAR", "id": "VARCHAR", "seq": "BIGINT",
    "digest": "BIGINT", "data": "VARCHAR", "ext": "VARCHAR",
}  # fmt: skip
_EPOCH_ZIP = (1980, 1, 1, 0, 0, 0)


def write_bundle(root: Path, store: Store, number: str, target: Path, page: str = "") -> dict[str, Any]:
    """Write the bundle of an invoice and return its manifest with the bundle's own `digest`. Raises `ProofError`."""
    files = bundle_files(root, store, number)
    if page:
        files["page.html"] = page.encode()
    manifest = {
        "bundle": 1, "invoice": number, "engine": json.loads(files["invoice.json"])["proof"]["engine"],
        "files": {name: hashlib.sha256(body).hexdigest() for name, body in sorted(files.items())},
    }  # fmt: skip
    files[MANIFEST] = canonical_json(manifest).encode()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH_ZIP), body, zipfile.ZIP_DEFLATED)
    return manifest | {"digest": hashlib.sha256(files[MANIFEST]).hexdigest(), "file": str(target)}


def bundle_files(root: Path, store: Store, number: str) -> dict[str, bytes]:
    """The files of a bundle by name, the manifest and the page left out."""
    case = load_case(root, store, number)
    run = store.get("run", case.invoice["run"])
    assert run is not None
    files = {
        "invoice.json": canonical_json(case.invoice).encode(),
        "lines.json": json.dumps([_line(row) for row in case.lines], sort_keys=True, indent=1).encode(),
    }
    for name, version in Pins.of(run).books:
        if name == case.task.book.name:
            body = store.get("book", f"{name}/{version}")
            assert body is not None
            files[f"books/{name}-{version}.rate"] = body["text"].encode()
            files[f"books/{name}-{version}.json"] = canonical_json(
                {k: body[k] for k in ("name", "version", "digest", "model")}
            ).encode()
    con = open_duck()
    try:
        events = list(events_behind(con, root, store, case, case.as_of))
    finally:
        con.close()
    files["events.jsonl"] = "".join(line + "\n" for line, _ in events).encode()
    files["digests.json"] = canonical_json([digest for _, digest in events]).encode()
    return files


def _line(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, int | None) else str(value) for name, value in row.items()}


def events_behind(
    con: duckdb.DuckDBPyConnection, root: Path, store: Store, case: Case, as_of: int
) -> Iterator[tuple[str, str]]:
    """(CloudEvent, digest) of everything the invoice is derived from as of a `seq`, in the order it was learnt.

    Withdrawn events and what withdrew them are there too: that they do not count is part of the proof.
    """
    task = case.task
    types = {t for c in charges_of(task) if c.meter for t in task.book.meter(c.meter).event_types} | {RETRACTION}
    subjects = ", ".join(text(s) for s in case.subjects)
    found = []
    for kind, held in log_files(store, root, as_of).items():
        if kind not in types:
            continue
        before = "" if kind == RETRACTION else f" AND time < make_timestamp({task.window[1]}::BIGINT)"
        files: list[EventFile] = [replace(file, withdrawn=()) for file in held]
        query = scan(files, COLUMNS, as_of, f"subject IN ({subjects}){before}")
        rows = con.execute(f"SELECT seq, source, id, subject, epoch_us(time), digest, data, ext FROM ({query})")
        found += [(row[0], kind, row[1:]) for row in rows.fetchall()]
    for _, kind, (source, ident, subject, time_us, digest, data, ext) in sorted(found):
        head = {"specversion": "1.0", "id": ident, "source": source, "type": kind, "subject": subject}
        head |= {"time": iso(time_us)} | json.loads(ext or "{}")
        line = canonical_json(head)
        # the data as it came, so that no digit of it changes
        yield (line if data is None else f'{line[:-1]},"data":{data}}}'), hexadecimal(digest)


def hexadecimal(digest: int) -> str:
    """A 64-bit digest as text."""
    return f"{digest & (1 << 64) - 1:016x}"
