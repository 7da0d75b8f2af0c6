"""Domain events reach every consumer in order, once acknowledged never again."""

import pytest

from engine.journal import Store, StoreError, acknowledge, pending_messages

NOW = 1_790_000_000_000_000


def emit(store: Store, key: str, fail: bool = False) -> None:
    def work(tx) -> None:
        tx.put("invoice", key, {"number": key})
        tx.emit("invoice.finalized", {"invoice": key})
        if fail:
            raise LookupError

    store.command("ann", "invoice.finalize", key, {}, NOW, work)


def test_events_come_in_order_until_acknowledged(store: Store) -> None:
    for key in ("1", "2", "3"):
        emit(store, key)
    first, second, third = pending_messages(store, "webhooks")
    assert (first.kind, first.body, first.at) == ("invoice.finalized", {"invoice": "1"}, NOW)
    assert first.seq < second.seq < third.seq
    assert pending_messages(store, "webhooks", limit=1) == [first]
    acknowledge(store, "webhooks", second.seq)
    assert pending_messages(store, "webhooks") == [third]
    assert len(pending_messages(store, "mail")) == 3
    acknowledge(store, "webhooks", third.seq)
    assert pending_messages(store, "webhooks") == []


def test_an_event_of_a_failed_command_never_was(store: Store) -> None:
    with pytest.raises(LookupError):
        emit(store, "1", fail=True)
    assert pending_messages(store, "webhooks") == []


def test_a_cursor_never_goes_back(store: Store) -> None:
    emit(store, "1")
    acknowledge(store, "webhooks", 2)
    with pytest.raises(StoreError, match="RBJ15: `webhooks` has acknowledged 2 already"):
        acknowledge(store, "webhooks", 1)
