"""State is the fold of the journal, under any commands; what is altered is found and named."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from engine.journal import Finding, IdempotencyConflict, Store, StoreError, Tx, canonical_json, fold, verify_journal

NOW = 1_790_000_000_000_000
IDS = st.sampled_from(["a", "b", "c"])
KINDS = st.sampled_from(["customer", "invoice", "plan"])
BODIES = st.dictionaries(st.sampled_from(["customer", "status", "x"]), st.integers() | st.text(max_size=3), max_size=3)


class Undone(Exception):
    """Raised inside a command to undo it."""


def bulk(tx: Tx, run: str, ids: list[str]) -> int:
    body = canonical_json({"run": run})
    index = [(ident, None, None, None, run, None, None, None, None) for ident in ids]
    return tx.bulk("invoice", run, [(ident, body) for ident in ids], index).count


class StoreMachine(RuleBasedStateMachine):
    """Commands of every kind against a dictionary of what should be there."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.model: dict[tuple[str, str], object] = {}
        self.keys: dict[str, object] = {}
        self.came: set[str] = set()

    @initialize()
    def open(self) -> None:
        self.store = Store.open(Path(self.folder.name) / "ratebook.db")

    def command(self, work, request: object = None):
        key = f"k{len(self.keys)}"
        result = self.store.command("ann", "act", key, request, NOW + len(self.keys), work)
        self.keys[key] = (request, result)
        return result

    @rule(kind=KINDS, ident=IDS, body=BODIES)
    def put(self, kind: str, ident: str, body: dict[str, object]) -> None:
        self.command(lambda tx: tx.put(kind, ident, body), body)
        self.model[kind, ident] = body

    @rule(kind=KINDS, ident=IDS)
    def delete(self, kind: str, ident: str) -> None:
        if (kind, ident) in self.model:
            self.command(lambda tx: tx.delete(kind, ident))
            del self.model[kind, ident]
        else:
            with pytest.raises(StoreError, match="RBJ14"):
                self.store.command("ann", "act", "never", None, NOW, lambda tx: tx.delete(kind, ident))

    @rule(count=st.integers(1, 3))
    def number(self, count: int) -> None:
        last = self.model.get(("counter", "invoice"), {"last": 0})["last"]
        assert self.command(lambda tx: tx.next_number("invoice", count)) == last + 1
        self.model["counter", "invoice"] = {"last": last + count}

    @rule(ids=st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=3))
    def batch(self, ids: list[str]) -> None:
        run = f"run-{len(self.keys)}"
        if any(ident in self.came or ("invoice", ident) in self.model for ident in ids):
            with pytest.raises(StoreError, match="RBJ13"):
                self.store.command("ann", "act", "again", None, NOW, lambda tx: bulk(tx, run, ids))
            return
        assert self.command(lambda tx: bulk(tx, run, ids)) == len(ids)
        self.model.update({("invoice", ident): {"run": run} for ident in ids})
        self.came.update(ids)

    @rule(kind=KINDS, ident=IDS)
    def fail(self, kind: str, ident: str) -> None:
        def work(tx: Tx) -> None:
            tx.put(kind, ident, {"never": 1})
            tx.emit("never", {})
            raise Undone

        with pytest.raises(Undone):
            self.store.command("ann", "act", "undone", None, NOW, work)

    @rule()
    def repeat(self) -> None:
        for key, (request, result) in self.keys.items():
            assert self.store.command("ann", "act", key, request, NOW, lambda tx: pytest.fail("ran")) == result
            with pytest.raises(IdempotencyConflict):
                self.store.command("ann", "act", key, [request, 1], NOW, lambda tx: None)

    @invariant()
    def folded(self) -> None:
        if hasattr(self, "store"):
            state = fold(self.store.entries(), self.store.read_artefact())
            assert {name: body for name, (body, _) in state.items()} == {
                name: canonical_json(body) for name, body in self.model.items()
            }
            assert verify_journal(self.store) == []
            for kind in ("customer", "invoice", "plan"):
                mine = {ident: body for (of, ident), body in self.model.items() if of == kind}
                assert self.store.documents(kind) == mine
                assert all(self.store.get(kind, ident) == mine.get(ident) for ident in "abcdefgh")

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
        self.folder.cleanup()


TestStore = StoreMachine.TestCase
TestStore.settings = settings(max_examples=15, stateful_step_count=12, deadline=None)


@pytest.fixture
def busy(store: Store) -> Store:
    """A store with every kind of entry."""
    store.command("ann", "customer.create", "k1", {}, NOW, lambda tx: tx.put("customer", "c1", {"name": "Acme"}))
    store.command("ann", "customer.update", "k2", {}, NOW, lambda tx: tx.put("customer", "c1", {"name": "Bolt"}))
    store.command("ann", "run.commit", "k3", {}, NOW, lambda tx: (bulk(tx, "run-1", ["i1", "i2"]), tx.emit("e", {})))
    store.command("ann", "nothing", "k4", {}, NOW, lambda tx: {"ok": True})
    store.command("ann", "invoice.pay", "k5", {}, NOW, lambda tx: tx.put("invoice", "i1", {"status": "paid"}))
    assert verify_journal(store) == []
    return store


def columns(store: Store, table: str) -> list[tuple[int, str]]:
    with store.reading() as connection:
        names = [row[1] for row in connection.exec_driver_sql(f"PRAGMA table_info({table})")]
        rows = connection.exec_driver_sql(f"SELECT rowid FROM {table}").scalars().all()
    return [(row, name) for row in rows for name in names]


def alter(store: Store, table: str, row: int, column: str) -> None:
    """Change the last character of a text, add to a number, or fill in what is empty."""
    with store.writing() as connection:
        old = connection.exec_driver_sql(f"SELECT {column} FROM {table} WHERE rowid={row}").scalar_one()
        if old is None:
            new: object = "x"
        elif isinstance(old, int):
            new = old + 100
        else:
            new = old[:-1] + ("#" if not old.endswith("#") else "@")
        connection.exec_driver_sql(f"UPDATE {table} SET {column}=? WHERE rowid={row}", (new,))


@pytest.mark.parametrize("table", ["journal", "documents", "index_invoice", "document_batches"])
def test_every_altered_field_is_found(busy: Store, table: str) -> None:
    snapshot = Path(busy.place).with_name("snapshot.db")
    with busy.reading() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql(f"VACUUM INTO '{snapshot}'")
        connection.exec_driver_sql("BEGIN")
    cells = columns(busy, table)
    assert len(cells) > 5
    data = snapshot.read_bytes()
    for row, column in cells:
        copy = snapshot.with_name("copy.db")
        copy.write_bytes(data)
        with Store.open(copy) as altered:
            alter(altered, table, row, column)
            findings = verify_journal(altered)
            assert findings, f"{table}.{column} of row {row} was altered and not found"
            if table == "journal" and column not in ("n", "prev_hash"):
                assert (findings[0].n, findings[0].field) in ((row, "hash"), (row, "n"))
        for file in snapshot.parent.glob("copy.db*"):
            file.unlink()


def test_an_altered_document_is_named_with_its_field(busy: Store) -> None:
    with busy.writing() as connection:
        connection.exec_driver_sql("UPDATE documents SET body='{\"name\":\"Evil\"}' WHERE id='c1'")
    assert verify_journal(busy) == [Finding(0, "customer/c1", "name", "customer/c1 differs from what the journal says")]


def test_a_document_that_is_missing_or_from_nowhere(busy: Store) -> None:
    with busy.writing() as connection:
        connection.exec_driver_sql("DELETE FROM documents WHERE id='c1'")
        connection.exec_driver_sql("INSERT INTO documents VALUES ('customer','c9','{}','',1)")
    found = {(finding.entity, finding.message) for finding in verify_journal(busy)}
    assert found == {
        ("customer/c9", "customer/c9 is in the store but no entry made it"),
        ("customer/c1", "customer/c1 is in the journal but not in the store"),
    }


@pytest.mark.parametrize("n", [1, 3, 6])
def test_a_missing_entry_is_found(busy: Store, n: int) -> None:
    with busy.writing() as connection:
        connection.exec_driver_sql(f"DELETE FROM journal WHERE n={n}")
    findings = verify_journal(busy)
    assert findings
    expected = "is missing" if n < 6 else "not the one the store remembers"
    assert expected in findings[0].message


def test_a_journal_rewritten_as_a_whole_is_found_by_its_anchor(busy: Store, tmp_path: Path) -> None:
    anchor = busy.head()
    with Store.open(tmp_path / "other" / "a.db") as other:
        for index in range(anchor[0]):
            other.command("eve", "a", f"k{index}", {}, NOW, lambda tx: None)
        assert verify_journal(other) == []
        [finding] = verify_journal(other, anchor=anchor)
        assert (finding.n, finding.field) == (anchor[0], "hash")
    with Store.open(tmp_path / "short" / "a.db") as short:
        assert verify_journal(short, anchor=anchor)[0].message == f"the anchored entry {anchor[0]} is missing"
    assert verify_journal(busy, anchor=anchor) == []


@given(st.integers(0, 10_000))
@settings(max_examples=20)
def test_any_altered_byte_of_a_batch_file_is_found(tmp_path_factory: pytest.TempPathFactory, position: int) -> None:
    with Store.open(tmp_path_factory.mktemp("store") / "a.db") as store:
        store.command("ann", "run", "k", {}, NOW, lambda tx: bulk(tx, "run-1", ["i1", "i2"]))
        [file] = (store.root / "batches").iterdir()
        data = bytearray(file.read_bytes())
        data[position % len(data)] ^= 1
        file.write_bytes(data)
        first = verify_journal(store)[0]
        assert (first.n, first.entity, first.field) == (1, "run/run-1", "after")
        assert "RBJ12" in first.message
        file.unlink()
        assert "RBJ11" in verify_journal(store)[0].message


def test_a_missing_index_row_is_found(busy: Store) -> None:
    with busy.writing() as connection:
        connection.exec_driver_sql("DELETE FROM index_invoice WHERE id='i1'")
        connection.exec_driver_sql("INSERT INTO index_invoice(id) VALUES ('i9')")
    assert [finding.entity for finding in verify_journal(busy)] == ["invoice/i1", "invoice/i9"]
