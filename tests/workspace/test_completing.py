"""A period with accounts that could not be billed is completed by running it again: the missing ones, nothing twice."""

from __future__ import annotations

from pathlib import Path

from tests.workspace.kit import BOOK, World, world

REGIONS = (
    BOOK.replace("unit call\n", "unit call\ndimension region { eu, us }\n")
    .replace("as call\n", "as call\n  by region\n")
    .replace(
        "price USD 0.10 per call\n",
        "price matrix by region {\n      eu: USD 0.10 per call\n      us: USD 0.20 per call\n    }\n",
    )
)
MENDED = (
    REGIONS.replace("version 1", "version 2")
    .replace("{ eu,", "{ ap, eu,")
    .replace("      us:", "      ap: USD 0.30 per call\n      us:")
)


def stuck(folder: Path) -> World:
    """October for ann, bob and cid, where bob's usage has a region that no row prices; billed."""
    made = world(folder)
    made.publish(REGIONS)
    made.subscribe(
        *({"id": f"s_{c}", "customer": c, "plan": "basic", "start": "2026-01-01"} for c in ("ann", "bob", "cid"))
    )
    for customer, region in (("ann", "eu"), ("bob", "ap"), ("bob", "eu"), ("cid", "us")):
        made.use(customer, "2026-10-05T00:00:00Z", n=10, region=region)
    made.ingest()
    report = made.run("2026-10", code=1)
    assert report["run"] == "run-2026-10"
    assert [(p["subscription"], p["code"]) for p in report["problems"]] == [("s_bob", "RBQ02")]
    return made


def numbers(made: World) -> list[tuple[str, str, str]]:
    """(number, subscription, run) of all invoices."""
    return [(i["number"], i["subscription"], i["run"]) for i in made.invoices()]


def test_usage_without_a_price_stops_its_account_and_only_it(tmp_path: Path) -> None:
    made = stuck(tmp_path)
    assert numbers(made) == [("INV-000001", "s_ann", "run-2026-10"), ("INV-000002", "s_cid", "run-2026-10")]
    made.prove("2026-10")


def test_running_again_before_anything_is_mended_changes_nothing(tmp_path: Path) -> None:
    made = stuck(tmp_path)
    with made.workspace() as workspace:
        head = workspace.store.head()
    report = made.run("2026-10", code=1)
    assert (report["run"], report["already"], len(report["problems"])) == ("run-2026-10", True, 1)
    with made.workspace() as workspace:
        assert workspace.store.head() == head
    assert sorted(p.name for p in (made.path / "lines").iterdir()) == ["run-2026-10"]


def test_a_correction_of_the_book_lets_the_missing_account_be_billed(tmp_path: Path) -> None:
    made = stuck(tmp_path)
    assert made.publish(MENDED, code=1)["error"]["code"] == "RBW03"
    made.publish(MENDED, "--reason", "the region ap was forgotten", "--approved-by", "cfo")
    report = made.run("2026-10")
    assert (report["run"], report["invoices"], report["total"]) == ("run-2026-10-2", 1, {"USD": "4.00"})
    assert numbers(made)[2] == ("INV-000003", "s_bob", "run-2026-10-2")
    assert [x["book_version"] for x in made.lines()] == ["calls/1", "calls/1", "calls/2"]
    made.prove("2026-10")
    again = made.run("2026-10")
    assert (again["already"], again["digest"]) == (True, report["digest"])
    assert len(made.invoices()) == 3


def test_a_corrected_subscription_is_billed_too_and_late_events_of_the_others_are_not(tmp_path: Path) -> None:
    made = stuck(tmp_path)
    made.publish(
        BOOK.replace("book calls", "book flat").replace("plan basic", "plan flat").replace("0.10", "1"), name="f.rate"
    )
    made.subscribe({"id": "s_bob", "customer": "bob", "plan": "flat", "start": "2026-01-01"})
    made.use("ann", "2026-10-06T00:00:00Z", n=1000, region="eu")
    made.ingest()
    assert made.run("2026-10")["total"] == {"USD": "20.00"}
    assert [n[1] for n in numbers(made)] == ["s_ann", "s_cid", "s_bob"]
    made.prove("2026-10")


def test_a_subscription_that_comes_to_be_known_later_is_billed_in_a_run_of_its_own(tmp_path: Path) -> None:
    made = stuck(tmp_path)
    made.subscribe(
        {"id": "s_dan", "customer": "dan", "plan": "basic", "start": "2026-10-10"},
        {"id": "s_eve", "customer": "eve", "plan": "basic", "start": "2026-11-01"},
        customers=[{"id": "dan"}, {"id": "eve"}],
    )
    made.use("dan", "2026-10-11T00:00:00Z", n=1, region="eu")
    made.ingest()
    report = made.run("2026-10", code=1)
    assert (report["run"], report["invoices"], len(report["problems"])) == ("run-2026-10-2", 1, 1)
    assert made.run("2026-11", code=0)["invoices"] == 0
    made.prove("2026-10", "2026-11")


def test_one_bad_week_stops_all_weeks_of_the_account(tmp_path: Path) -> None:
    made = world(tmp_path)
    weekly = REGIONS.replace("bill monthly", "bill weekly")
    made.publish(weekly)
    made.subscribe({"id": "s", "customer": "ann", "plan": "basic", "start": "2026-01-01"})
    for day, region in (("05", "eu"), ("12", "ap"), ("19", "eu")):
        made.use("ann", f"2026-10-{day}T00:00:00Z", n=10, region=region)
    made.ingest()
    assert made.run("2026-10", code=1)["invoices"] == 0
    made.publish(MENDED.replace("bill monthly", "bill weekly"), "--reason", "forgotten", "--approved-by", "cfo")
    assert made.run("2026-10")["total"] == {"USD": "5.00"}
    assert len(made.invoices()) == 3
    made.prove("2026-10")


def test_periods_that_share_days_are_refused(tmp_path: Path) -> None:
    made = stuck(tmp_path)
    for other in ("2026-Q4", "2026-10-31", "2026", "2026-10-01..2026-10-31"):
        refused = made.run(other, code=1)["error"]
        assert refused["code"] == "RBR02", other
        assert refused["message"] == f"{other} shares days with 2026-10, which is billed"
    assert made.run("2026-11..2026-12", code=1)["error"]["code"] == "RBR01"
