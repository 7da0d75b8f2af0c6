"""Many documents under one entry."""

import pytest

from engine.journal import Store, StoreError, Tx, file_reader, verify_journal
from engine.journal.batches import decode_rows, encode_rows, read_batch, write_batch

NOW = 1_790_000_000_000_000
ROWS = [("u1", '{"a":",\\"id\\":\\"x"}'), ("u2", '{"id":"u3"}')]


def test_rows_survive_their_file(tmp_path) -> None:
    assert list(decode_rows(encode_rows(ROWS))) == ROWS
    assert list(decode_rows(encode_rows([]))) == []
    batch = write_batch(tmp_path, "usage", iter(ROWS))
    assert (batch.kind, batch.count, batch.artefact) == ("usage", 2, f"batches/{batch.digest}.jsonl")
    assert read_batch(batch, file_reader(tmp_path)) == ROWS
    assert [file.suffix for file in (tmp_path / "batches").iterdir()] == [".jsonl"]


@pytest.mark.parametrize("ident", ["", 'a"b', "a\nb", "a b", "ü"])
def test_ids_that_would_break_the_file_are_refused(ident: str) -> None:
    with pytest.raises(StoreError, match="RBJ15"):
        encode_rows([("ok", "{}"), (ident, "{}")])


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
