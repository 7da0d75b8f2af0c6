"""Goal 17: an ingest end to end (decoded, checked, deduplicated, sorted, fsynced) ÷ `json.loads` of the same lines.

CPU seconds of all threads, pairs A B A B, median. `json.loads` is measured twice: each object dropped at once (the
cheapest), and all of them kept, as a script that goes on to use them does. The fast lane cuts lines of known shapes;
the typed lane parses and types every event in blocks; the single lane parses one record at a time.
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
LANES = {
    "fast": IngestOptions(),
    "typed": IngestOptions(shape_lane=False),
    "single": IngestOptions(shape_lane=False, regular_lane=False),
}


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
    count = 2_000_000 if "--full" in sys.argv else 400_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.jsonl"
        write_events(path, count)
        lines = path.read_bytes().splitlines()[:200_000]
        ingested(path, IngestOptions())  # warms libraries and the page cache
        rounds = []
        for _ in range(ROUNDS):
            drop, keep = timed(lambda: dropped(lines))[0], timed(lambda: [json.loads(line) for line in lines])[0]
            scale = count / len(lines)
            rounds.append([ingested(path, options) for options in LANES.values()] + [(drop * scale, keep * scale)])
        for place, name in enumerate(LANES):
            kept = median(made[place][0] / made[-1][1] for made in rounds)
            alone = median(made[place][0] / made[-1][0] for made in rounds)
            cpu, wall = (median(made[place][part] for made in rounds) for part in (0, 1))
            print(
                f"{count} events, {name} lane: {wall:.2f} s wall, {cpu / count * 1e6:.2f} µs CPU an event; "
                f"÷ json.loads kept {kept:.2f}, dropped {alone:.2f}"
            )


if __name__ == "__main__":
    main()
