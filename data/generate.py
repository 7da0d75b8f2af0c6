"""Write the sample company's month: events, customers, subscriptions, and a manifest of all that was planted.

    python -m data.generate --accounts 5000 --events 2000000 --seed 7 --period 2026-10 --out data/sample

The same arguments give the same bytes. See `data/README.md` for the files.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from data import cloudevents, company, faults, traffic
from data.company import Company, Period
from data.faults import CLOSING_US, MALFORMED, MISSING_ID, Delivery, Plan

LINES_PER_FILE = 250_000
SMALLEST = 1000
OCTOBER = Period(2026, 10)


@dataclass(frozen=True, slots=True)
class Request:
    """What to make: `events` counts lines, faults included; `parquet` adds the sound events as a table."""

    accounts: int = 5000
    events: int = 2_000_000
    seed: int = 7
    period: Period = OCTOBER
    parquet: bool = False

    def __post_init__(self) -> None:
        if self.accounts < 2:
            raise ValueError("a company needs at least 2 accounts: a cloud customer and a home")
        if self.events < SMALLEST:
            raise ValueError(f"at least {SMALLEST} events are needed, so that every fault occurs")
        if not 0 <= self.seed < 2**32:
            raise ValueError("a seed is a whole number from 0 to 4294967295")


def generate(request: Request, out: Path) -> dict[str, Any]:
    """Write every file below `out` and return the manifest. Raises OSError where the folder cannot be written."""
    out.mkdir(parents=True, exist_ok=True)
    for stale in [*out.glob("events-*.jsonl.gz"), *out.glob("*.parquet"), out / "manifest.json"]:
        stale.unlink(missing_ok=True)
    random = np.random.Generator(np.random.PCG64(request.seed))
    plan = Plan.of(request.events)
    hours = len(traffic.hours_of(request.period))
    homes = max(min(request.accounts // 10, request.events // 5 // hours), 1 if request.events >= 2 * hours else 0)
    founded = company.found(random, request.accounts, homes, request.period)
    made = traffic.make(random, founded, request.period, plan.made)
    delivery = faults.deliver(random, founded, request.period, made, plan)

    _write(out / "customers.csv", company.customers_csv(founded).encode())
    _write(out / "subscriptions.csv", company.subscriptions_csv(founded, request.period).encode())
    with ThreadPoolExecutor(2) as pool:
        blocks = [(name, block, request.seed, out) for name, block in _blocks(delivery, request.period)]
        files = list(pool.map(lambda block: _events_file(*block), blocks))
    if request.parquet:
        pq.write_table(cloudevents.clean_table(request.seed, delivery), out / "clean.parquet", compression="zstd")
    manifest = _manifest(request, founded, delivery, files)
    _write(out / "manifest.json", (json.dumps(manifest, indent=2) + "\n").encode())
    return manifest


def _blocks(delivery: Delivery, period: Period) -> Iterator[tuple[str, Delivery]]:
    """Name and rows of each file, in order of arrival; what came after the close is the last one."""
    close = int(np.searchsorted(delivery.arrival, period.to_us + CLOSING_US))
    for number, start in enumerate(range(0, close, LINES_PER_FILE), 1):
        yield f"events-{number:04}", delivery.rows(np.arange(start, min(start + LINES_PER_FILE, close)))
    yield "events-late", delivery.rows(np.arange(close, len(delivery.serial)))


def _events_file(name: str, block: Delivery, seed: int, out: Path) -> dict[str, Any]:
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", fileobj=packed, mode="wb", compresslevel=3, mtime=0) as stream:
        stream.write(cloudevents.lines(seed, block))
    _write(out / f"{name}.jsonl.gz", packed.getvalue())
    digest = hashlib.sha256(packed.getbuffer()).hexdigest()
    return {"file": f"{name}.jsonl.gz", "lines": len(block.serial), "sha256": digest}


def _write(path: Path, content: bytes) -> None:
    """A file is there whole or not at all."""
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_bytes(content)
    os.replace(temporary, path)


def _manifest(request: Request, founded: Company, delivery: Delivery, files: list[dict[str, Any]]) -> dict[str, Any]:
    period, events, fault = request.period, delivery.traffic, delivery.fault
    sound = fault == faults.NONE
    inside = sound & (events.time >= period.from_us) & (events.time < period.to_us)
    delay = delivery.arrival - events.time

    def count(rows: Any) -> int:
        return int(np.count_nonzero(rows))

    return {
        "accounts": request.accounts,
        "homes": founded.homes,
        "seed": request.seed,
        "period": str(period),
        "lines": len(fault),
        "accepted": count(sound),
        "duplicates": count(fault == faults.DUPLICATE),
        "conflicts": count(fault == faults.CONFLICT),
        "malformed": {name: count(fault == MISSING_ID + kind) for kind, name in enumerate(MALFORMED)},
        "late": count(sound & (delay > faults.LATE_US)),
        "after_close": count(sound & (delivery.arrival >= period.to_us + CLOSING_US) & (events.time < period.to_us)),
        "before_period": count(sound & (events.time < period.from_us)),
        "after_period": count(sound & (events.time >= period.to_us)),
        "accepted_by_type": {
            name: {
                "events": count(sound & (events.kind == kind)),
                "events_in_period": count(inside & (events.kind == kind)),
                "quantity_in_period": _quantity(kind, int(events.quantity[inside & (events.kind == kind)].sum())),
            }
            for kind, name in enumerate(traffic.TYPES)
        },
        "files": files,
    }


def _quantity(kind: int, total: int) -> str:
    """A sum in the unit that the events carry: kilowatt-hours for readings, whole numbers elsewhere."""
    return f"{total // 1000}.{total % 1000:03}" if kind == traffic.INTERVAL else str(total)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 when all is written, 2 when the request makes no sense or the folder refuses."""
    usual = Request()
    parser = argparse.ArgumentParser(prog="python -m data.generate", description="Write the sample company's month.")
    parser.add_argument("--accounts", type=int, default=usual.accounts, help="customers (default %(default)s)")
    parser.add_argument("--events", type=int, default=usual.events, help="event lines (default %(default)s)")
    parser.add_argument("--seed", type=int, default=usual.seed, help="same seed, same bytes (default %(default)s)")
    parser.add_argument("--period", default=str(usual.period), help="the month, YYYY-MM (default %(default)s)")
    parser.add_argument("--out", type=Path, default=Path("data/sample"), help="folder to write (default %(default)s)")
    parser.add_argument("--parquet", action="store_true", help="also write the sound events as clean.parquet")
    given = parser.parse_args(arguments)
    try:
        request = Request(given.accounts, given.events, given.seed, Period.parse(given.period), given.parquet)
        manifest = generate(request, given.out)
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(f"{manifest['lines']} event lines, {manifest['accounts']} customers, {manifest['period']}: {given.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
