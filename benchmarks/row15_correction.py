"""Goal 15: a correction of 100 late events ÷ the full run of the period.

CPU seconds of both in one process; the growth of the correction with history at the same number of late events.
Run: `python -m benchmarks.row15_correction [--full]`.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.common import machine
from benchmarks.company import NOW, build
from engine.events import Source

LATE = 100
HOUR_US = 3_600_000_000


def late_events(accounts: int) -> bytes:
    """One late transfer of each of 100 accounts spread over all."""
    lines = []
    for n in range(LATE):
        subject = f"acct-{n * accounts // LATE:07}"
        event = {
            "specversion": "1.0", "id": f"late-{n}", "source": "late", "type": "object.transfer", "subject": subject,
            "time": f"2026-10-{n % 31 + 1:02}T12:00:00Z", "data": {"bytes": "500000000"},
        }  # fmt: skip
        lines.append(json.dumps(event))
    return "\n".join(lines).encode()


def one(accounts: int, events: int) -> tuple[float, float, list[dict[str, str]]]:
    """(CPU seconds of the run, of the correction, its steps) at one size."""
    folder = Path(tempfile.mkdtemp(prefix="ratebook-bench-"))
    try:
        with build(folder / "ws", accounts, events) as workspace:
            start = time.process_time()
            workspace.run("2026-10", now=NOW)
            run = time.process_time() - start
            workspace.ingest([Source(data=late_events(accounts), name="late.jsonl")], now=NOW + HOUR_US)
            start = time.process_time()
            report = workspace.correct("2026-10", now=NOW + 2 * HOUR_US, reason="late")
            correction = time.process_time() - start
            assert report["corrections"] == LATE, report
            return run, correction, report["steps"]
    finally:
        shutil.rmtree(folder)


def main(full: bool) -> None:
    """Print the ratio and the growth."""
    accounts, events = (100_000, 10_000_000) if full else (2_000, 200_000)
    print(machine())
    small, large = one(accounts // 4, events // 4), one(accounts, events)
    print(f"  {accounts} accounts, {events} events: run {large[0]:.2f}, correction of {LATE} {large[1]:.3f} s CPU")
    print(f"  share {100 * large[1] / large[0]:.1f} % (bound 3 % against 30 M events)")
    print(f"  four times the history: x {large[1] / small[1]:.2f} (run: x {large[0] / small[0]:.2f})")
    print("  " + ", ".join(f"{s['name']} {s['seconds']} s" for s in large[2]))


if __name__ == "__main__":
    main("--full" in sys.argv)
