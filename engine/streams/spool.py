"""The spool: files of events that are durable and not yet in the log."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from engine.calendar import iso
from engine.events import IngestReport, Source
from engine.events.files import DurableFile, no_faults, write_durably

Event = tuple[int, int, str, str, Mapping[str, object], str]
"""(ticket, nanoseconds since 1970, type, subject, data, id or '')."""

Take = Callable[[Sequence[Source]], IngestReport]
"""Takes sources into the log: `Workspace.ingest` with its other arguments given."""

_encode = msgspec.json.Encoder(decimal_format="string").encode
_SUFFIX = ".jsonl"


@dataclass(frozen=True, slots=True)
class Batch:
    """Events of one buffer that become one file; `number` counts the buffer's files."""

    source: str
    instance: str
    number: int
    events: Iterable[Event]


def write_batch(folder: Path, batch: Batch) -> None:
    """Write a batch as CloudEvents, one a line, durably: the file is there whole or not at all.

    Raises `IngestError` RBE02 or RBE03, and TypeError for data that has no JSON form.
    """
    lines = []
    for ticket, at, kind, subject, data, ident in batch.events:
        event = {
            "specversion": "1.0", "id": ident or f"{batch.instance}-{ticket}", "source": batch.source, "type": kind,
            "subject": subject, "time": iso(at // 1000), "data": data,
        }  # fmt: skip
        lines.append(_encode(event))

    def fill(out: DurableFile) -> None:
        out.write(b"\n".join(lines) + b"\n")

    write_durably(folder / f"{batch.instance}-{batch.number:09}{_SUFFIX}", fill, no_faults, "spool")


def spooled(folder: Path) -> list[Path]:
    """The files of the spool, oldest first."""
    return sorted(folder.glob(f"*{_SUFFIX}")) if folder.is_dir() else []


def drain(folder: Path, take: Take, most: int = 1_000) -> IngestReport | None:
    """Bring the spool into the log and remove what is in; None when it is empty.

    A file is removed after its events are committed. Killed in between, the next drain finds them to be duplicates.
    """
    files = spooled(folder)[:most]
    if not files:
        return None
    report = take([Source(path=path, format="jsonl") for path in files])
    for path in files:
        path.unlink()
    return report
