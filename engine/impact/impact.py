"""`impact`: a period of real history rated under two versions of a book. Nothing is written."""

from __future__ import annotations

import tempfile
from pathlib import Path

from engine.bulk import Kept
from engine.impact.compare import Impact, compared
from engine.impact.errors import ImpactError
from engine.impact.sides import History, choose, rate_side, timeless
from engine.metering import open_duck
from engine.model import Book
from engine.runs import RunPeriod, RunSetting
from engine.runs.inputs import load_today
from engine.runs.lines import write_parquet
from engine.runs.prepare import as_of_seq
from engine.runs.rate import log_files


def impact(setting: RunSetting, before: Book, after: Book, period_text: str, *, as_of: int | None = None) -> Impact:
    """What the customers of book `before` would have paid in a period under `before` and under `after`.

    Each version is taken as if it had always been in force; their plans keep their dates. Totals are before tax and
    wallets. `absent` of the report: subscriptions without terms in one of the versions; `problems`: those that cannot
    be rated; neither is in the figures. `metered`: how many meterings the second version found done.
    Raises `ImpactError`, `RunError` RBR04, `BadPeriod`.
    """
    if before.currency.code != after.currency.code:
        raise ImpactError(
            "RBT02", f"one version is in {before.currency.code}, the other in {after.currency.code}",
            "amounts of two currencies are not compared",
        )  # fmt: skip
    period = RunPeriod.parse(period_text)
    seq = as_of_seq(setting.store, as_of)
    one, other = timeless(before, after), timeless(after, before)
    kept = Kept()
    con = open_duck(setting.threads, setting.memory_limit)
    try:
        with setting.store.reading() as connection:
            load_today(con, setting.store.held, connection)
        absent = choose(con, before.name, period, one, other)
        if not absent and not con.execute("SELECT count(*) FROM chosen").fetchall()[0][0]:
            raise ImpactError(
                "RBT01", f"no subscription of book {before.name} serves in {period.name}",
                "name the book as the subscriptions do, and a period in which they serve",
            )  # fmt: skip
        with tempfile.TemporaryDirectory() as folder:
            name, _ = write_parquet(con, "FROM chosen ORDER BY id", Path(folder))
            history = History(Path(folder) / name, period, log_files(setting.store, setting.root, seq), seq)
            problems = rate_side(con, "before", before.name, one, history, kept)
            problems += rate_side(con, "after", before.name, other, history, kept)
        figures, customers = compared(con)
    finally:
        con.close()
    report = {
        "period": period.name, "as_of": seq, "currency": before.currency.code, "before": _named(before),
        "after": _named(after), **figures, "absent": absent, "problems": problems,
        "metered": {"once": len(kept.found), "again": kept.again},
    }  # fmt: skip
    return Impact(report, customers)


def _named(book: Book) -> dict[str, str | int]:
    return {"book": book.name, "version": book.version, "digest": book.digest}
