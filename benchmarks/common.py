"""What the benchmarks share: paired measurements, child processes, the shape of the machine."""

from __future__ import annotations

import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from statistics import median

HOME = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two pieces of work measured in turn: the median of the ratios, and of each side's seconds."""

    ratio: float
    one: float
    other: float

    def __str__(self) -> str:
        return f"{self.ratio:.2f} ({self.one:.3f} / {self.other:.3f} s)"


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of this process, all threads."""
    start = time.process_time()
    work()
    return time.process_time() - start


def paired(one: Callable[[], float], other: Callable[[], float], rounds: int) -> Pair:
    """Both sides A B A B; each call does its work and returns its seconds. A first round warms up and is dropped."""
    one()
    other()
    found = [(one(), other()) for _ in range(rounds)]
    return Pair(median(a / b for a, b in found), median(a for a, _ in found), median(b for _, b in found))


def child(module: str, *arguments: str) -> tuple[float, float]:
    """(CPU, wall) seconds of a whole process `python -m module arguments`, start-up included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", module, *arguments], check=True, cwd=HOME)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def slope(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """The growth law between the first and the last size: the log-log slope."""
    return log(seconds[-1] / seconds[0]) / log(sizes[-1] / sizes[0])


def machine() -> str:
    """Processor, cores, memory and Python in one line."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**30
    return f"{platform.machine()}, {os.cpu_count()} cores, {pages} GiB, Python {platform.python_version()}"
