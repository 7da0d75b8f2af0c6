"""Commands: once, whole, and on the record."""

from decimal import Decimal

import pytest

from engine.journal import IdempotencyConflict, Store, StoreError, Tx, verify_journal

NOW = 1_790_000_000_000_000


def run(store: Store, key: str, work, request: object = None, action: str = "customer.create"):
    return store.command("ann", action, key, request, NOW, work)


def test_a_command_changes_documents_and_leaves_an_entry(store: Store) -> None:
    assert run(store, "k1", lambda tx: tx.put("customer", "c1", {"name": "Acme"})) is None
    run(store, "k2", lambda tx: tx.put("customer", "c1", {"name": "Acme Ltd"}))
    assert store.get("customer", "c1") == {"name": "Acme Ltd"}
    first, second = store.history("customer", "c1")
    assert (first.n, first.actor, first.action, first.at) == (1, "ann", "customer.create", NOW)
    assert (first.before, first.after) == (None, '{"name":"Acme"}')
    assert (second.before, second.after, second.prev_hash) == (first.after, '{"name":"Acme Ltd"}', first.hash)
    assert store.head() == (2, second.hash)


def test_the_same_key_and_request_give_the_first_result_without_running(store: Store) -> None:
    first = run(store, "k", lambda tx: {"id": "c1", "due": Decimal("1.50")}, {"name": "Acme"})
    again = run(store, "k", lambda tx: pytest.fail("must not run"), {"name": "Acme"})
    assert first == again == {"id": "c1", "due": "1.5"}
    assert store.command_result("k") == (first,)
    assert store.command_result("other") is None
    assert len(store.entries()) == 1


@pytest.mark.parametrize(("request_", "action"), [({"name": "Bolt"}, "customer.create"), ({}, "customer.delete")])
def test_the_same_key_and_another_request_conflict(store: Store, request_: object, action: str) -> None:
    run(store, "k", lambda tx: None, {})
    with pytest.raises(IdempotencyConflict, match="RBJ09: the idempotency key `k` was used before") as error:
        run(store, "k", lambda tx: None, request_ if action == "customer.create" else {}, action)
    assert (error.value.code, error.value.key) == ("RBJ09", "k")


def test_work_that_raises_leaves_nothing(store: Store) -> None:
    def fail(tx: Tx) -> None:
        tx.put("customer", "c1", {"name": "Acme"})
        tx.next_number("invoice")
        raise LookupError("no")

    with pytest.raises(LookupError):
        run(store, "k", fail)
    assert store.get("customer", "c1") is None
    assert store.entries() == []
    assert run(store, "k", lambda tx: tx.next_number("invoice")) == 1


def test_a_result_without_json_form_leaves_nothing(store: Store) -> None:
    with pytest.raises(TypeError, match="float"):
        run(store, "k", lambda tx: (tx.put("a", "b", {}), 1.5))
    assert store.entries() == []


def test_numbers_are_gapless(store: Store) -> None:
    assert run(store, "k1", lambda tx: tx.next_number("invoice", 3)) == 1
    assert run(store, "k2", lambda tx: [tx.next_number("invoice"), tx.next_number("note")]) == [4, 1]
    with pytest.raises(StoreError, match="RBJ15: cannot take 0 numbers"):
        run(store, "k3", lambda tx: tx.next_number("invoice", 0))


def test_create_require_and_delete(store: Store) -> None:
    run(store, "k1", lambda tx: tx.create("customer", "c1", {"name": "Acme"}))
    with pytest.raises(StoreError, match="RBJ13: customer `c1` exists already"):
        run(store, "k2", lambda tx: tx.create("customer", "c1", {}))
    with pytest.raises(StoreError, match="RBJ14: there is no customer `c2`"):
        run(store, "k3", lambda tx: tx.require("customer", "c2"))
    run(store, "k4", lambda tx: tx.delete("customer", "c1"))
    assert store.get("customer", "c1") is None
    with pytest.raises(StoreError, match="RBJ14"):
        run(store, "k5", lambda tx: tx.delete("customer", "c1"))
    run(store, "k6", lambda tx: tx.put("customer", "c1", {"name": "again"}))
    assert verify_journal(store) == []


@pytest.mark.parametrize(
    "work",
    [
        lambda tx: tx.put("", "c1", {}),
        lambda tx: tx.put("customer", "", {}),
        lambda tx: tx.put("outbox", "x", {}),
        lambda tx: tx.put("run", "r", {"batch": {"artefact": "x"}}),
    ],
)
def test_documents_that_cannot_be(store: Store, work) -> None:
    with pytest.raises(StoreError, match="RBJ15"):
        run(store, "k", work)
    assert store.entries() == []


@pytest.mark.parametrize("part", [("", "a", "k"), ("ann", " ", "k"), ("ann", "a", "")])
def test_a_command_needs_actor_action_and_key(store: Store, part: tuple[str, str, str]) -> None:
    with pytest.raises(StoreError, match="RBJ15: a command needs"):
        store.command(*part, None, NOW, lambda tx: None)


def test_now_is_an_exact_instant(store: Store) -> None:
    with pytest.raises(TypeError, match="UTC microseconds"):
        store.command("ann", "a", "k", None, 1.5, lambda tx: None)


def test_another_room_writes_in_the_same_transaction(store: Store) -> None:
    with store.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE segments(path TEXT)")

    def work(tx: Tx) -> None:
        tx.put("segment", "s1", {})
        tx.connection.exec_driver_sql("INSERT INTO segments VALUES ('s1')")
        raise LookupError

    with pytest.raises(LookupError):
        run(store, "k", work)
    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM segments").scalar_one() == 0


def test_indexed_fields_find_documents(store: Store) -> None:
    for number in ("1", "2", "3"):
        body = {"number": int(number), "customer": "c" + number[-1:], "status": "open"}
        run(store, number, lambda tx, number=number, body=body: tx.put("invoice", "i" + number, body))
    run(store, "paid", lambda tx: tx.put("invoice", "i2", {"number": 2, "customer": "c2", "status": "paid"}))
    assert list(store.documents("invoice", status="open")) == ["i1", "i3"]
    assert store.documents("invoice", number="2") == {"i2": {"number": 2, "customer": "c2", "status": "paid"}}
    assert run(store, "find", lambda tx: tx.find("invoice", status="open", customer="c3")) == ["i3"]
    assert list(store.documents("invoice")) == ["i1", "i2", "i3"]
