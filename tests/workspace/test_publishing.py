"""Sealed versions, four eyes for corrections, and the history of both."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workspace.kit import BOOK, World, ratebook, world

FEBRUARY = BOOK.replace("version 1 from 2026-01-01", "version 2 from 2026-02-01").replace("0.10", "0.08")
PLACE = "calls/2"


@pytest.fixture
def billed(tmp_path: Path) -> World:
    """October is billed under version 1."""
    made = world(tmp_path)
    made.publish()
    made.subscribe({"id": "s", "customer": "ann", "plan": "basic", "start": "2026-10-01"})
    made.use("ann", "2026-10-05T00:00:00Z", n=20)
    made.ingest()
    made.run("2026-10")
    return made


def states(made: World) -> list[tuple[str, str]]:
    """(version, state) of the history."""
    return [(f"{v['book']}/{v['version']}", v["state"]) for v in made.do("history")["versions"]]


def test_a_version_in_a_billed_past_needs_a_reason(billed: World) -> None:
    refused = billed.publish(FEBRUARY, name="2.rate", code=1)["error"]
    assert refused["code"] == "RBW04" and "--reason" in refused["hint"]
    assert states(billed) == [("calls/1", "published")]


def test_a_correction_waits_for_another_person(billed: World) -> None:
    [proposed] = billed.publish(FEBRUARY, "--reason", "typo", "--actor", "ann", name="2.rate")["published"]
    assert proposed["proposed"] and not proposed["published"]
    assert states(billed) == [("calls/1", "published"), (PLACE, "pending")]
    own = billed.do("approve", PLACE, "--actor", "Ann ", code=1)["error"]
    assert own["code"] == "RBW08"
    assert billed.do("approve", PLACE, "--actor", "bob", "--now", "2026-12-02T00:00:00Z")["published"]
    last = billed.do("history")["versions"][-1]
    assert (last["state"], last["by"], last["approved_by"], last["reason"]) == ("published", "ann", "bob", "typo")
    assert billed.do("approve", PLACE, "--actor", "bob", code=1)["error"]["code"] == "RBW09"
    assert billed.do("verify")["verified"]


def test_proposing_twice_is_proposing_once_and_a_new_text_replaces_the_old(billed: World) -> None:
    for _ in range(2):
        billed.publish(FEBRUARY, "--reason", "typo", "--actor", "ann", name="2.rate")
    better = FEBRUARY.replace("0.08", "0.07")
    [again] = billed.publish(better, "--reason", "typo", "--actor", "ann", name="2.rate")["published"]
    assert states(billed) == [("calls/1", "published"), (PLACE, "pending")]
    assert billed.do("approve", PLACE, "--actor", "bob")["digest"] == again["digest"]


def test_a_rejected_correction_is_remembered_and_may_be_proposed_again(billed: World) -> None:
    billed.publish(FEBRUARY, "--reason", "typo", "--actor", "ann", name="2.rate")
    assert billed.do("approve", PLACE, "--actor", "bob", "--reject", "not agreed")["rejected"]
    last = billed.do("history")["versions"][-1]
    assert (last["state"], last["reason"]) == ("rejected", "not agreed")
    assert billed.do("approve", PLACE, "--actor", "bob", code=1)["error"]["code"] == "RBW09"
    later = "2026-12-02T00:00:00Z"
    billed.do("publish", billed.file("2.rate", FEBRUARY), "--reason", "agreed now", "--actor", "ann", "--now", later)
    assert billed.do("approve", PLACE, "--actor", "bob", "--now", later)["published"]


def test_one_command_may_name_both_people_but_not_one_twice(billed: World) -> None:
    both = ("--reason", "typo", "--actor", "ann", "--approved-by")
    assert billed.publish(FEBRUARY, *both, "ann", name="2.rate", code=1)["error"]["code"] == "RBW08"
    assert billed.publish(FEBRUARY, *both, "bob", name="2.rate")["published"][0]["published"]


def test_a_version_published_meanwhile_closes_the_way_for_a_proposal(billed: World) -> None:
    march = FEBRUARY.replace("2026-02-01", "2026-03-01").replace("version 2", "version 3")
    billed.publish(march, "--reason", "typo", "--actor", "ann", name="3.rate")
    after = march.replace("version 3", "version 4").replace("2026-03-01", "2026-02-01")
    billed.publish(after, "--reason", "typo", "--actor", "ann", "--approved-by", "bob", name="4.rate")
    assert billed.do("approve", "calls/3", "--actor", "bob", code=1)["error"]["code"] == "RBW03"
    assert (("calls/3", "pending")) in states(billed)


def test_a_version_of_the_future_needs_nobody_and_an_error_publishes_nothing(billed: World) -> None:
    spring = FEBRUARY.replace("2026-02-01", "2027-02-01")
    wrong = billed.file("3.rate", spring.replace("version 2", "version 3").replace("USD 0.08", "EUR 0.08"))
    good = billed.file("2.rate", spring)
    assert ratebook("publish", billed.path, good, wrong, "--json").code == 1
    assert states(billed) == [("calls/1", "published")]
    assert billed.publish(spring, name="2.rate")["published"][0]["published"]


def test_the_history_reads_as_a_table(billed: World) -> None:
    billed.publish(FEBRUARY, "--reason", "typo", "--actor", "ann", name="2.rate")
    text = ratebook("history", billed.path, "calls").out
    assert "calls/2  pending    2026-02-01  2026-12-01T00:00:00Z  ann" in text
    assert ratebook("history", billed.path, "nothing").out == "no book is published\n"
