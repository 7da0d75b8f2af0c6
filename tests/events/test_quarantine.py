"""Quarantine: listed, repaired, replayed, dismissed; never doubled."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from engine.events import IngestError, dismiss, entries, replay

Make = Callable[..., dict[str, Any]]


def _names(log: Any, state: str | None = "open") -> list[str]:
    with log.database.begin() as conn:
        return [entry.entry for entry in entries(conn, state)]


def test_a_repaired_event_is_stored_and_its_entry_settled(log: Any, event: Make) -> None:
    log.take([event("a", subject=None), event("b", time="never")])
    one, two = _names(log)
    mended = json.dumps(event("a", subject="acme")).encode()
    settings: dict[str, Any] = {
        "properties": {},
        "now": datetime(2026, 12, 1, tzinfo=UTC),
    }
    report = replay(log.root, log.database.begin, {one: mended}, note="subject from the gateway's log", **settings)
    assert report.accepted == 1 and _names(log) == [two]
    with log.database.begin() as conn:
        assert entries(conn, "replayed")[0].note == "subject from the gateway's log"
        assert entries(conn, None, reason="bad-time")[0].entry == two
    with pytest.raises(IngestError, match="refused again"):
        replay(log.root, log.database.begin, {two: b""}, note="as it is", **settings)
    assert _names(log) == [two]
    dismiss(log.database.begin, two, "a test event")
    assert _names(log) == []
    for name in (two, "nothing"):
        with pytest.raises(IngestError) as caught:
            dismiss(log.database.begin, name, "again")
        assert caught.value.code == "RBE13"


def test_the_same_refusal_again_is_one_entry(log: Any, event: Make) -> None:
    bad = event("b", time="never")
    first = log.take([bad, bad])
    second = log.take([bad])
    assert (first.quarantined, second.quarantined, len(_names(log))) == (2, 1, 1)


def test_on_commit_shares_the_transaction(log: Any, event: Make) -> None:
    def fail(conn: Any, report: Any) -> None:
        raise RuntimeError(f"journal refused batch {report.batch}")

    with pytest.raises(RuntimeError, match="journal refused batch 1"):
        log.take([event(), event("b", time="never")], on_commit=fail)
    assert log.rows() == [] and _names(log) == []
    seen: list[Any] = []
    log.take([event(), event("b", time="never")], on_commit=lambda conn, report: seen.append(report))
    assert [(report.batch, report.accepted, report.progress) for report in seen] == [(1, 1, {"t.jsonl": 2})]
