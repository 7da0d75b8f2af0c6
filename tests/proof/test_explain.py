"""Explanations: every kind of line agrees at all levels; events under a line are those it counted; why not billed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.workspace.kit import BOOK, World, ratebook, world

KINDS = """
book kinds version 1 from 2026-01-01
currency USD
timezone "UTC"
unit call
unit seat
feature seats licensed seat
meter calls {
  events "api.call"
  where sort = "paid"
  measure sum of n as call
}
meter users {
  events "api.call"
  measure unique of who as call
}
meter peak {
  events "api.call"
  measure sum of n as call over tumbling 1 hour then max
}
plan all {
  bill monthly in arrears on day 1
  minimum USD 500
  charge calls "Calls" {
    for calls
    free 5 call
    price graduated {
      up to 10 call: USD 1 per call
      above 10 call: USD 0.30 per call
    }
    discount 10%
    cap USD 12
    taxed as vat
  }
  charge users "Users" {
    for users
    price USD 2 per call
  }
  charge peak "Peak" {
    for peak
    price USD 3 per call
    taxed as vat
  }
  charge seats "Seats" {
    for licensed seat
    price USD 10 per seat
  }
  charge fee "Fee" {
    price flat USD 9.99
  }
  charge setup "Set-up" {
    price flat USD 50 once
  }
}
tax vat "VAT" 20%
coupon ten {
  discount 10% on fee
  forever
}
"""


@pytest.fixture
def made(tmp_path: Path) -> World:
    """One invoice with a line of every kind, and events of every fate."""
    found = world(tmp_path)
    found.publish(KINDS)
    found.subscribe({"id": "s", "customer": "ann", "plan": "all", "start": "2026-10-03", "licensed": "2 seat",
                     "coupons": "ten"})  # fmt: skip
    found.use("ann", "2026-10-01T00:00:00Z", n=9, who="early", sort="paid")
    for day, n, who, sort in ((5, 10, "x", "paid"), (6, 15, "y", "paid"), (7, 1, "x", "test"), (8, 2, "z", "paid")):
        found.use("ann" if day != 8 else "s", f"2026-10-{day:02}T00:00:00Z", n=n, who=who, sort=sort)
    found.ingest()
    found.run("2026-10")
    found.use("ann", "2026-10-09T00:00:00Z", n=1, who="late", sort="paid")
    found.ingest()
    return found


def explained(made: World) -> list[dict[str, Any]]:
    """Every line of the invoice, explained."""
    return [made.do("explain", line["line"]) for line in made.lines()]


def test_every_kind_of_line_agrees_at_every_level(made: World) -> None:
    found = explained(made)
    kinds = {x["kind"] for x in found}
    assert kinds == {"usage", "recurring", "licensed", "one_time", "discount", "minimum", "cap", "coupon", "tax"}
    for line in found:
        assert line["agrees"], line
        assert {level["amount"] for level in line["levels"]} == {line["amount"]}
        assert line["price"]["book"] == "kinds/1"
        assert line["rule"] is None or line["rule"]["file"] == "kinds/1.rate"
    invoice = made.do("explain", "INV-000001")
    assert invoice["agrees"]
    assert invoice["steps"][-1]["sum"] == invoice["due"] == invoice["recomputed"]
    made.prove("2026-10")


def test_the_curve_of_a_tiered_line_sums_to_it(made: World) -> None:
    [calls] = [x for x in explained(made) if x["kind"] == "usage" and x["charge"] == "calls"]
    # 27 counted, 5 free: ten at 1 and twelve at 0.30
    assert [(p["quantity"], p["amount"]) for p in calls["curve"]] == [("10 call", "10"), ("12 call", "3.6")]
    assert (calls["amount"], calls["exact"]) == ("13.60", "13.60")
    assert calls["rule"]["text"].startswith("charge calls")


def test_the_events_are_those_that_counted(made: World) -> None:
    lines = {x["charge"]: x for x in explained(made) if x["kind"] == "usage"}
    assert [e["id"] for e in lines["calls"]["events"]["page"]] == ["e2", "e3", "e5"]
    assert lines["calls"]["events"]["count"] == 3
    # the third event is of a user who came before
    assert [e["id"] for e in lines["users"]["events"]["page"]] == ["e2", "e3", "e5"]
    assert [e["id"] for e in lines["peak"]["events"]["page"]] == ["e2", "e3", "e4", "e5"]
    assert lines["calls"]["events"]["page"][0]["values"] == {"n": "10"}


def test_what_was_not_billed_and_why(made: World) -> None:
    lines = {x["charge"]: x for x in explained(made) if x["kind"] == "usage"}
    assert [(u["why"], u.get("events", u.get("quantity"))) for u in lines["calls"]["unbilled"]] == [
        ("free", "5 call"), ("filtered", 1), ("outside", 1), ("late", 1),
    ]  # fmt: skip
    assert [u["why"] for u in lines["peak"]["unbilled"]] == ["outside", "late"]


def test_pages_follow_each_other(made: World) -> None:
    [line] = [x["line"] for x in made.lines() if x["charge"] == "peak" and x["kind"] == "usage"]
    found, cursor = [], ""
    while True:
        events = made.do("explain", line, "--limit", "3", "--cursor", cursor)["events"]
        found += [e["id"] for e in events["page"]]
        cursor = events["next"] or ""
        if not cursor:
            break
    assert found == ["e2", "e3", "e4", "e5"]
    assert made.do("explain", line, "--cursor", "x", code=2)["error"]["code"] == "RBC01"
    assert made.do("explain", line, "--limit", "0", code=2)["error"]["code"] == "RBC01"


def test_a_level_shows_the_event_that_carried_it_in(tmp_path: Path) -> None:
    made = world(tmp_path)
    made.publish(BOOK.replace("measure sum of n as call", "measure time_weighted of n as call"))
    made.subscribe({"id": "s", "customer": "ann", "plan": "basic", "start": "2026-01-01"})
    made.use("ann", "2026-08-20T00:00:00Z", n=1)
    made.use("ann", "2026-09-20T00:00:00Z", n=10)
    made.use("ann", "2026-10-16T12:00:00Z", n=30)
    made.ingest()
    made.run("2026-10")
    line = made.do("explain", "INV-000001/1")
    # half of October at 10 and half at 30
    assert (line["amount"], line["agrees"]) == ("2.00", True)
    assert [e["id"] for e in line["events"]["carried"]] == ["e2"]
    assert [e["id"] for e in line["events"]["page"]] == ["e3"]


def test_the_events_of_each_version_are_its_own(tmp_path: Path) -> None:
    made = world(tmp_path)
    made.publish()
    made.publish(
        BOOK.replace("version 1 from 2026-01-01", "version 2 from 2026-10-16").replace("0.10", "0.20"), name="2.rate"
    )
    made.subscribe({"id": "s", "customer": "ann", "plan": "basic", "start": "2026-01-01", "timezone": "Asia/Tokyo"})
    made.use("ann", "2026-10-15T14:59:59Z", n=10)
    made.use("ann", "2026-10-15T15:00:00Z", n=20)
    made.ingest()
    made.run("2026-10")
    found = [made.do("explain", f"INV-000001/{n}") for n in (1, 2)]
    assert [[e["id"] for e in line["events"]["page"]] for line in found] == [["e1"], ["e2"]]
    assert [line["price"]["book"] for line in found] == ["calls/1", "calls/2"]
    assert [line["rule"]["file"] for line in found] == ["calls/1.rate", "calls/2.rate"]
    assert all(line["agrees"] for line in found)


def test_it_reads_aloud(made: World) -> None:
    text = ratebook("explain", made.path, "INV-000001/1").out
    assert "Calls, USD 13.60 (exact 13.60)" in text
    assert "rule    kinds/1.rate:" in text
    assert "window  2026-10-03T00:00:00Z to 2026-11-01T00:00:00Z (UTC)" in text
    assert "not billed  5 call are inside the free allowance" in text
    assert "not billed  1 event does not pass the meter's filter, or lacks the number it measures" in text
    assert "agrees at every level" in text
