"""The events under a usage line, page by page, and why other usage of the period is not in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb

from engine.calendar import to_instant
from engine.metering import EventFile
from engine.metering.files import scan
from engine.metering.sql import text
from engine.model import Charge
from engine.proof.evidence import Case
from engine.rating.expressions import property_names
from engine.runs.derive import Derived
from engine.runs.witnesses import carried, witnesses

COLUMNS = {"subject": "VARCHAR", "time": "TIMESTAMP", "source": "VARCHAR", "id": "VARCHAR", "seq": "BIGINT",
           "data": "VARCHAR"}  # fmt: skip
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def events_page(
    con: duckdb.DuckDBPyConnection, files: Sequence[EventFile], case: Case, derived: Derived, charge: Charge,
    stored: dict[str, Any], limit: int, cursor: str,
) -> dict[str, Any]:  # fmt: skip
    """A page of the events under a line; `cursor` is where the last page ended. `agrees`: they are those it counted."""
    meter = case.task.book.meter(charge.meter or "")
    every = witnesses(case.task, derived.fetched, charge, stored["start_us"], stored["end_us"])
    start = int(cursor or 0)
    page = every[start : start + limit]
    levels = carried(case.task, derived.fetched, charge, stored["start_us"])
    names = sorted(property_names(meter.measure.value))
    held = [*((r.time, *r.order) for r in levels[-limit:]), *((w.time, w.source, w.id) for w in page)]
    known = _stored_events(con, files, case, held)
    values = {r.order: r.value for r in derived.fetched.readings.get(meter.name, [])}
    after = start + limit
    window = meter.measure.window
    repeats = window is not None and window.kind == "sliding"
    return {
        "count": stored["events"],
        "digest": str(stored["evidence"]),
        "agrees": repeats or (len(every), sum(w.digest for w in every)) == (stored["events"], int(stored["evidence"])),
        "note": "an event counts once for each window that holds it" if repeats else "",
        "carried": [_row(known, (r.time, *r.order), values, names) for r in levels[-limit:]],
        "page": [_row(known, (w.time, w.source, w.id), values, names) for w in page],
        "next": str(after) if after < len(every) else None,
    }


Key = tuple[int, str, str]


def _stored_events(
    con: duckdb.DuckDBPyConnection, files: Sequence[EventFile], case: Case, keys: Sequence[Key]
) -> dict[tuple[str, str], tuple[int, str]]:
    """(source, id) to (seq, data) of these events, as they are in the log."""
    if not keys:
        return {}
    subjects = ", ".join(text(s) for s in case.subjects)
    low, high = min(k[0] for k in keys), max(k[0] for k in keys)
    where = f"""subject IN ({subjects}) AND time >= make_timestamp({low}::BIGINT)
      AND time <= make_timestamp({high}::BIGINT) AND id IN ({", ".join(text(k[2]) for k in keys)})"""
    rows = con.execute(f"SELECT source, id, seq, data FROM ({scan(files, COLUMNS, case.as_of, where)})").fetchall()
    return {(source, ident): (seq, data) for source, ident, seq, data in rows}


def _row(
    known: dict[tuple[str, str], tuple[int, str]], key: Key, values: dict[tuple[str, str], Any], names: Sequence[str]
) -> dict[str, Any]:
    time, source, ident = key
    seq, data = known[source, ident]
    moment = (_EPOCH + timedelta(microseconds=time)).isoformat().replace("+00:00", "Z")
    return {
        "seq": seq, "id": ident, "source": source, "time": moment,
        "values": {", ".join(names) or "count": str(values[source, ident])}, "data": data,
    }  # fmt: skip


def unbilled(
    con: duckdb.DuckDBPyConnection, files: Sequence[EventFile], case: Case, derived: Derived, charge: Charge,
    withdrawn: int,
) -> list[dict[str, Any]]:  # fmt: skip
    """Events of the billing period that no line of this charge counts, with the reason; `files` hold the whole log.

    `withdrawn`: how many were retracted or amended before the invoice.
    """
    meter, task = case.task.book.meter(charge.meter or ""), case.task
    zone = task.cycle.timezone
    low, high = to_instant(task.cycle.start, zone), to_instant(task.cycle.end, zone)
    subjects = ", ".join(text(s) for s in case.subjects)
    where = f"""subject IN ({subjects}) AND time >= make_timestamp({low}::BIGINT)
      AND time < make_timestamp({high}::BIGINT)"""
    served = "epoch_us(time) >= ? AND epoch_us(time) < ?"
    late, outside, inside = con.execute(
        f"""SELECT count(*) FILTER (seq > ?), count(*) FILTER (seq <= ? AND NOT ({served})),
          count(*) FILTER (seq <= ? AND {served}) FROM ({scan(files, COLUMNS, None, where)})""",
        [case.as_of, case.as_of, *task.window, case.as_of, *task.window],
    ).fetchall()[0]
    readings = derived.fetched.readings.get(meter.name, [])
    counted = sum(1 for r in readings if task.window[0] <= r.time < task.window[1])
    found = [
        ("filtered", inside - counted, "does not pass the meter's filter, or lacks the number it measures",
         "do not pass the meter's filter, or lack the number it measures"),
        ("outside", outside, *["happened before the service began or after it ended"] * 2),
        ("withdrawn", withdrawn, *["was retracted or amended"] * 2),
        ("late", late, *[f"became known after the invoice was billed as of seq {case.as_of}"] * 2),
    ]  # fmt: skip
    return [
        {"why": why, "events": n, "sentence": f"1 event {one}" if n == 1 else f"{n} events {more}"}
        for why, n, one, more in found
        if n
    ]
