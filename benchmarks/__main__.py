"""All benchmarks, one process each: `python -m benchmarks [--full] [NAME ...]`; results are appended to RESULTS.md.

A benchmark never fails a build: one that breaks is reported with its error, and the others go on.
"""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.common import HOME, machine

FOLDER = Path(__file__).resolve().parent
RESULTS = FOLDER / "RESULTS.md"
HEADER = """# Results

Every figure is a ratio of two things measured side by side; absolute times mean nothing on a shared machine.
Newest last.
"""


def scripts(wanted: list[str]) -> list[str]:
    """Module names of all goals, or of those whose name begins with a wanted one (`row04`)."""
    names = sorted(p.stem for p in FOLDER.glob("row*.py"))
    return [n for n in names if not wanted or any(n.startswith(w) for w in wanted)]


def run(name: str, full: bool) -> str:
    """One script's report for RESULTS.md; it is printed as it comes."""
    command = [sys.executable, "-m", f"benchmarks.{name}", *(["--full"] if full else [])]
    shown = " ".join(["python", *command[1:]])
    print(f"$ {shown}", flush=True)
    start = time.perf_counter()
    done = subprocess.run(command, cwd=HOME, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    output = done.stdout.rstrip()
    if done.returncode:
        output = f"failed: {output.splitlines()[-1] if output else done.returncode}"
    print(output, flush=True)
    return f"`{shown}` ({time.perf_counter() - start:.0f} s)\n\n```\n{output}\n```\n"


def main(full: bool, wanted: list[str]) -> None:
    """Run the scripts and append what they print."""
    size = "full" if full else "small"
    head = f"\n## {dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M} UTC, {size} sizes, {machine()}\n\n"
    reports = [run(name, full) for name in scripts(wanted)]
    if not RESULTS.exists():
        RESULTS.write_text(HEADER)
    with RESULTS.open("a") as out:
        out.write(head + "\n".join(reports))


if __name__ == "__main__":
    names = [a for a in sys.argv[1:] if a != "--full"]
    main("--full" in sys.argv, names)
