"""Goal 17: an ingest end to end (decoded, checked, deduplicated, sorted, fsynced) ÷ `json.loads` of the same lines.

CPU seconds of all threads, pairs A B A B, median. `json.loads` is measured twice: each object dropped at once (the
cheapest), and all of them kept, as a script that goes on to use them does. Regular lane and single lane apart.
Run: `python benchmarks/row17_ingest.py [--full]`.
"""

import json
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import create_engine

from engine.events import IngestOptions, Property, Source, ingest, metadata

TYPE = "com.example.request.served"
PROPERTIES = {TYPE: {"bytes": Property(number=True), "requests": Property(number=True), "region": Property(text=True)}}
ROUNDS = 3


def write_events(path: Path, count: int) -> None:
    """About 330 bytes an event, in the order of time, over one month and 20,000 subjects."""
    draw = random.Random(1)
    with path.open("w") as out:
        for row in range(count):
            day, second = divmod(row * 30 * 86_400 // count, 86_400)
            data = {
                "bytes": str(draw.randrange(10**9)), "requests": draw.randrange(100), "endpoint": "/v1/objects/list",
                "region": draw.choice(["eu-west-1", "us-east-1"]), "status": 200,
            }  # fmt: skip
            clock = f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}.{draw.randrange(10**6):06d}"
            event = {
                "specversion": "1.0", "id": f"{row:08x}-{draw.getrandbits(64):016x}",
                "source": "/services/api-gateway/eu-1", "type": TYPE, "subject": f"acct-{draw.randrange(20_000):06d}",
                "time": f"2026-10-{1 + day:02d}T{clock}Z", "datacontenttype": "application/json", "data": data,
            }  # fmt: skip
            out.write(json.dumps(event, separators=(",", ":")) + "\n")


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """CPU and wall seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.process_time() - cpu, time.perf_counter() - wall


def ingested(path: Path, options: IngestOptions) -> tuple[float, float]:
    """One ingest into a new workspace."""
    with tempfile.TemporaryDirectory() as folder:
        database = create_engine(f"sqlite:///{folder}/ratebook.db")
        metadata.create_all(database)
        now = datetime(2026, 12, 1, tzinfo=UTC)
        return timed(
            lambda: ingest(
                Path(folder), database.begin, [Source(path)], properties=PROPERTIES, now=now, options=options
            )
        )


def dropped(lines: list[bytes]) -> None:
    """Decode and forget."""
    for line in lines:
        json.loads(line)


def main() -> None:
    """Print the ratios."""
    count = 2_000_000 if "--full" in sys.argv else 100_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.jsonl"
        write_events(path, count)
        lines = path.read_bytes().splitlines()[:200_000]
        ingested(path, IngestOptions())  # warms libraries and the page cache
        rounds = []
        for _ in range(ROUNDS):
            drop, keep = timed(lambda: dropped(lines))[0], timed(lambda: [json.loads(line) for line in lines])[0]
            regular = ingested(path, IngestOptions())
            single = ingested(path, IngestOptions(regular_lane=False))
            scale = count / len(lines)
            rounds.append((drop * scale, keep * scale, *regular, single[0]))
        drop, keep, regular_cpu, regular_wall, single_cpu = (median(column) for column in zip(*rounds, strict=True))
        print(
            f"{count} events; regular lane {regular_wall:.2f} s wall, {regular_cpu / count * 1e6:.2f} µs CPU an event"
        )
        print(f"regular lane ÷ json.loads: kept {regular_cpu / keep:.2f}, dropped {regular_cpu / drop:.2f}")
        print(f"single lane  ÷ json.loads: kept {single_cpu / keep:.2f}, dropped {single_cpu / drop:.2f}")


if __name__ == "__main__":
    main()
