"""Goal 28: a period's history under two versions of a book ÷ rating it once; CPU seconds, in turn, in one process.

The second version has other prices and the same meters, so that its usage is metered already. Also: two versions that
measure differently, where everything is metered twice.
Run: `python -m benchmarks.row28_impact [--full]`.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import dsl
from benchmarks.common import Pair, cpu, paired
from benchmarks.company import BOOK, build
from engine.bulk import Kept
from engine.impact.sides import History, choose, rate_side, timeless
from engine.metering import open_duck
from engine.model import Book
from engine.runs import RunPeriod
from engine.runs.inputs import load_today
from engine.runs.lines import write_parquet
from engine.runs.rate import log_files
from engine.workspace import Workspace

PERIOD = "2026-10"
DEARER = BOOK.replace("USD 0.05 per 10 call", "USD 0.06 per 10 call").replace("USD 0.085 per GB", "USD 0.08 per GB")
OTHER = DEARER.replace("measure count as call", "measure count as call\n  lateness 1 hours")


def once(workspace: Workspace, book: Book) -> None:
    """One version planned, metered and rated, as one side of a comparison is."""
    con = open_duck(2, None)
    try:
        with workspace.store.reading() as connection:
            load_today(con, workspace.store.held, connection)
        period = RunPeriod.parse(PERIOD)
        choose(con, book.name, period, book, book)
        with tempfile.TemporaryDirectory() as folder:
            name, _ = write_parquet(con, "FROM chosen ORDER BY id", Path(folder))
            seq = workspace.high_water()
            held = History(Path(folder) / name, period, log_files(workspace.store, workspace.root, seq), seq)
            rate_side(con, "before", book.name, timeless(book, book), held, Kept())
    finally:
        con.close()


def against(workspace: Workspace, one: Book, other: Book, rounds: int) -> Pair:
    """Both versions ÷ one of them."""
    return paired(
        lambda: cpu(lambda: workspace.impact(one, other, PERIOD)), lambda: cpu(lambda: once(workspace, one)), rounds
    )


def main(full: bool) -> None:
    """Print the ratios."""
    accounts, events = (100_000, 10_000_000) if full else (2_000, 200_000)
    folder = Path(tempfile.mkdtemp(prefix="ratebook-bench-"))
    one, other, apart = (dsl.compile(text, "bench.rate") for text in (BOOK, DEARER, OTHER))
    try:
        with build(folder / "ws", accounts, events) as workspace:
            found = workspace.impact(one, other, PERIOD).report
            assert found["metered"]["once"] == found["metered"]["again"]
            print(f"row 28: {accounts} accounts, {events} events, {found['totals']['losers']} pay more")
            print(f"  two versions that measure alike ÷ one rating {against(workspace, one, other, 3)} (bound 2.2)")
            print(f"  two versions with a meter that differs ÷ one rating {against(workspace, one, apart, 3)}")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main("--full" in sys.argv)
