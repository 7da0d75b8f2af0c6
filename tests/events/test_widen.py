"""Widening old segments for a newer book; drill-down; the index and watermarks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from engine.events import IngestError, IngestOptions, Property, number, read_events, segments, text, watermark, widen
from engine.events.index import FANOUT, find

Make = Callable[..., dict[str, Any]]
NOW = datetime(2026, 12, 1, tzinfo=UTC)
WIDER = {"api.call": {"bytes": Property(number=True, text=True), "n": number, "region": text, "deep.x": number}}


def test_widening_adds_columns_and_changes_nothing_else(log: Any, event: Make) -> None:
    log.take([event("a", data={"n": 7, "deep": {"x": "1.5"}}), event("b", data={"n": "0.12345678901234"}), event("c")])
    before = log.rows("seq, id, digest, data, ext, t_bytes")
    old_files = set(log.root.glob("events/**/*.parquet"))
    report = widen(log.root, log.database.begin, WIDER, now=NOW)
    assert (report.segments, report.events, report.unreadable) == (1, 3, 1)
    assert log.rows("seq, id, digest, data, ext, t_bytes") == before
    assert [(row["n_n"], row["n_deep.x"]) for row in log.rows()] == [
        (Decimal(7), Decimal("1.5")), (None, None), (None, None),
    ]  # fmt: skip
    assert widen(log.root, log.database.begin, WIDER, now=NOW).segments == 0
    log.take([event("d")], now=NOW + timedelta(hours=1))
    assert all(file.exists() for file in old_files), "readers that listed the old files keep them for a day"
    log.take([event("e")], now=NOW + timedelta(days=2))
    assert not any(file.exists() for file in old_files)
    assert len(log.rows()) == 5


def test_a_widened_segment_equals_one_ingested_with_the_wider_book(new_log: Any, event: Make) -> None:
    made = [event("a", data={"n": 7, "bytes": True, "region": 1.50}), event("b", data={"deep": {"x": -1}})]
    late, early = new_log("late"), new_log("early")
    late.take(made)
    widen(late.root, late.database.begin, WIDER, now=NOW)
    early.take(made, properties=WIDER)
    assert list(late.hashes().values()) == list(early.hashes().values())
    assert [row["t_region"] for row in late.rows()] == ["1.5", None]


def test_widening_a_damaged_segment_says_which(log: Any, event: Make) -> None:
    log.take([event()])
    next(log.root.glob("events/**/*.parquet")).write_bytes(b"PAR1")
    with pytest.raises(IngestError) as caught:
        widen(log.root, log.database.begin, WIDER, now=NOW)
    assert caught.value.code == "RBE11" and "api.call" in caught.value.place


def test_reading_page_by_page(log: Any, event: Make) -> None:
    log.take([event(f"e{n}", subject=f"s{n % 2}", time=f"2026-10-0{1 + n % 4}T00:00:00Z") for n in range(40)])
    log.take([event("late", subject="s0")])
    seen: list[str] = []
    cursor = None
    with log.database.begin() as conn:
        while True:
            page = read_events(
                conn, log.root, "api.call", subject="s0", time_from=datetime(2026, 10, 1, tzinfo=UTC),
                time_to=datetime(2026, 10, 3, tzinfo=UTC), as_of_seq=40, predicate="n_bytes > 1", limit=3,
                cursor=cursor,
            )  # fmt: skip
            seen += page.events["id"].to_pylist()
            cursor = page.cursor
            if cursor is None:
                break
        assert sorted(seen) == sorted(f"e{n}" for n in range(0, 40, 4))
        assert read_events(conn, log.root, "other").events.num_rows == 0
        wrong: dict[str, Any]
        for wrong in ({"limit": 0}, {"predicate": "nothing = 1"}, {"predicate": "((("}):
            with pytest.raises(IngestError) as caught:
                read_events(conn, log.root, "api.call", **wrong)
            assert caught.value.code == "RBE12"


def test_segments_are_chosen_by_type_time_and_seq(log: Any, event: Make) -> None:
    log.take([event("a", time="2026-10-01T00:00:00Z"), event("b", time="2026-10-02T00:00:00Z")])
    log.take([event("c"), event("d"), event("x", type="other/kind", time="2026-10-02T00:00:00Z")])
    with log.database.begin() as conn:
        assert [s.rows for s in segments(conn, ["api.call"], as_of_seq=2)] == [1, 1]
        partly = segments(conn, ["api.call"], as_of_seq=3)[-1]
        assert partly.needs_seq_filter and (partly.seq_from, partly.seq_to) == (3, 4)
        day = segments(
            conn, time_from=datetime(2026, 10, 2, tzinfo=UTC), time_to=datetime(2026, 10, 2, 0, 0, 1, tzinfo=UTC)
        )
        assert [(s.type, s.date) for s in day] == [("api.call", "2026-10-02"), ("other/kind", "2026-10-02")]
        assert day[1].path.startswith("events/other%2Fkind/2026-10-02/") and day[1].file(log.root).exists()
        assert segments(conn)[0].columns["n_bytes"] == "DECIMAL(18,6)"


def test_the_index_is_merged_and_rebuilt(log: Any, event: Make) -> None:
    for n in range(FANOUT * 2):
        log.take([event(f"e{n}")], options=IngestOptions(threads=1))
    log.take([event("last")])
    assert len(list(log.root.glob("index/*.keys"))) < FANOUT
    next(log.root.glob("index/*.keys")).unlink()
    report = log.take([event(f"e{n}") for n in range(FANOUT * 2)])
    assert (report.accepted, report.duplicates) == (0, FANOUT * 2)


def test_find_gives_every_pair_of_equal_keys() -> None:
    run = (np.array([1, 5, 5, 9], np.uint64), np.array([10, 20, 21, 30], np.uint32))
    places, numbers = find([run, run], np.array([0, 5, 9, 99], np.uint64))
    assert sorted(zip(places.tolist(), numbers.tolist(), strict=True)) == [(1, 20)] * 2 + [(1, 21)] * 2 + [(2, 30)] * 2


def test_watermark_is_the_least_of_the_live_sources(log: Any, event: Make) -> None:
    late, idle = timedelta(hours=1), timedelta(days=2)
    with log.database.begin() as conn:
        assert watermark(conn, late, idle, NOW) is None
    log.take([event("a", source="old")], now=NOW - timedelta(days=5))
    log.take([event("b", source="x", time="2026-11-01T00:00:00Z"), event("c", source="y", time="2026-11-03T00:00:00Z")])
    log.take([event("d", source="x", time="2026-11-02T00:00:00Z")])
    with log.database.begin() as conn:
        assert watermark(conn, late, idle, NOW) == datetime(2026, 11, 1, 23, tzinfo=UTC)
        assert watermark(conn, late, timedelta(days=9), NOW) == datetime(2026, 10, 1, 11, tzinfo=UTC)
