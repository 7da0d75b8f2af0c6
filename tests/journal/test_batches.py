"""Many documents under one entry."""

import pytest

from engine.journal import Store, StoreError, Tx, canonical_json, file_reader, verify_journal
from engine.journal.batches import GROUP_ROWS, read_batch, write_batch

NOW = 1_790_000_000_000_000
ROWS = [("u1", '{"a":",\\"id\\":\\"x"}'), ("u2", '{"id":"u3"}')]


def test_rows_survive_their_file(tmp_path) -> None:
    for rows in (ROWS, []):
        batch = write_batch(tmp_path, "usage", iter(rows))
        assert (batch.kind, batch.count, batch.artefact) == ("usage", len(rows), f"batches/{batch.digest}.parquet")
        read = read_batch(batch, file_reader(tmp_path))
        assert list(zip(read["id"].to_pylist(), read["body"].to_pylist(), strict=True)) == rows
    assert {file.suffix for file in (tmp_path / "batches").iterdir()} == {".parquet"}


def test_any_text_may_be_an_id(store: Store) -> None:
    rows = [(ident, '{"x":1}') for ident in ('a"b', "a\nb", "a b", "ü")]
    store.command("ann", "run", "k", {}, NOW, lambda tx: tx.bulk("usage", "run-1", rows, None).count)
    assert list(store.documents("usage")) == sorted(ident for ident, _ in rows)
    assert verify_journal(store) == []


def invoices(tx: Tx, run: str, count: int) -> int:
    """Invoices of a run, two to a customer, numbered so that the order of their ids is not that of their numbers."""
    ids = [f"{run}-{n}" for n in range(count)]
    rows = [(ident, canonical_json({"customer": f"c{n // 2}", "run": run})) for n, ident in enumerate(ids)]
    index = [(ident, None, f"c{n // 2}", None, run, *[None] * 4) for n, ident in enumerate(ids)]
    return tx.bulk("invoice", run, rows, index).count


def test_documents_are_found_in_their_files_and_where_they_changed(store: Store) -> None:
    many = GROUP_ROWS + 10
    for run in ("r1", "r2"):
        store.command("ann", "run", run, {}, NOW, lambda tx, run=run: invoices(tx, run, many))
    assert list(store.documents("invoice")) == sorted(f"{run}-{n}" for run in ("r1", "r2") for n in range(many))
    assert store.get("invoice", f"r2-{many - 1}") == {"customer": f"c{(many - 1) // 2}", "run": "r2"}
    assert store.get("invoice", f"r2-{many}") is None and store.get("invoice", "") is None
    assert list(store.documents("invoice", customer="c4100")) == ["r1-8200", "r1-8201", "r2-8200", "r2-8201"]
    moved = {"customer": "c1", "run": "r1"}
    store.command("ann", "move", "k", {}, NOW, lambda tx: tx.put("invoice", "r1-0", moved))
    assert list(store.documents("invoice", customer="c0")) == ["r1-1", "r2-0", "r2-1"]
    assert list(store.documents("invoice", customer="c1", run="r1")) == ["r1-0", "r1-2", "r1-3"]
    assert store.get("invoice", "r1-0") == moved
    store.command("ann", "drop", "k2", {}, NOW, lambda tx: tx.delete("invoice", "r1-2"))
    assert store.get("invoice", "r1-2") is None
    found = store.command("ann", "find", "k3", {}, NOW, lambda tx: tx.find("invoice", customer="c1", run="r1"))
    assert found == ["r1-0", "r1-3"]
    assert verify_journal(store) == []


def test_a_field_that_is_not_looked_up_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="RBJ15: invoice is not looked up by colour"):
        store.documents("invoice", colour="red")


def test_what_was_done_to_a_batch_outside_its_file_is_found(store: Store) -> None:
    store.command("ann", "run", "r", {}, NOW, lambda tx: invoices(tx, "r", 4))
    store.command("ann", "move", "k", {}, NOW, lambda tx: tx.put("invoice", "r-0", {"customer": "c1"}))
    store.command("ann", "drop", "k2", {}, NOW, lambda tx: tx.delete("invoice", "r-1"))
    with store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM documents")
        connection.exec_driver_sql("DELETE FROM index_invoice")
    messages = [finding.message for finding in verify_journal(store)]
    assert messages == [
        "invoice/r-0 has changed since its batch, but has no row",
        "invoice/r-1 is in its batch, but the journal deleted it",
    ]
    with store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM document_batches")
    assert "is in the journal but not in the store" in verify_journal(store)[0].message


def test_a_batch_whose_fields_are_not_its_bodies_is_found(store: Store) -> None:
    row = [("i1", canonical_json({"customer": "c1"}))]
    index = [("i1", None, "c2", *[None] * 6)]
    store.command("ann", "run", "r", {}, NOW, lambda tx: tx.bulk("invoice", "r", row, index).count)
    [finding] = verify_journal(store)
    assert (finding.entity, finding.field) == ("invoice/i1", "index.customer")


def test_a_batch_is_one_entry_and_many_documents(store: Store) -> None:
    batch = store.command("ann", "run", "k", {}, NOW, lambda tx: tx.bulk("usage", "run-1", ROWS, None).digest)
    [entry] = store.entries()
    assert (entry.entity_kind, entry.entity_id, entry.batch["digest"]) == ("run", "run-1", batch)
    assert list(store.documents("usage")) == ["u1", "u2"]
    assert store.get("usage", "u2") == {"id": "u3"}
    store.command("ann", "usage.void", "k2", {}, NOW, lambda tx: tx.put("usage", "u2", {"void": True}))
    assert verify_journal(store) == []


def test_a_batch_that_meets_an_existing_document_is_refused_whole(store: Store) -> None:
    store.command("ann", "a", "k", {}, NOW, lambda tx: tx.put("usage", "u2", {}))
    with pytest.raises(StoreError, match="RBJ13: a usage of this batch exists already"):
        store.command("ann", "run", "k2", {}, NOW, lambda tx: tx.bulk("usage", "run-1", ROWS, None).count)
    assert list(store.documents("usage")) == ["u2"]


def test_index_rows_must_fit_the_kind(store: Store) -> None:
    def work(kind: str, index: list[tuple[str, ...]] | None):
        def bulk(tx: Tx) -> int:
            return tx.bulk(kind, "run-1", ROWS, index).count

        return bulk

    with pytest.raises(StoreError, match="RBJ15: index rows do not fit kind `invoice`"):
        store.command("ann", "run", "k", {}, NOW, work("invoice", None))
    with pytest.raises(StoreError, match="RBJ15: index rows do not fit kind `usage`"):
        store.command("ann", "run", "k", {}, NOW, work("usage", []))
