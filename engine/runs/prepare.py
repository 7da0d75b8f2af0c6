"""Before a run: which runs the period has had, whether it may be billed, and what the next run would be of."""

from __future__ import annotations

from typing import Any

from engine.events import high_water
from engine.journal import Store
from engine.metering import open_duck
from engine.runs.closing import check_over, closing
from engine.runs.errors import RunError
from engine.runs.period import RunPeriod
from engine.runs.pins import covered_by, pin
from engine.runs.setting import RunSetting

ENGINE = "ratebook 0.1.0"


def runs_of(store: Store, period: str) -> list[dict[str, Any]]:
    """The runs of a period, in their order."""
    found = [r for r in store.documents("run").values() if r["period"] == period]
    return sorted(found, key=lambda r: int(r["id"].removeprefix(f"run-{period}").lstrip("-") or 1))


def check_overlap(store: Store, period: RunPeriod) -> None:
    """Two periods that share days would bill them twice; raises `RunError` RBR02."""
    for run in store.documents("run").values():
        shares = run["period_start"] < period.end.isoformat() and period.start.isoformat() < run["period_end"]
        if run["period"] != period.name and shares:
            raise RunError(
                "RBR02", f"{period.name} shares days with {run['period']}, which is billed",
                f"bill the days that follow, or ask for {run['period']}",
            )  # fmt: skip


def prepare(
    setting: RunSetting, period: RunPeriod, before: list[dict[str, Any]], now: int, as_of: int | None, early: str = ""
) -> dict[str, Any] | None:
    """The document of the period's next run, its pins written; None when every subscription is dealt with."""
    check_over(period, now, early)
    seq = as_of_seq(setting.store, as_of)
    ident = f"run-{period.name}" + (f"-{len(before) + 1}" if before else "")
    con = open_duck(setting.threads, setting.memory_limit)
    try:
        covered = covered_by(con, setting.root, before) if before else None
        pinned = pin(con, setting.root, setting.store, ident, period, covered)
    finally:
        con.close()
    if pinned is None:
        if as_of is not None and as_of not in [r["as_of"] for r in before]:
            raise RunError(
                "RBR03", f"{period.name} is billed as of seq {before[-1]['as_of']}, not {as_of}",
                "an invoice that is final does not change; bill what came later as a correction",
            )  # fmt: skip
        return None
    return {
        "id": ident, "period": period.name, "period_start": period.start.isoformat(),
        "period_end": period.end.isoformat(), "as_of": seq, "now": now, "status": "started", "engine": ENGINE,
        **closing(setting.store, period, now, early), **pinned,
    }  # fmt: skip


def as_of_seq(store: Store, as_of: int | None) -> int:
    """The greatest ingest number, or the one asked for; raises `RunError` RBR04 when the log has no such number."""
    with store.reading() as connection:
        last = high_water(connection)
    if as_of is not None and not 0 <= as_of <= last:
        raise RunError("RBR04", f"the log ends at seq {last}; there is no seq {as_of}", "leave --as-of out")
    return last if as_of is None else as_of
