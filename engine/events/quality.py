"""How good the data is: how late events come, what is doubled or refused, which sources have fallen silent."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import Connection, func, select

from engine.events import tables
from engine.events.catalogue import segments
from engine.events.duck import open_duck
from engine.events.errors import IngestError
from engine.events.instants import instant, micros
from engine.events.read import scan_sql
from engine.events.watermarks import watermark

__all__ = ["Limits", "quality"]

_TICK = timedelta(microseconds=1)
_NO_LAG: dict[str, Any] = {"events": 0, "p50": None, "p99": None, "max": None, "late": 0}
_WHOLE = 10_000
"""Shares are counted in parts of ten thousand."""


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on a figure is a finding. `late_share` and `refused_share` are parts of ten thousand."""

    lateness: timedelta = timedelta(hours=3)
    """An event that is learnt later than this after it happened is late."""
    lag_p99: timedelta = timedelta(minutes=5)
    late_share: int = 100
    stuck: timedelta = timedelta(minutes=30)
    """How long the watermark may stand behind now, beyond the lateness."""
    idle: timedelta = timedelta(hours=24)
    """A source silent for so long no longer holds the watermark back."""
    refused_share: int = 100


def quality(
    conn: Connection, root: Path, now: datetime, since: datetime | None = None, limits: Limits | None = None
) -> dict[str, Any]:
    """Figures and findings about what was ingested from `since` on: `batches lag late sources watermark findings`.

    Lag is from an event's time to the moment of its batch, in whole seconds. Raises RBE11 for an unreadable segment.
    """
    chosen = limits or Limits()
    batches = _batches(conn, since)
    lag = _lag(conn, root, since, chosen)
    mark = watermark(conn, chosen.lateness, chosen.idle, now)
    sources = [
        _source(row, now, chosen) for row in conn.execute(select(tables.sources).order_by(tables.sources.c.source))
    ]
    report = {
        "batches": batches, "lag": lag, "sources": sources, "quarantine": _open_entries(conn),
        "watermark": _text(mark), "behind": None if mark is None else _seconds(now - mark),
    }  # fmt: skip
    return report | {"findings": list(_findings(report, chosen))}


def _seconds(span: timedelta) -> int:
    return span // timedelta(seconds=1)


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


def _batches(conn: Connection, since: datetime | None) -> dict[str, Any]:
    """Counts over all batches."""
    of = tables.batches.c
    query = select(of.accepted, of.duplicates, of.conflicts, of.quarantined, of.reasons)
    if since is not None:
        query = query.where(of.at_us >= micros(since))
    rows = conn.execute(query).all()
    reasons: Counter[str] = Counter()
    for row in rows:
        reasons.update(json.loads(row.reasons))
    return {
        "count": len(rows), "accepted": sum(r.accepted for r in rows), "duplicates": sum(r.duplicates for r in rows),
        "conflicts": sum(r.conflicts for r in rows), "quarantined": sum(r.quarantined for r in rows),
        "reasons": dict(sorted(reasons.items())),
    }  # fmt: skip


def _lag(conn: Connection, root: Path, since: datetime | None, limits: Limits) -> dict[str, Any]:
    """How long after they happened events became known: median, 99th percentile, greatest, and how many are late."""
    of = tables.batches.c
    moments = dict(conn.execute(select(of.batch, of.at_us)).all())
    found = [s for s in segments(conn) if since is None or moments[s.batch] >= micros(since)]
    if not found:
        return _NO_LAG
    learnt = ", ".join(f"({row.seq_from}, {row.at_us}::BIGINT)" for row in _moments(conn))
    query = f"""WITH learnt (seq_from, at_us) AS (VALUES {learnt})
      SELECT count(*), quantile_disc(lag, 0.5::DECIMAL(2,1)), quantile_disc(lag, 0.99::DECIMAL(3,2)), max(lag),
        count(*) FILTER (lag > {limits.lateness // _TICK})
      FROM (SELECT at_us - epoch_us(time) AS lag
        FROM {scan_sql(found, root)} e ASOF JOIN learnt ON e.seq >= learnt.seq_from
        WHERE at_us >= {0 if since is None else micros(since)})"""
    with open_duck(2) as duck:
        try:
            events, median, high, greatest, late = duck.execute(query).fetchall()[0]
        except duckdb.IOException as error:
            raise IngestError("RBE11", f"a segment cannot be read: {error}", "restore it from a backup") from error
    second = 1_000_000
    if not events:
        return _NO_LAG
    return {
        "events": events, "p50": median // second, "p99": high // second, "max": greatest // second, "late": late,
    }  # fmt: skip


def _moments(conn: Connection) -> list[Any]:
    """(first seq, moment) of every batch that stored something."""
    of = tables.batches.c
    return list(conn.execute(select(of.seq_from, of.at_us).where(of.accepted > 0)).all())


def _source(row: Any, now: datetime, limits: Limits) -> dict[str, Any]:
    silent = now - instant(row.seen_us)
    return {
        "source": row.source, "events": row.events, "greatest": _text(instant(row.time_max_us)),
        "seen": _text(instant(row.seen_us)), "idle": silent > limits.idle,
    }  # fmt: skip


def _open_entries(conn: Connection) -> dict[str, int]:
    of = tables.quarantine.c
    query = select(of.reason, func.count()).where(of.state == "open").group_by(of.reason).order_by(of.reason)
    return {row[0]: int(row[1]) for row in conn.execute(query)}


def _findings(report: dict[str, Any], limits: Limits) -> Any:
    """(code, sentence) of every figure beyond its limit."""
    lag, batches = report["lag"], report["batches"]
    if lag["p99"] is not None and lag["p99"] > _seconds(limits.lag_p99):
        yield _finding("lag", f"one event in a hundred is learnt {lag['p99']} s or more after it happened")
    if lag["late"] * _WHOLE > lag["events"] * limits.late_share:
        yield _finding("late", f"{lag['late']} of {lag['events']} events came later than the allowed lateness")
    if report["behind"] is not None and report["behind"] > _seconds(limits.lateness + limits.stuck):
        yield _finding("watermark", f"the watermark {report['watermark']} is {report['behind']} s behind now")
    refused = batches["quarantined"]
    if refused * _WHOLE > (batches["accepted"] + refused) * limits.refused_share:
        yield _finding("refused", f"{refused} of {batches['accepted'] + refused} events are in quarantine")
    for source in report["sources"]:
        if source["idle"]:
            yield _finding("idle", f"source {source['source']} is silent since {source['seen']}")


def _finding(code: str, message: str) -> dict[str, str]:
    return {"code": code, "message": message}
