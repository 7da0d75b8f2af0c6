"""Bills a prepared workspace; the process kills itself at the fault point named in RATEBOOK_KILL_AT, if any.

Arguments: workspace, period, moment in UTC microseconds. Prints the run's digest.
"""

from __future__ import annotations

import os
import signal
import sys

from engine.workspace import Workspace


def faults(name: str) -> None:
    """Die as a power cut would, without a chance to clean up."""
    if name == os.environ.get("RATEBOOK_KILL_AT"):
        os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """One run."""
    with Workspace.open(sys.argv[1]) as workspace:
        report = workspace.run(sys.argv[2], now=int(sys.argv[3]), faults=faults)
    print(report["digest"])


if __name__ == "__main__":
    main()
