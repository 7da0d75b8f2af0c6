"""Goal 7: the metering verb ÷ hand-written SQL over the same segments. Goal 8 beside it: exact ÷ the same on DOUBLE.

CPU seconds, pairs A B A B, median. The hand-written query gives what the verb gives: quantity, events, evidence and
last instant of each subscription. Run: `python benchmarks/row07_meter.py [--full]`.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import duckdb

from engine.calendar import DAY, HOUR, BandTable
from engine.metering import Job, Slicing, describe, meter_usage, open_duck
from engine.model import Binary, Measure, Meter, Property, Span, Window

ROUNDS = 5
DAYS = 30
START = 1_790_812_800_000_000
END = START + DAYS * DAY
ROWS = """SELECT i AS seq, 'id-' || i AS id, 'gateway' AS source,
 'acct-' || lpad((hash(i) % {subjects})::VARCHAR, 7, '0') AS subject,
 make_timestamp({start} + {day} * 86400000000 + (hash(i + 3) % 86400000000)::BIGINT) AS time,
 (hash(i + 2) >> 1)::BIGINT AS digest, (hash(i + 1) % 1000000)::DECIMAL(18,6) AS n_bytes,
 (hash(i + 5) % 1000)::DECIMAL(18,6) AS n_ms,
 ['eu', 'us', 'ap'][(hash(i + 4) % 3)::INT + 1] AS t_region, '{{}}' AS data
 FROM range({day} * {rows}, ({day} + 1) * {rows}) t(i) ORDER BY subject, time"""

HAND = """SELECT s.sub, sum(e.n_bytes) AS quantity, count(e.n_bytes) AS events, sum(e.digest) AS digest,
 max(e.time) AS t_last
 FROM read_parquet([{files}]) e JOIN subs s ON e.subject = s.subject
 WHERE e.time >= make_timestamp({start}) AND e.time < make_timestamp({end}) GROUP BY s.sub"""


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds."""
    start = time.process_time()
    work()
    return time.process_time() - start


def write(duck: duckdb.DuckDBPyConnection, folder: Path, rows: int, subjects: int, double: bool) -> list[str]:
    """One sorted segment a day."""
    kind = "DOUBLE" if double else "DECIMAL(18,6)"
    paths = []
    for day in range(DAYS):
        path = folder / f"{'double' if double else 'exact'}-{day:02d}.parquet"
        source = ROWS.format(subjects=subjects, start=START, day=day, rows=rows)
        duck.execute(
            f"COPY (SELECT * REPLACE (CAST(n_bytes AS {kind}) AS n_bytes) FROM ({source})) TO '{path}' "
            "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 100000)"
        )
        paths.append(str(path))
    return paths


def paired(name: str, one: Callable[[], object], other: Callable[[], object]) -> None:
    """Print the median ratio of two pieces of work and the seconds of both."""
    one()
    other()
    pairs = [(cpu(one), cpu(other)) for _ in range(ROUNDS)]
    ratio = median(a / b for a, b in pairs)
    print(f"{name}: {ratio:.2f} ({median(a for a, _ in pairs):.3f} / {median(b for _, b in pairs):.3f} s)")


def meters() -> list[tuple[str, Meter, Slicing]]:
    """Meters whose cost is shown beside that of the plain sum."""
    hours = 24 * DAYS
    tariff = BandTable(tuple(START + h * HOUR for h in range(0, hours, 12)), ("low", "high") * DAYS)
    plain, banded = Slicing(), Slicing((), (("tariff", tariff),), (START + 14 * DAY,))
    value = Property("bytes")
    product = Binary("*", value, Property("ms"))
    hourly = Window("tumbling", Span(1, "hour"))

    def meter(measure: Measure) -> Meter:
        return Meter("m", "t", measure, "byte", factor=Fraction(1))

    return [
        ("count", meter(Measure("count")), plain),
        ("sum of a product", meter(Measure("sum", product)), plain),
        ("sum by region", meter(Measure("sum", value)), Slicing(("region",))),
        ("sum by band and version", meter(Measure("sum", value)), banded),
        ("max", meter(Measure("max", value)), plain),
        ("latest", meter(Measure("latest", value)), plain),
        ("percentile", meter(Measure("percentile", value, Fraction(95))), plain),
        ("max of hourly sums", meter(Measure("sum", value, window=hourly, then="max")), plain),
        ("time-weighted level", meter(Measure("time_weighted", value)), plain),
    ]


def main() -> None:
    """Print the ratios."""
    rows, subjects = (333_000, 100_000) if "--full" in sys.argv else (20_000, 5_000)
    duck = open_duck(2)
    with tempfile.TemporaryDirectory() as folder:
        exact = write(duck, Path(folder), rows, subjects, double=False)
        double = write(duck, Path(folder), rows, subjects, double=True)
        duck.execute(
            "CREATE TABLE subs AS SELECT i::INTEGER AS sub, 'acct-' || lpad(i::VARCHAR, 7, '0') AS subject, "
            f"{START}::BIGINT AS from_us, {END}::BIGINT AS to_us, 0 AS cohort FROM range({subjects}) t(i)"
        )
        files = describe(duck, exact)
        total = Job(Meter("m", "t", Measure("sum", Property("bytes")), "byte"), files)

        def hand(paths: list[str]) -> Callable[[], object]:
            listed = ", ".join(f"'{p}'" for p in paths)
            query = HAND.format(files=listed, start=START, end=END)
            return lambda: duck.execute(f"CREATE OR REPLACE TEMP TABLE by_hand AS {query}")

        print(f"{DAYS} segments of {rows} events, {subjects} subscriptions, 2 threads")
        paired("row 7, verb ÷ hand-written SQL", lambda: meter_usage(duck, total), hand(exact))
        paired("row 8, exact ÷ DOUBLE", lambda: meter_usage(duck, total), hand(double))
        paired("row 8, exact ÷ DOUBLE, both by hand", hand(exact), hand(double))
        for name, meter, slicing in meters():
            job = Job(meter, files, (slicing,))
            paired(f"{name} ÷ hand-written sum", lambda job=job: meter_usage(duck, job), hand(exact))  # type: ignore[misc]


if __name__ == "__main__":
    main()
