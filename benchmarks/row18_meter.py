"""Rows 18 and 19: what one `meter()` call costs, and the durable rate of batches against single events."""

from __future__ import annotations

import gc
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.common import machine
from engine.streams import BufferLimits, MeterBuffer
from engine.streams.spool import Batch, write_batch


def call_ns(calls: int) -> tuple[int, int]:
    """(ns of one `meter` call, ns of building and appending the same tuple); the writer does not run meanwhile."""
    data = {"n": 1, "region": "eu"}
    kept: list[tuple[object, ...]] = []
    append, began = kept.append, time.thread_time_ns()
    for n in range(calls):
        append((n, n, "api.call", "customer-1", data, ""))
    bare = time.thread_time_ns() - began
    with tempfile.TemporaryDirectory() as folder:
        limits = BufferLimits(events=10**9, milliseconds=10**7, capacity=10**9)
        buffer = MeterBuffer(Path(folder), "bench", limits=limits, write=lambda *_: None)
        meter, began = buffer.meter, time.thread_time_ns()
        for _ in range(calls):
            meter("api.call", "customer-1", data)
        metered = time.thread_time_ns() - began
        buffer.close()
    return metered // calls, bare // calls


def durable_rate(events: int, batch: int) -> int:
    """Events a second, each batch synced to disk."""
    data = {"n": 1, "region": "eu"}
    rows = [(n, 1_790_000_000_000_000_000, "api.call", "customer-1", data, "") for n in range(batch)]
    with tempfile.TemporaryDirectory(dir=".") as folder:
        began = time.perf_counter_ns()
        for number in range(events // batch):
            write_batch(Path(folder), Batch("bench", "b", number, rows))
        taken = time.perf_counter_ns() - began
    return events // batch * batch * 1_000_000_000 // taken


def main() -> None:
    """Print the ratios."""
    full = "--full" in sys.argv
    print(machine())
    gc.disable()  # the collector looks through what is kept on both sides alike, and would hide the difference
    pairs = [call_ns(50_000) for _ in range(21 if full else 7)]
    ratio = int(median([100 * m // b for m, b in pairs]))
    one = median([m for m, _ in pairs])
    print(f"  row 18: one meter() call {one} ns ÷ tuple and append {median([b for _, b in pairs])} ns:"
          f" {ratio // 100}.{ratio % 100:02} (bound 8)")  # fmt: skip
    large, small = (200_000, 400) if full else (20_000, 100)
    rates = {batch: durable_rate(large if batch > 1 else small, batch) for batch in (1, 100, 1_000, 10_000)}
    for batch, rate in rates.items():
        print(f"  durable, batches of {batch}: {rate} events/s")
    print(f"  row 19: batch 1,000 ÷ batch 1: {rates[1000] // rates[1]} (bound at least 50)")


if __name__ == "__main__":
    main()
