"""Goal 25: the whole run (meter, rate, lines, invoices, journal, ledger, tie-out) ÷ the bare metering query.

CPU seconds of both sides in one process, and the slope when accounts and events double.
Run: `python -m benchmarks.row25_run [--full]`.
"""

from __future__ import annotations

import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.company import NOW, bare_metering, build


def one(accounts: int, events: int) -> tuple[float, float, list[dict[str, str]]]:
    """(CPU seconds of the run, of the bare query, steps) at one size."""
    folder = Path(tempfile.mkdtemp(prefix="ratebook-bench-"))
    try:
        with build(folder / "ws", accounts, events) as workspace:
            bare_metering(folder / "ws")
            start = time.process_time()
            bare_metering(folder / "ws")
            bare = time.process_time() - start
            start = time.process_time()
            report = workspace.run("2026-10", now=NOW)
            return time.process_time() - start, bare, report["steps"]
    finally:
        shutil.rmtree(folder)


def main(full: bool) -> None:
    """Print the ratio and the growth."""
    accounts, events = (100_000, 10_000_000) if full else (2_000, 200_000)
    small = one(accounts // 2, events // 2)
    large = one(accounts, events)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"row 25: {accounts} accounts, {events} events: run {large[0]:.2f} s CPU, bare metering {large[1]:.2f} s CPU")
    ratio, growth = large[0] / large[1], large[0] / small[0]
    print(f"  ratio {ratio:.2f} (bound 4); doubled: x {growth:.2f} (bound 2.1); peak {peak} MiB")
    print("  " + ", ".join(f"{s['name']} {s['seconds']} s" for s in large[2]))


if __name__ == "__main__":
    main("--full" in sys.argv)
