"""Events retracted and amended: before the invoice, after it, and asked as of different moments."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.corrections.kit import DAY, correct, difference, late, with_clause
from tests.workspace.kit import World, plain, world

OWN = with_clause("charge on own invoice")


@pytest.fixture
def used(tmp_path: Path) -> World:
    """One customer with calls of 20 (e1) and 7 (e2) in October, not billed."""
    made = world(tmp_path)
    made.publish(OWN)
    made.subscribe({"id": "s", "customer": "ann", "plan": "basic", "start": "2026-10-01"})
    late(made, 20, 7)
    return made


def withdraw(made: World, *events: dict[str, Any]) -> dict[str, Any]:
    """Take in events that withdraw others."""
    for more in events:
        made.count += 1
        base = {"specversion": "1.0", "id": f"w{made.count}", "source": "test", "subject": "ann", "time": DAY}
        made.events.append(base | more)
    return made.ingest()


def retraction(ident: str, **more: Any) -> dict[str, Any]:
    return {"type": "ratebook.retraction", "data": {"id": ident}, **more}


def amendment(ident: str, n: int, **more: Any) -> dict[str, Any]:
    return {"type": "api.call", "amends": ident, "data": {"n": n}, **more}


def test_a_retracted_event_is_not_billed_and_the_line_says_so(used: World) -> None:
    assert withdraw(used, retraction("e2"))["accepted"] == 1
    used.run("2026-10")
    assert used.amounts() == {"s": ["calls 2"]}
    [why] = used.do("explain", "INV-000001/1")["unbilled"]
    assert (why["why"], why["sentence"]) == ("withdrawn", "1 event was retracted or amended")
    used.prove("2026-10")


def test_an_amended_event_counts_as_amended_and_may_be_amended_again(used: World) -> None:
    withdraw(used, amendment("e2", 9, id="a1"))
    withdraw(used, amendment("a1", 11, id="a2"))
    used.run("2026-10")
    assert used.amounts() == {"s": ["calls 3.1"]}
    used.prove("2026-10")


def test_a_run_as_of_before_the_withdrawal_still_counts_the_event(used: World) -> None:
    withdraw(used, retraction("e2"))
    used.run("2026-10", "--as-of", "2")
    assert used.amounts() == {"s": ["calls 2.7"]}
    used.prove("2026-10")
    assert difference(correct(used)) == Decimal("-0.70")
    used.prove("2026-10", most=1)


def test_after_the_invoice_a_withdrawal_is_corrected(used: World) -> None:
    used.run("2026-10")
    withdraw(used, retraction("e1"), amendment("e2", 8))
    report = correct(used)
    assert (report["decisions"], difference(report)) == ({"note": 1}, Decimal("-1.90"))
    assert used.do("verify")["findings"] == []
    used.prove("2026-10", most=1)


def test_a_retraction_long_after_is_found_too(used: World) -> None:
    used.run("2026-10")
    withdraw(used, retraction("e1", time="2026-11-30T00:00:00Z"))
    assert difference(correct(used)) == Decimal("-2.00")


def test_event_and_retraction_in_one_delivery_in_any_order(used: World) -> None:
    used.use("ann", DAY, n=50)
    report = withdraw(used, retraction("e3"))
    assert report["accepted"] == 2
    used.count += 1
    other = {"specversion": "1.0", "id": "late", "source": "test", "type": "api.call", "subject": "ann", "time": DAY}
    report = withdraw(used, retraction("late", id="first"), other | {"data": {"n": 40}})
    assert report["accepted"] == 2
    used.run("2026-10")
    assert used.amounts() == {"s": ["calls 2.7"]}


def test_the_same_retraction_twice_is_a_duplicate_another_is_refused(used: World) -> None:
    withdraw(used, retraction("e1", id="r"))
    assert withdraw(used, retraction("e1", id="r"))["duplicates"] == 1
    refused = withdraw(used, retraction("e1", id="r2"))
    assert refused["reasons"] == {"already-withdrawn": 1}
    [entry] = used.do("quarantine")["entries"]
    assert entry["detail"] == "e1 of test"


def test_the_max_of_a_meter_falls_back_to_the_next(tmp_path: Path) -> None:
    made = world(tmp_path)
    made.publish(OWN.replace("measure sum of n as call", "measure max of n as call"))
    made.subscribe({"id": "s", "customer": "ann", "plan": "basic", "start": "2026-10-01"})
    late(made, 20, 7)
    made.run("2026-10")
    withdraw(made, retraction("e1"))
    assert plain(difference(correct(made))) == "-1.3"
