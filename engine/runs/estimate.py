"""An estimate: a period rated as of now, or of any `seq`, with nothing written down and nothing final."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from engine.metering import open_duck
from engine.runs import documents, lines
from engine.runs.period import RunPeriod
from engine.runs.pins import pin
from engine.runs.prepare import ENGINE, as_of_seq
from engine.runs.rate import rate_run
from engine.runs.run import no_step
from engine.runs.setting import RunSetting


def estimate(setting: RunSetting, period_text: str, *, as_of: int | None = None) -> dict[str, Any]:
    """What a run of the period would bill now: `period as_of estimate invoices lines total problems`.

    `estimate` is always True: the figures are of events known so far, whether or not the period is over or billed.
    Raises `RunError` RBR04, `BadPeriod`.
    """
    period = RunPeriod.parse(period_text)
    seq = as_of_seq(setting.store, as_of)
    con = open_duck(setting.threads, setting.memory_limit)
    try:
        with tempfile.TemporaryDirectory() as folder:
            pinned = pin(con, Path(folder), setting.store, "estimate", period, None)
            assert pinned is not None
            run = pinned | {"terms": f"{folder}/{pinned['terms']}", "as_of": seq, "period": period.name}
            lines.create(con)
            problems = rate_run(con, setting.root, setting.store, run, no_step)
        count = documents.number_invoices(con, documents.Header("estimate", period.name, seq, ENGINE, 1))
        found = con.execute("SELECT count(*) FROM run_lines JOIN run_invoices USING (sub)").fetchall()[0]
        return {
            "period": period.name, "as_of": seq, "estimate": True, "invoices": count, "lines": int(found[0]),
            "total": documents.totals(con), "problems": problems,
        }  # fmt: skip
    finally:
        con.close()
