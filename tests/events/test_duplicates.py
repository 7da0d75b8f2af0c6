"""Identity, duplicates, conflicts: in a batch, between batches, in any order."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

from engine.events import IngestOptions, entries

Make = Callable[..., dict[str, Any]]


def test_duplicate_and_conflict_within_a_batch_and_with_history(log: Any, event: Make) -> None:
    other = event(data={"bytes": "11", "region": "eu"})
    first = log.take([event(), event(), other])
    assert (first.accepted, first.duplicates, first.conflicts) == (1, 1, 1)
    second = log.take([other, event(), event("e2")])
    assert (second.accepted, second.duplicates, second.conflicts) == (1, 1, 1)
    assert log.rows()[0]["data"] == '{"bytes": "10.5", "region": "eu"}'
    with log.database.begin() as conn:
        found = entries(conn)
    assert len(found) == 1, "the same conflict again is the same entry"
    assert len({word for word in found[0].detail.replace(",", "").split() if len(word) == 16}) == 2


def test_same_content_in_another_form_is_a_duplicate(log: Any) -> None:
    base = '{"specversion":"1.0","id":"a","source":"/s","type":"api.call","subject":"x",'
    one = base + '"time":"2026-10-01T12:00:00Z","data":{"bytes":1.50,"region":"eu"}}'
    two = base + '"time":"2026-10-01T14:00:00.000+02:00","data":{ "region":"\\u0065u", "bytes":15e-1}}'
    report = log.take(f"{one}\n{two}\n".encode())
    assert (report.accepted, report.duplicates, report.conflicts) == (1, 1, 0)


def test_a_number_and_the_same_as_text_differ(log: Any, event: Make) -> None:
    report = log.take([event(data={"bytes": 1}), event(data={"bytes": "1"})])
    assert report.conflicts == 1


def test_same_id_of_another_source_is_another_event(log: Any, event: Make) -> None:
    assert log.take([event(), event(source="/other"), event(source="/gwe", id="1"), event("e1")]).accepted == 3


def test_extensions_belong_to_the_content_and_are_kept(log: Any, event: Make) -> None:
    report = log.take([event(), event(retracts="e0"), event("e2", retracts="e0", datacontenttype="application/json")])
    assert (report.accepted, report.conflicts) == (2, 1)
    assert [row["ext"] for row in log.rows()] == [None, '{"retracts":"e0"}']


def test_any_order_split_and_redelivery_stores_the_same(new_log: Callable[[str], Any], event: Make) -> None:
    made = [
        event(f"e{n}", subject=f"s{n % 7}", time=f"2026-10-{1 + n % 3:02d}T{n % 24:02d}:00:00Z", data={"bytes": n})
        for n in range(200)
    ]
    wanted = new_log("a")
    wanted.take(made)
    shuffled = new_log("b")
    mixed = made * 2
    random.Random(4).shuffle(mixed)
    for start in range(0, len(mixed), 61):
        shuffled.take(mixed[start : start + 61], options=IngestOptions(batch_events=20, block_bytes=1_000))
    columns = "id, source, subject, time, digest, n_bytes, data"
    by_id = {row["id"]: row for row in wanted.rows(f"seq, {columns}")}
    other = {row["id"]: row for row in shuffled.rows(f"seq, {columns}")}
    for row in (*by_id.values(), *other.values()):
        del row["seq"]
    assert by_id == other and len(other) == 200


def test_within_a_batch_the_files_do_not_depend_on_the_order(new_log: Callable[[str], Any], event: Make) -> None:
    made = [event(f"e{n}", subject=f"s{n % 5}") for n in range(50)]
    one, two = new_log("a"), new_log("b")
    one.take(made)
    two.take(made[::-1])
    assert one.hashes() == two.hashes() and one.hashes()


def test_a_key_collision_is_no_duplicate(log: Any, event: Make, monkeypatch: Any) -> None:
    from engine.events import check

    monkeypatch.setattr(check, "_QUERY", check._QUERY.replace(check.KEY, "5::UBIGINT"))
    assert log.take([event("a"), event("b"), event("a")]).accepted == 2
    report = log.take([event("b"), event("c")])
    assert (report.accepted, report.duplicates) == (1, 1)


def test_seq_grows_from_batch_to_batch(log: Any, event: Make) -> None:
    log.take([event("z")])
    log.take(b"".join(json.dumps(event(name)).encode() + b"\n" for name in "ab"))
    assert [(row["seq"], row["id"]) for row in log.rows()] == [(1, "z"), (2, "a"), (3, "b")]
