"""Events of a few accounts as readings: what explain, verify and the scalar reference look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from engine.events import Segment
from engine.metering import EventFile, Fetch, fetch_readings, files_read_by
from engine.model import Book, Meter
from engine.rating import Reading
from engine.rating.terms import slicing_names


@dataclass(slots=True)
class Fetched:
    """Readings by meter of one account, and the evidence of each: `digests[meter][order]` is the event's digest.

    `unmeasured` counts events that passed a filter and lack a number the meter needs.
    """

    readings: dict[str, list[Reading]] = field(default_factory=lambda: defaultdict(list))
    digests: dict[str, dict[tuple[str, str], tuple[int, int]]] = field(default_factory=lambda: defaultdict(dict))
    unmeasured: int = 0


def fetch(
    con: duckdb.DuckDBPyConnection, files: dict[str, tuple[EventFile, ...]], book: Book, meters: Iterable[Meter],
    owners: Mapping[str, Sequence[int]], until_us: int, as_of: int | None,
) -> dict[int, Fetched]:  # fmt: skip
    """Readings of these meters by account: `owners` says whose events a subject's are.

    Every event before `until_us`, learnt by `as_of`; one query a meter for all accounts.
    """
    found = {account: Fetched() for accounts in owners.values() for account in accounts}
    for meter in meters:
        names, segments = slicing_names(book, meter), files_read_by(files, meter)
        wish = Fetch(meter, segments, tuple(owners), until_us, names, as_of)
        for subject, reading, digest in fetch_readings(con, wish):
            for account in owners[subject]:
                _take(found[account], meter.name, reading, digest)
    return found


def _take(found: Fetched, meter: str, reading: Reading | None, digest: int) -> None:
    if reading is None:
        found.unmeasured += 1
        return
    found.readings[meter].append(reading)
    found.digests[meter][reading.order] = (reading.time, digest)


def files_of(segments: Iterable[Segment], root: Path) -> dict[str, tuple[EventFile, ...]]:
    """Segments of the event log as files by event type."""
    by_type: dict[str, list[EventFile]] = defaultdict(list)
    for segment in segments:
        file = EventFile(str(segment.file(root)), segment.columns, segment.needs_seq_filter, segment.withdrawn)
        by_type[segment.type].append(file)
    return {kind: tuple(found) for kind, found in by_type.items()}
