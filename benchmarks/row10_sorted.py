"""Goal 10: a month's group-by over sorted segments ÷ the same rows in the order they came.

CPU seconds, pairs A B A B, median; both sides read Parquet written with the same settings.
Run: `python benchmarks/row10_sorted.py [--full]`.
"""

import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from engine.events.duck import open_duck

ROUNDS = 3
DAYS = 30
QUERY = "SELECT subject, sum(n_bytes), count(*) FROM read_parquet('{}/*.parquet') GROUP BY subject"
ROWS = """SELECT 'acct-' || lpad((hash(i) % {subjects})::VARCHAR, 7, '0') AS subject,
 make_timestamp(1790812800000000 + {day} * 86400000000 + i * 86400000000 // {rows}) AS time,
 (hash(i + 1) % 1000000)::DECIMAL(18,6) AS n_bytes FROM range({day} * {rows}, ({day} + 1) * {rows}) t(i)"""


def main() -> None:
    """Print the ratio."""
    rows = 500_000 if "--full" in sys.argv else 20_000
    duck = open_duck(2)
    with tempfile.TemporaryDirectory() as folder:
        arrived, ordered = Path(folder) / "arrived", Path(folder) / "sorted"
        arrived.mkdir()
        ordered.mkdir()
        for day in range(DAYS):
            source = ROWS.format(day=day, rows=rows, subjects=rows // 5)
            for target, order in ((arrived, "time"), (ordered, "subject, time")):
                duck.execute(
                    f"COPY ({source} ORDER BY {order}) TO '{target}/{day:02d}.parquet' "
                    "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 100000)"
                )
        ratios = []
        for _ in range(ROUNDS):
            seconds = []
            for target in (ordered, arrived):
                start = time.process_time()
                duck.sql(QUERY.format(target)).to_arrow_table()
                seconds.append(time.process_time() - start)
            ratios.append(seconds[0] / seconds[1])
        print(f"{DAYS} days of {rows} rows: sorted ÷ order of arrival = {median(ratios):.2f}")


if __name__ == "__main__":
    main()
