"""A run is of what it pinned: later events, imports and publications change neither its lines nor its proof."""

from __future__ import annotations

from pathlib import Path

from tests.workspace.kit import BOOK, World, plain, small, world

SECOND = BOOK.replace("version 1 from 2026-01-01", "version 2 from 2026-11-01").replace("0.10", "0.20")
MIDDLE = BOOK.replace("version 1 from 2026-01-01", "version 2 from 2026-10-16").replace("0.10", "0.20")


def test_later_events_imports_and_books_leave_an_old_run_proved(tmp_path: Path) -> None:
    made = small(tmp_path)
    before = made.run("2026-10")
    lines = made.lines()
    made.publish(SECOND, name="2.rate")
    made.subscribe(
        {"id": "s_ann", "customer": "ann", "plan": "basic", "start": "2026-10-10", "timezone": "Asia/Tokyo"},
        {"id": "s_bob", "customer": "bob", "plan": "basic", "start": "2026-01-01", "end": "2026-10-01"},
    )
    made.use("ann", "2026-10-07T00:00:00Z", n=1000)
    made.use("ann", "2026-11-07T00:00:00Z", n=1)
    made.ingest()
    made.prove("2026-10")
    assert made.lines() == lines
    assert made.run("2026-10") == {**before, "already": True, "steps": []}
    made.run("2026-11")
    assert made.amounts() == {"s_ann": ["calls 1", "calls 0.2"], "s_bob": ["calls 2"]}
    made.prove("2026-10", "2026-11")


def test_late_events_are_not_billed_again_and_another_seq_is_refused(tmp_path: Path) -> None:
    made = small(tmp_path)
    first = made.run("2026-10")
    made.use("ann", "2026-10-20T00:00:00Z", n=5)
    assert made.ingest()["seq"] == 3
    assert made.run("2026-10")["already"]
    refused = made.run("2026-10", "--as-of", "3", code=1)["error"]
    assert refused["code"] == "RBR03"
    assert refused["message"] == "2026-10 is billed as of seq 2, not 3"
    assert made.run("2026-10", "--as-of", "2")["digest"] == first["digest"]


def test_the_same_seq_gives_the_same_bytes_in_another_workspace(tmp_path: Path) -> None:
    first, second = small(tmp_path / "a"), small(tmp_path / "b")
    second.use("ann", "2026-10-09T00:00:00Z", n=7)
    second.ingest()
    assert second.run("2026-10", "--as-of", "2")["digest"] == first.run("2026-10")["digest"]
    assert second.run("2026-11", "--as-of", "99", code=1)["error"]["code"] == "RBR04"


def dated_twice(folder: Path) -> World:
    """Usage on both sides of a second version of the book from 16 October on."""
    made = world(folder)
    made.publish()
    made.publish(MIDDLE, name="2.rate")
    made.subscribe({"id": "s", "customer": "ann", "plan": "basic", "start": "2026-01-01"})
    made.use("ann", "2026-10-15T23:59:59Z", n=10)
    made.use("ann", "2026-10-16T00:00:00Z", n=10)
    made.ingest()
    return made


def test_each_line_names_the_version_in_force_at_its_start(tmp_path: Path) -> None:
    made = dated_twice(tmp_path)
    made.run("2026-10")
    with made.workspace() as workspace:
        digests = {f"{b.name}/{b.version}": b.digest for b in workspace.books}
    found = [(x["book_version"], plain(x["amount"]), x["price_digest"]) for x in made.lines()]
    assert found == [("calls/1", "1", digests["calls/1"]), ("calls/2", "2", digests["calls/2"])]
    made.prove("2026-10")


def test_a_second_dated_plan_in_one_book_cuts_the_period(tmp_path: Path) -> None:
    made = world(tmp_path)
    plan = BOOK[BOOK.index("plan basic") :]
    later = plan.replace("plan basic", "plan basic from 2026-10-16").replace("0.10", "0.30")
    made.publish(BOOK.replace("plan basic", "plan basic from 2026-01-01 through 2026-10-15") + later)
    made.subscribe({"id": "s", "customer": "ann", "plan": "basic", "start": "2026-01-01"})
    made.use("ann", "2026-10-15T12:00:00Z", n=10)
    made.use("ann", "2026-10-16T12:00:00Z", n=10)
    made.ingest()
    made.run("2026-10")
    assert made.amounts() == {"s": ["calls 1", "calls 3"]}
    made.prove("2026-10")


def test_a_meter_that_only_the_earlier_version_has_is_still_read(tmp_path: Path) -> None:
    made = world(tmp_path)
    made.publish()
    made.publish(MIDDLE.replace("meter calls", "meter requests").replace("for calls", "for requests"), name="2.rate")
    made.subscribe({"id": "s", "customer": "ann", "plan": "basic", "start": "2026-01-01"})
    made.use("ann", "2026-10-02T12:00:00Z", n=10)
    made.use("ann", "2026-10-20T12:00:00Z", n=10)
    made.ingest()
    made.run("2026-10")
    made.prove("2026-10")
    assert made.amounts() == {"s": ["calls 1", "calls 2"]}


def test_days_before_the_book_begins_have_no_price(tmp_path: Path) -> None:
    made = world(tmp_path)
    made.publish(BOOK.replace("2026-01-01", "2026-10-16"))
    made.subscribe({"id": "s", "customer": "ann", "plan": "basic", "start": "2026-10-01"})
    made.use("ann", "2026-10-02T12:00:00Z", n=10)
    made.ingest()
    [problem] = made.run("2026-10", code=1)["problems"]
    assert (problem["subscription"], problem["code"]) == ("s", "RBR07")
    assert problem["message"] == "no version of book calls is in force from 2026-10-01"
