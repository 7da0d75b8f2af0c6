"""What an invoice would be under another reading."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.workspace.kit import BOOK, NOW, World, ratebook, world

DAY = "2026-10-05T00:00:00Z"
TIERED = BOOK.replace(
    "price USD 0.10 per call",
    "price graduated {\n      up to 25 call: USD 0.10 per call\n      above 25 call: USD 0.04 per call\n    }",
).replace("  charge calls {", "  charge fee {\n    price flat USD 31\n  }\n  charge calls {")


@pytest.fixture
def billed(tmp_path: Path) -> World:
    """e1 of 20 and e2 of 10 calls, billed with a fee for 22 of 31 days."""
    made = world(tmp_path)
    made.publish(TIERED)
    made.subscribe({"id": "s", "customer": "ann", "plan": "basic", "start": "2026-10-10"})
    for n in (20, 10):
        made.use("ann", "2026-10-15T00:00:00Z", n=n)
    made.ingest()
    made.run("2026-10")
    return made


def asked(made: World, *more: str) -> tuple[Decimal, Decimal, dict[str, Any]]:
    """(billed, otherwise, whole answer)."""
    told = made.do("dispute", "INV-000001", *more)
    assert sum(Decimal(r["difference"]) for r in told["lines"]) == Decimal(told["difference"])
    return Decimal(told["billed"]), Decimal(told["otherwise"]), told


def test_as_billed_is_no_difference(billed: World) -> None:
    before, after, told = asked(billed)
    assert (before, after, told["difference"]) == (Decimal("24.70"), Decimal("24.70"), "0.00")


def test_without_an_event_the_tiers_are_filled_anew(billed: World) -> None:
    assert asked(billed, "--without", "e1")[:2] == (Decimal("24.70"), Decimal("23.00"))
    assert asked(billed, "--without", "e1", "--without", "e2")[1] == Decimal("22.00")


def test_another_content_of_an_event(billed: World) -> None:
    _, after, told = asked(billed, "--instead", "e2:n=15.5")
    assert (after, told["reading"]) == (Decimal("24.92"), ["event e2 with n = 15.5"])


def test_another_count_of_days(billed: World) -> None:
    assert asked(billed, "--prorate", "full")[1] == Decimal("33.70")
    assert asked(billed, "--prorate", "30/360")[1] == Decimal("24.40")
    assert asked(billed, "--prorate", "daily of 30 days")[1] == Decimal("25.43")


def test_what_was_known_before_and_what_is_known_now(billed: World) -> None:
    billed.use("ann", "2026-10-16T00:00:00Z", n=100)
    billed.ingest()
    assert asked(billed, "--as-of", "1")[1] == Decimal("24.00")
    assert asked(billed, "--as-of", "3")[1] == Decimal("28.70")


def test_another_version_of_the_book(billed: World) -> None:
    dearer = TIERED.replace("0.10", "0.20")
    mended = dearer.replace("version 1 from 2026-01-01", "version 2 from 2026-02-01")
    billed.do("publish", billed.file("2.rate", mended), "--now", NOW, "--reason", "x", "--approved-by", "cfo")
    assert asked(billed, "--version", "calls/2")[1] == Decimal("27.20")
    later = dearer.replace("version 1 from 2026-01-01", "version 3 from 2027-01-01")
    billed.do("publish", billed.file("3.rate", later), "--now", NOW)
    assert billed.do("dispute", "INV-000001", "--version", "calls/3", code=1)["error"]["code"] == "RBR07"


def test_the_other_of_two_conflicting_events(billed: World) -> None:
    billed.use("ann", "2026-10-15T00:00:00Z", n=40)
    billed.events[-1]["id"] = "e2"
    assert billed.ingest()["reasons"] == {"conflict": 1}
    [entry] = billed.do("quarantine")["entries"]
    assert asked(billed, "--take", entry["entry"])[1] == Decimal("25.90")


def test_what_is_not_there_is_refused(billed: World) -> None:
    assert billed.do("dispute", "INV-000001", "--without", "e9", code=1)["error"]["code"] == "RBP10"
    assert billed.do("dispute", "INV-000001", "--version", "calls/9", code=1)["error"]["code"] == "RBP10"
    assert billed.do("dispute", "INV-000009", code=1)["error"]["code"] == "RBP01"
    for wrong in (("--prorate", "weekly"), ("--instead", "e1"), ("--version", "calls")):
        assert ratebook("dispute", billed.path, "INV-000001", *wrong).code == 2


def test_nothing_changes_by_asking_and_a_page_can_be_sent(billed: World, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    text = ratebook("dispute", billed.path, "INV-000001", "--without", "e1", "--html", page).out
    assert text.splitlines()[0] == "INV-000001 for ann, USD: without event e1"
    assert text.splitlines()[-1].split() == ["due", "24.70", "23.00", "-1.70"]
    assert "without event e1" in page.read_text()
    billed.prove("2026-10")
