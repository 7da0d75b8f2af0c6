"""Events that come after the invoice: the difference of the whole period is billed or credited as the book says."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import delete, select

from engine.ledger import PostingKind, tables
from engine.ledger.packed import unpack
from tests.corrections.kit import BILL, balances, billed, correct, difference, documents, late, with_clause
from tests.workspace.kit import BOOK, World, ratebook

OWN = with_clause("charge on own invoice")
TIERED = OWN.replace(
    "price USD 0.10 per call",
    "price graduated { up to 25 call: USD 0.10 per call\n above 25 call: USD 0.04 per call }",
).replace("per call\n above", "per call\n      above")


def settled(made: World) -> list[tuple[str, str, str]]:
    """(decision, state, settled by) of every correction."""
    return [(c["decision"], c["state"], c["settled_by"]) for c in documents(made, "correction")]


def test_nothing_new_is_nothing_to_correct(tmp_path: Path) -> None:
    made = billed(tmp_path, OWN)
    report = correct(made)
    assert report["already"] and report["corrections"] == 0
    assert documents(made, "correction_run") == []
    made.prove("2026-10")


def test_a_late_event_is_billed_on_an_own_invoice(tmp_path: Path) -> None:
    made = billed(tmp_path, OWN)
    late(made, 5)
    report = correct(made)
    assert (report["decisions"], difference(report)) == ({"own": 1}, Decimal("0.50"))
    assert settled(made) == [("own", "settled", "INV-000002")]
    invoice = documents(made, "invoice")[1]
    assert (invoice["corrects"], Decimal(invoice["due"]), invoice["reason"]) == ("INV-000001", Decimal("0.50"), "late")
    assert sorted(balances(made).values()) == [Decimal("-2.50"), Decimal("2.50")]
    assert correct(made)["already"]
    assert made.do("verify")["findings"] == []


def test_the_whole_period_is_rated_anew_not_the_event_alone(tmp_path: Path) -> None:
    made = billed(tmp_path, TIERED)
    late(made, 10)
    assert difference(correct(made)) == Decimal("0.70")
    """5 in the first tier at 0.10, 5 in the second at 0.04."""


def test_a_line_of_no_charge_stays_when_it_is_the_same(tmp_path: Path) -> None:
    made = billed(tmp_path, OWN.replace(BILL, f"{BILL}  minimum USD 3\n"), n=10)
    late(made, 5)
    assert correct(made)["decisions"] == {"none": 1}
    [first, second] = documents(made, "correction")[0]["lines"], made.do("verify")["findings"]
    assert (first, second) == (4, [])


def test_less_usage_is_a_credit_note(tmp_path: Path) -> None:
    made = billed(tmp_path, OWN)
    late(made, -5)
    assert correct(made)["decisions"] == {"note": 1}
    [note] = documents(made, "credit_note")
    assert (note["number"], note["invoice"], Decimal(note["due"])) == ("CN-000001", "INV-000001", Decimal("-0.50"))
    assert sorted(balances(made).values()) == [Decimal("-1.50"), Decimal("1.50")]
    assert made.do("verify")["findings"] == []


def test_a_correction_of_a_correction(tmp_path: Path) -> None:
    made = billed(tmp_path, OWN)
    sums = []
    for day, n in enumerate((5, -12, 3), 2):
        late(made, n)
        sums.append(difference(correct(made, day=day)))
    assert sums == [Decimal("0.50"), Decimal("-1.20"), Decimal("0.30")]
    assert [d for d, _, _ in settled(made)] == ["own", "note", "own"]
    assert sorted(balances(made).values()) == [Decimal("-1.60"), Decimal("1.60")]
    assert made.do("verify")["findings"] == []


def test_without_a_clause_the_next_invoice_carries_it(tmp_path: Path) -> None:
    made = billed(tmp_path, BOOK)
    late(made, 5)
    assert correct(made)["decisions"] == {"next": 1}
    assert settled(made) == [("next", "pending", "")]
    late(made, 7, time="2026-11-05T00:00:00Z")
    made.run("2026-11")
    assert made.amounts() == {"s": ["calls 2", "calls 0.7", "COR-000001 0.5"]}
    assert settled(made) == [("next", "settled", "INV-000002")]
    made.prove("2026-10", "2026-11")
    assert correct(made, period="2026-11")["already"]
    late(made, 1, time="2026-11-06T00:00:00Z")
    assert difference(correct(made, period="2026-11")) == Decimal("0.10")
    assert made.do("verify")["findings"] == []


def test_a_next_invoice_may_hold_nothing_but_the_correction(tmp_path: Path) -> None:
    made = billed(tmp_path, BOOK)
    late(made, 5)
    correct(made)
    made.run("2026-11")
    assert made.amounts() == {"s": ["calls 2", "COR-000001 0.5"]}
    made.prove("2026-10", "2026-11")


def test_a_subscription_that_ended_has_no_next_invoice(tmp_path: Path) -> None:
    made = billed(tmp_path, BOOK, end="2026-10-20")
    late(made, 5)
    assert correct(made)["decisions"] == {"own": 1}


def test_small_differences_wait_until_they_are_not_small(tmp_path: Path) -> None:
    made = billed(tmp_path, with_clause("absorb below USD 1\n charge on own invoice").replace("USD 1\n ", "USD 1\n  "))
    late(made, 6)
    assert correct(made)["decisions"] == {"absorbed": 1}
    assert correct(made, day=3)["already"]
    late(made, 5)
    report = correct(made, day=4)
    assert (report["decisions"], difference(report)) == ({"own": 1}, Decimal("1.10"))
    assert settled(made) == [("absorbed", "open", ""), ("own", "settled", "INV-000002")]
    assert made.do("verify")["findings"] == []


def test_after_the_limit_nothing_is_billed_and_a_record_stays(tmp_path: Path) -> None:
    made = billed(tmp_path, with_clause("within 30 days"))
    late(made, 6)
    assert correct(made, day=1)["decisions"] == {"expired": 1}
    assert correct(made, day=2)["already"]
    assert len(made.invoices()) == 1


def test_on_the_last_day_of_the_limit_it_is_still_billed(tmp_path: Path) -> None:
    made = billed(tmp_path, with_clause("within 31 days"))
    late(made, 6)
    assert correct(made, day=1)["decisions"] == {"next": 1}


def test_a_share_of_the_invoice_is_absorbed(tmp_path: Path) -> None:
    made = billed(tmp_path, with_clause("absorb below 10%"))
    late(made, 1)
    assert correct(made)["decisions"] == {"absorbed": 1}
    late(made, 1)
    assert correct(made, day=3)["decisions"] == {"next": 1}


def test_taxes_are_corrected_with_the_lines(tmp_path: Path) -> None:
    taxed = OWN.replace("plan basic", 'tax vat "VAT" 20%\nplan basic').replace(
        "    for calls", "    for calls\n    taxed as vat"
    )
    made = billed(tmp_path, taxed)
    late(made, 5)
    assert difference(correct(made)) == Decimal("0.60")
    invoice = documents(made, "invoice")[1]
    assert [Decimal(invoice[k]) for k in ("total", "tax", "due")] == [Decimal("0.50"), Decimal("0.10"), Decimal("0.60")]
    assert sorted(balances(made).values()) == [Decimal("-2.50"), Decimal("-0.50"), Decimal("3.00")]
    assert made.do("verify")["findings"] == []


def test_the_first_usage_of_a_period_may_come_late(tmp_path: Path) -> None:
    made = billed(tmp_path, OWN, n=0)
    assert made.invoices() == []
    late(made, 5)
    assert difference(correct(made)) == Decimal("0.50")
    assert documents(made, "correction")[0]["invoice"] == ""


def test_an_event_that_changes_nothing_corrects_nothing(tmp_path: Path) -> None:
    made = billed(tmp_path, OWN.replace("measure sum of n as call", "measure max of n as call"))
    late(made, 4)
    assert correct(made)["already"]


def test_a_period_not_billed_and_a_missing_reason_are_refused(tmp_path: Path) -> None:
    made = billed(tmp_path, OWN)
    assert correct(made, period="2026-11", code=1)["error"]["code"] == "RBK01"
    refused = made.do("correct", "--period", "2026-10", "--reason", " ", code=1)["error"]
    assert refused["code"] == "RBK03"
    assert correct(made, "--as-of", "99", code=1)["error"]["code"] == "RBK02"


def test_a_correction_explains_itself_down_to_the_events(tmp_path: Path) -> None:
    made = billed(tmp_path, TIERED)
    late(made, 10)
    correct(made)
    told = made.do("explain", "COR-000001")
    assert (told["corrects"], told["due"], told["settled_by"], told["agrees"]) == (
        "INV-000001",
        "0.70",
        "INV-000002",
        True,
    )
    [change] = told["changes"]
    assert (change["billed"], change["derived"], change["difference"]) == ("2.00", "2.70", "0.70")
    assert made.do("explain", "COR-000001/1")["reverses"] == "INV-000001/1"
    line = made.do("explain", "COR-000001/2")
    assert (line["agrees"], line["amount"], line["events"]["count"], len(line["curve"])) == (True, "2.70", 2, 2)
    assert made.do("explain", "INV-000002")["sentence"] == "settles COR-000001"
    text = ratebook("explain", made.path, "COR-000001").out
    assert "usage  calls    2.00         2.70        0.70" in text and "billed on an own invoice INV-000002" in text
    assert "takes back INV-000001/1" in ratebook("explain", made.path, "COR-000001/1").out
    assert made.do("explain", "COR-000001/9", code=1)["error"]["code"] == "RBP04"


def test_a_line_of_a_correction_that_was_edited_is_found(tmp_path: Path) -> None:
    made = billed(tmp_path, OWN)
    late(made, 5)
    report = correct(made)
    assert made.do("verify", "COR-000001")["findings"] == []
    assert made.do("verify", "INV-000002")["findings"] == []
    path = made.path / report["artefact"]
    rows = pq.read_table(path)
    amounts = pa.array([a + Decimal("0.01") for a in rows["amount"].to_pylist()], rows["amount"].type)
    pq.write_table(rows.set_column(rows.column_names.index("amount"), "amount", amounts), path)
    assert {f["what"] for f in made.do("verify", code=1)["findings"]} == {"COR-000001/1", "COR-000001/2"}
    assert made.do("verify", "COR-000001", code=1)["findings"]
    path.unlink()
    assert "missing" in made.do("verify", code=1)["findings"][0]["message"]


def test_a_corrected_period_reconciles_and_planted_faults_are_found(tmp_path: Path) -> None:
    made = billed(tmp_path, OWN)
    late(made, 5)
    correct(made)
    late(made, -9)
    correct(made, day=3)
    stages = made.do("reconcile", "--period", "2026-10")["stages"]
    assert [s["stage"] for s in stages[-4:]] == [
        "derived = corrections", "lines = corrections", "corrections = documents", "documents = ledger",
    ]  # fmt: skip
    assert all(s["balanced"] for s in stages)
    assert Decimal(stages[-1]["left_sum"]["USD"]) == Decimal("-0.40")
    with made.workspace(read_only=False) as workspace, workspace.writing() as connection:
        code = int(PostingKind.CREDIT_NOTE)
        many = tables.batches.c
        for first, data in connection.execute(select(many.first, many.rows)).all():
            if unpack(data)["code"].to_pylist()[0] == code:
                connection.execute(delete(tables.batches).where(many.first == first))
    wrong = made.do("reconcile", "--period", "2026-10", code=1)["stages"]
    assert [s["stage"] for s in wrong if not s["balanced"]] == ["documents = ledger"]
    assert wrong[-1]["missing"][0]["number"] == "CN-000001"


def test_people_read_a_sentence(tmp_path: Path) -> None:
    made = billed(tmp_path, OWN)
    assert ratebook("correct", made.path, "--period", "2026-10", "--reason", "x").out == (
        "nothing in 2026-10 differs from what was billed\n"
    )
    late(made, 5)
    text = ratebook("correct", made.path, "--period", "2026-10", "--reason", "x", "--now", "2026-12-02").out
    assert text == "correct-2026-10-1: 1 correction, difference USD 0.50\n1  billed on own invoices\n"
