"""Estimates, and how good the data is."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tests.workspace.kit import BOOK, World, ratebook, world


def used(tmp_path: Path) -> World:
    made = world(tmp_path)
    made.publish(BOOK)
    made.subscribe({"id": "s", "customer": "ann", "plan": "basic", "start": "2026-10-01"})
    made.use("ann", "2026-10-05T00:00:00Z", n=20)
    made.ingest()
    return made


def bytes_of(made: World) -> str:
    """All that is on disk."""
    files = sorted(p for p in made.path.rglob("*") if p.is_file() and not p.name.startswith("ratebook.db-"))
    return hashlib.sha256(b"".join(str(p).encode() + p.read_bytes() for p in files)).hexdigest()


def test_an_estimate_is_what_the_run_then_bills_and_leaves_no_trace(tmp_path: Path) -> None:
    made = used(tmp_path)
    before = bytes_of(made)
    report = made.do("estimate", "--period", "2026-10")
    assert bytes_of(made) == before
    assert (report["estimate"], report["total"], report["invoices"]) == (True, {"USD": "2.00"}, 1)
    billed = made.run("2026-10")
    assert {k: billed[k] for k in ("total", "invoices", "lines")} == {
        k: report[k] for k in ("total", "invoices", "lines")
    }


def test_an_estimate_as_of_an_earlier_number_and_of_a_billed_period(tmp_path: Path) -> None:
    made = used(tmp_path)
    made.run("2026-10")
    made.use("ann", "2026-10-06T00:00:00Z", n=5)
    made.ingest()
    assert made.do("estimate", "--period", "2026-10")["total"] == {"USD": "2.50"}
    assert made.do("estimate", "--period", "2026-10", "--as-of", "1")["total"] == {"USD": "2.00"}
    assert made.do("estimate", "--period", "2026-10", "--as-of", "7", code=1)["error"]["code"] == "RBR04"
    assert ratebook("estimate", made.path, "--period", "2026-10").out == (
        "estimate of 2026-10 as of seq 2: 1 invoice, 1 line, USD 2.50\n"
    )


def test_a_period_that_is_not_over_is_billed_only_for_a_reason(tmp_path: Path) -> None:
    made = used(tmp_path)
    asked = ("--period", "2026-10", "--now")
    refused = made.do("run", *asked, "2026-10-31T09:59:59Z", code=1)["error"]
    assert refused["code"] == "RBR11" and "estimate" in refused["hint"]
    with made.workspace() as workspace:
        assert workspace.store.documents("run") == {}
    report = made.do("run", *asked, "2026-10-31T09:59:59Z", "--early", "the contract ends")
    assert (report["invoices"], report["complete"], report["watermark"]) == (1, False, "2026-10-04T21:00:00Z")
    with made.workspace() as workspace:
        assert workspace.store.documents("run")["run-2026-10"]["early"] == "the contract ends"
    made.prove("2026-10")


def test_a_period_is_over_when_it_is_over_in_the_first_zone_and_complete_past_the_watermark(tmp_path: Path) -> None:
    made = used(tmp_path)
    made.use("ann", "2026-11-01T03:00:00Z", n=1)
    made.ingest()
    report = made.do("run", "--period", "2026-10", "--now", "2026-10-31T10:00:00Z")
    assert (report["complete"], report["watermark"]) == (True, "2026-11-01T00:00:00Z")


def codes(made: World, *more: str) -> set[str]:
    done = ratebook("quality", made.path, "--json", *more)
    found = {f["code"] for f in done.data["findings"]}
    assert done.code == (1 if found else 0)
    return found


def test_fresh_events_have_no_finding(tmp_path: Path) -> None:
    made = used(tmp_path)
    made.use("ann", "2026-11-30T23:59:00Z", n=1)
    made.ingest()
    recent = ("--since", "2026-12-01T00:00:01Z", "--now", "2026-12-01T00:20:00Z")
    assert codes(made, *recent) == set()


def test_late_refused_and_silent_are_findings(tmp_path: Path) -> None:
    made = used(tmp_path)
    made.use("ann", "2026-10-05T00:00:00Z", n=20)
    made.events[-1]["subject"] = ""
    made.ingest()
    report = ratebook("quality", made.path, "--json", "--now", "2026-12-03T00:00:00Z").data
    assert {f["code"] for f in report["findings"]} == {"lag", "late", "refused", "idle"}
    assert (report["lag"]["events"], report["lag"]["late"], report["lag"]["p99"]) == (1, 1, 57 * 86_400)
    assert report["quarantine"] == {"no-subject": 1}
    assert "watermark" in codes(made, "--now", "2026-12-01T12:00:00Z")
    assert "in quarantine" in ratebook("quality", made.path).out


def test_an_empty_log_has_figures_too(tmp_path: Path) -> None:
    made = world(tmp_path)
    assert codes(made) == set()
    assert ratebook("quality", made.path, "--late-share", "-1").code == 2
