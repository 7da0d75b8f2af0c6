"""What stops one account stops that account alone, with a code, a sentence and where it stands in the book."""

from __future__ import annotations

from pathlib import Path

from tests.workspace.kit import BOOK, small, world


def test_an_amount_beyond_all_bounds_stops_its_account_alone(tmp_path: Path) -> None:
    made = world(tmp_path)
    made.publish(BOOK.replace("USD 0.10 per call", "USD 900_000_000 per call"))
    made.subscribe(*({"id": f"s_{c}", "customer": c, "plan": "basic", "start": "2026-01-01"} for c in ("ann", "bob")))
    made.use("ann", "2026-10-05T10:00:00Z", n="99999999999999999999999999")
    made.use("bob", "2026-10-05T10:00:00Z", n=1)
    made.ingest()
    report = made.run("2026-10", code=1)
    assert [(p["subscription"], p["code"]) for p in report["problems"]] == [("s_ann", "RBM01")]
    assert report["total"] == {"USD": "900000000.00"}
    made.prove("2026-10")


def test_a_plan_that_the_books_in_force_lack(tmp_path: Path) -> None:
    made = world(tmp_path)
    made.publish()
    renamed = BOOK.replace("version 1 from 2026-01-01", "version 2 from 2026-10-01").replace("plan basic", "plan other")
    made.publish(renamed, name="2.rate")
    made.subscribe(
        {"id": "a", "customer": "ann", "plan": "basic", "start": "2026-01-01"},
        {"id": "b", "customer": "bob", "plan": "other", "start": "2026-01-01"},
    )
    made.use("bob", "2026-10-05T10:00:00Z", n=1)
    made.ingest()
    report = made.run("2026-10", code=1)
    assert [(p["subscription"], p["code"]) for p in report["problems"]] == [("a", "RBQ04")]
    assert report["problems"][0]["message"] == "book calls has no plan `basic` in force on 2026-10-01"


def test_events_without_the_number_are_said_and_not_billed(tmp_path: Path) -> None:
    made = small(tmp_path)
    made.use("ann", "2026-10-05T11:00:00Z", other=1)
    made.use("ann", "2026-10-05T12:00:00Z", n="many")
    made.ingest()
    assert made.run("2026-10")["total"] == {"USD": "3.00"}
    [line] = [x for x in made.lines() if x["subscription"] == "s_ann"]
    assert [(u["why"], u["events"]) for u in made.do("explain", line["line"])["unbilled"]] == [("filtered", 2)]


def test_a_month_with_nothing_to_bill_is_a_run_without_invoices(tmp_path: Path) -> None:
    made = world(tmp_path)
    assert made.run("2026-10")["invoices"] == 0
    assert made.run("2026-10")["already"]
    made.publish()
    made.subscribe({"id": "s", "customer": "ann", "plan": "basic", "start": "2026-01-01"})
    made.use("ann", "2026-10-05T10:00:00Z", n=10)
    made.ingest()
    assert made.run("2026-10")["run"] == "run-2026-10-2"
    made.prove("2026-10")


def test_the_same_period_under_another_spelling(tmp_path: Path) -> None:
    made = small(tmp_path)
    made.run("2026-Q4")
    assert made.run("2026Q4", code=1)["error"]["code"] == "RBR02"
    assert made.run("2026-Q4")["already"]
