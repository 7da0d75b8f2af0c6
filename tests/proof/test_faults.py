"""Planted faults: each is found by `reconcile` at the stage it belongs to, and named by `verify`."""

from __future__ import annotations

import sqlite3
import warnings
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.journal import canonical_json, digest_text
from engine.ledger.packed import pack, unpack
from tests.workspace.kit import BOOK, World, ratebook, small

EUROS = BOOK.replace("book calls", "book euros").replace("USD", "EUR").replace("plan basic", "plan euro")


@pytest.fixture
def made(tmp_path: Path) -> World:
    """Three customers, one of them billed in another currency, all of October."""
    found = small(tmp_path)
    found.publish(EUROS, name="e.rate")
    found.subscribe(
        {"id": "s_eva", "customer": "eva", "plan": "euro", "start": "2026-01-01"}, customers=[{"id": "eva"}]
    )
    found.use("eva", "2026-10-07T10:00:00Z", n=30)
    found.use("ann", "2026-10-08T10:00:00Z", n=1)
    found.ingest()
    found.run("2026-10")
    found.prove("2026-10")
    return found


def sql(made: World, *statements: str) -> None:
    """Tamper with the database."""
    with sqlite3.connect(made.path / "ratebook.db") as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def segment(made: World) -> Path:
    """The segment that holds most events."""
    return max(made.path.glob("events/**/*.parquet"), key=lambda p: pq.read_metadata(p).num_rows)


def lines_file(made: World) -> Path:
    """The file of lines."""
    [found] = [p for p in made.path.glob("lines/*/*.parquet") if not p.name.startswith("terms-")]
    return found


def invoices_file(made: World) -> Path:
    """The file of invoices."""
    [found] = [p for p in made.path.glob("batches/*") if "number" in pq.read_schema(p).names]
    return found


def event_deleted(made: World) -> None:
    table = pq.read_table(segment(made))
    pq.write_table(table.slice(0, table.num_rows - 1), segment(made))


def segment_removed(made: World) -> None:
    segment(made).unlink()


def segment_cut(made: World) -> None:
    path = segment(made)
    path.write_bytes(path.read_bytes()[:100])


def line_edited(made: World) -> None:
    table = pq.read_table(lines_file(made))
    amounts = [a + 1 if i == 0 else a for i, a in enumerate(table["amount"].to_pylist())]
    column = pa.array(amounts, pa.decimal128(38, 12))
    pq.write_table(table.set_column(table.column_names.index("amount"), "amount", column), lines_file(made))


def lines_removed(made: World) -> None:
    lines_file(made).unlink()


def terms_removed(made: World) -> None:
    [path] = made.path.glob("lines/*/terms-*.parquet")
    path.unlink()


def transfer_deleted(made: World) -> None:
    with sqlite3.connect(made.path / "ratebook.db") as connection:
        [(first, data)] = connection.execute("SELECT first, rows FROM ledger_batches")
        fewer = pack(unpack(data).slice(1))
        connection.execute("UPDATE ledger_batches SET rows = ? WHERE first = ?", (fewer, first))
    connection.close()


def invoice_doubled(made: World) -> None:
    with made.workspace() as workspace:
        body = canonical_json(workspace.store.get("invoice", "INV-000001")).replace("INV-000001", "INV-000099")
    sql(made, f"INSERT INTO documents VALUES ('invoice', 'INV-000099', '{body}', '{digest_text(body)}', 1)")


def invoice_edited(made: World) -> None:
    path = invoices_file(made)
    table = pq.read_table(path)
    bodies = [b.replace('"due":"1.100000000000"', '"due":"9.100000000000"') for b in table["body"].to_pylist()]
    pq.write_table(table.set_column(table.column_names.index("body"), "body", pa.array(bodies)), path)


def invoices_removed(made: World) -> None:
    invoices_file(made).unlink()


Fault = tuple[Callable[[World], None], set[str], set[str]]
FAULTS: list[Fault] = [
    (event_deleted, {"events", "events = usage", "usage = lines"}, {"events", "lines", "invoice"}),
    (segment_removed, {"events", "events = usage", "usage = lines"}, {"events", "lines"}),
    (segment_cut, {"events", "events = usage", "usage = lines"}, {"events", "lines"}),
    (line_edited, {"usage = lines", "lines = invoices"}, {"lines"}),
    (lines_removed, {"events = usage", "usage = lines", "lines = invoices"}, {"lines"}),
    (terms_removed, {"events = usage", "usage = lines"}, {"lines"}),
    (transfer_deleted, {"invoices = ledger"}, {"ledger"}),
    (invoice_doubled, {"lines = invoices", "one invoice a period", "invoices = ledger"}, {"journal"}),
    (invoice_edited, {"lines = invoices", "invoices = ledger"}, {"journal", "invoice"}),
    (invoices_removed, {"lines = invoices", "invoices = ledger"}, {"journal", "lines"}),
]


@pytest.mark.parametrize(("plant", "stages", "checks"), FAULTS, ids=[f[0].__name__ for f in FAULTS])
def test_each_planted_fault_is_found(
    made: World, plant: Callable[[World], None], stages: set[str], checks: set[str]
) -> None:
    plant(made)
    report = made.do("reconcile", "--period", "2026-10", code=1)
    broken = [s for s in report["stages"] if not s["balanced"]]
    assert {s["stage"] for s in broken} == stages
    assert all(s["missing"] or s["extra"] for s in broken)
    findings = made.do("verify", code=1)["findings"]
    assert {f["check"] for f in findings} == checks
    assert all(f["what"] and f["message"] for f in findings)


def test_a_deleted_event_is_found_by_its_own_invoice_and_by_no_other(made: World) -> None:
    event_deleted(made)
    found: dict[str, list[str]] = {}
    for invoice in made.invoices():
        done = ratebook("verify", made.path, invoice["number"], "--json")
        found[invoice["subscription"]] = [f["message"] for f in done.data["findings"]]
    [messages] = [m for m in found.values() if m]
    assert messages[0].startswith("amount is ")


def test_an_edited_invoice_is_found_by_its_own_verification(made: World) -> None:
    invoice_edited(made)
    [finding] = made.do("verify", "INV-000001", code=1)["findings"]
    assert finding["message"] == "due: its lines sum to 1.100000000000, it says 9.100000000000"


def line_made_zero(made: World) -> None:
    table = pq.read_table(lines_file(made))
    zeros = pa.array([Decimal(0)] * len(table), pa.decimal128(38, 12))
    pq.write_table(table.set_column(table.column_names.index("amount"), "amount", zeros), lines_file(made))


def test_zero_is_shown_in_full(made: World) -> None:
    line_made_zero(made)
    report = made.do("reconcile", "--period", "2026-10", code=1)
    rated = next(s for s in report["stages"] if s["stage"] == "usage = lines")
    assert {row["amount"] for row in rated["extra"]} == {"0.000000000000"}
    assert rated["right_sum"] == {"EUR": "0.000000000000", "USD": "0.000000000000"}
    findings = [f["message"] for f in made.do("verify", code=1)["findings"] if f["check"] == "lines"]
    assert "calls of 0.000000000000 is on disk but does not follow from the events" in findings
    messages = [f["message"] for f in made.do("verify", "INV-000001", code=1)["findings"]]
    assert messages[0] == "amount is 0.000000000000, derived 1.100000000000"


def test_proofs_and_exports_use_nothing_that_is_on_its_way_out(made: World) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made.prove("2026-10")
        made.do("explain", "INV-000001/1")
        for what in ("invoices", "lines", "journal", "transfers"):
            made.do("export", what)


def test_a_missing_segment_stops_an_explanation_with_a_code(made: World) -> None:
    segment_removed(made)
    assert made.do("explain", "INV-000001", code=1)["error"]["code"] == "RBP07"


def test_sums_are_kept_by_currency(made: World) -> None:
    report = made.do("reconcile", "--period", "2026-10")
    for name in ("usage = lines", "lines = invoices", "invoices = ledger"):
        [stage] = [s for s in report["stages"] if s["stage"] == name]
        assert stage["left_sum"] == stage["right_sum"] == {"EUR": "3.000000000000", "USD": "3.100000000000"}
