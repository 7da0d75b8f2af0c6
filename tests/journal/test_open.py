"""Opening stores, and everything the environment can refuse."""

import errno
import os
import sqlite3
import threading
from pathlib import Path

import pytest

from engine.journal import LeaseHeld, Store, StoreError, verify_journal
from engine.journal.errors import from_os_error
from engine.journal.tx import Tx

NOW = 1_790_000_000_000_000


def put(store: Store, key: str, size: int = 1) -> None:
    store.command("ann", "a", key, None, NOW, lambda tx: tx.put("thing", key, {"text": "x" * size}))


def refused(code: str, action, *arguments, **options) -> StoreError:
    with pytest.raises(StoreError) as caught:
        action(*arguments, **options)
    assert caught.value.code == code, str(caught.value)
    assert caught.value.hint
    return caught.value


def test_a_new_store_is_durable_sqlite(store: Store) -> None:
    with store.reading() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10000}


def test_what_was_written_is_there_after_reopening(store: Store) -> None:
    put(store, "k")
    store.close()
    with Store.open(store.place, tenant="acme") as again:
        assert again.get("thing", "k") == {"text": "x"}
        assert verify_journal(again) == []


def test_a_store_of_another_tenant(store: Store) -> None:
    error = refused("RBJ08", Store.open, store.place, tenant="bolt")
    assert "belongs to tenant `acme`, not to `bolt`" in error.message


def test_a_store_of_another_schema(store: Store) -> None:
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE meta SET value='99' WHERE name='schema'")
    assert "schema version 99" in refused("RBJ07", Store.open, store.place).message


def test_a_read_only_store(store: Store) -> None:
    put(store, "k")
    with Store.open(store.place, read_only=True) as reader:
        assert reader.get("thing", "k") == {"text": "x"}
        assert verify_journal(reader) == []
        refused("RBJ01", put, reader, "k2")
        refused("RBJ01", reader.lease, "run", "me", NOW)
        with pytest.raises(StoreError, match="RBJ01"), reader.writing():
            pass


def test_a_write_that_slips_past_is_refused_by_the_database(store: Store) -> None:
    with Store.open(store.place, read_only=True) as reader:
        reader.read_only = False
        refused("RBJ01", put, reader, "k")


def test_a_missing_store_cannot_be_read(tmp_path: Path) -> None:
    refused("RBJ06", Store.open, tmp_path / "none.db", read_only=True)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    refused("RBJ16", Store.open, tmp_path / "file" / "a.db")


def test_a_folder_in_place_of_a_database(tmp_path: Path) -> None:
    refused("RBJ06", Store.open, tmp_path)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("this is a text file, much longer than a header\n" * 100)
    error = refused("RBJ04", Store.open, tmp_path / "notes.db")
    assert str(tmp_path / "notes.db") in error.message


def test_a_damaged_database(store: Store, tmp_path: Path) -> None:
    put(store, "k", 100_000)
    store.close()
    data = bytearray(Path(store.place).read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(data)
    refused("RBJ05", Store.open, damaged)


def test_a_full_disk_leaves_nothing_behind(store: Store) -> None:
    put(store, "before")
    with store.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 2}")
    refused("RBJ02", put, store, "big", 1_000_000)
    with store.reading() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1000000")
    assert store.get("thing", "big") is None
    assert verify_journal(store) == []
    put(store, "big", 1_000_000)
    assert store.get("thing", "big") is not None


def test_a_locked_database(store: Store) -> None:
    other = sqlite3.connect(store.place, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with Store.open(store.place, read_only=True) as reader:
        assert reader.entries() == []
    with pytest.raises(StoreError, match="RBJ03: the workspace is locked by another process"):
        Store.open(store.place, busy_timeout_ms=20)
    other.execute("ROLLBACK")
    other.close()
    put(store, "k")


def test_writers_queue(store: Store) -> None:
    threads = [threading.Thread(target=put, args=(store, f"k{index}")) for index in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [entry.n for entry in store.entries()] == list(range(1, 9))
    assert verify_journal(store) == []


@pytest.mark.parametrize("call", ["open", "fsync", "replace"])
@pytest.mark.parametrize(("number", "code"), [(errno.ENOSPC, "RBJ02"), (errno.EROFS, "RBJ01"), (errno.EIO, "RBJ16")])
def test_a_batch_file_that_cannot_be_written(
    store: Store, monkeypatch: pytest.MonkeyPatch, call: str, number: int, code: str
) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise OSError(number, os.strerror(number))

    def work(tx: Tx) -> int:
        return tx.bulk("usage", "run-1", [("u1", "{}")], None).count

    with monkeypatch.context() as patch:
        patch.setattr(f"engine.journal.batches.os.{call}", fail)
        refused(code, store.command, "ann", "a", "k", None, NOW, work)
    assert store.entries() == []
    assert store.command("ann", "a", "k", None, NOW, work) == 1


@pytest.mark.parametrize(("number", "code"), [(errno.EDQUOT, "RBJ02"), (errno.EACCES, "RBJ01"), (errno.EPERM, "RBJ01")])
def test_codes_of_the_operating_system(number: int, code: str) -> None:
    assert from_os_error(OSError(number, "no"), "here").code == code


def test_a_lease_is_held_once(store: Store) -> None:
    with store.lease("period-2026-10", "ann", NOW):
        with pytest.raises(LeaseHeld, match=r"RBJ10: `period-2026-10` is already being worked on by ann \(process"):
            store.lease("period-2026-10", "bob", NOW).__enter__()
        with store.lease("period-2026-11", "bob", NOW):
            pass
    with store.lease("period-2026-10", "bob", NOW):
        pass


def test_a_lease_name_is_a_file_name(store: Store) -> None:
    with pytest.raises(StoreError, match="RBJ15"), store.lease("../x", "ann", NOW):
        pass


def test_a_store_without_folder(store: Store) -> None:
    store.root = None
    refused("RBJ15", store.lease, "run", "ann", NOW)
    refused("RBJ15", store.read_artefact)
    refused("RBJ15", store.command, "ann", "a", "k", None, NOW, lambda tx: tx.bulk("usage", "r", [], None).count)
