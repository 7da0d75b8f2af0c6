"""The memory of a ledger never outlives the transaction that it came from."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.journal import Store
from engine.ledger import EmbeddedLedger, LedgerError, Transfer, unbalanced, verify_ledger

NOW = 1_790_000_000_000_000
GOOD = Transfer(id=100, debit_account_id=1, credit_account_id=2, amount=50, ledger=840, code=7)


class Abandoned(Exception):
    """Raised by a test to roll a transaction back."""


def test_a_rolled_back_batch_never_was(ledger: EmbeddedLedger, store: Store) -> None:
    with pytest.raises(Abandoned), store.writing() as connection:
        assert ledger.create_transfers([GOOD], NOW, connection)[0].status.name == "CREATED"
        raise Abandoned
    assert ledger.lookup_transfers([100]) == []
    [result] = ledger.create_transfers([replace(GOOD, amount=7)], NOW)
    assert result.status.name == "CREATED"
    assert ledger.lookup_accounts([1])[0].debits_posted == 7
    assert verify_ledger(ledger) == []


def test_a_batch_joins_a_command(ledger: EmbeddedLedger, store: Store) -> None:
    def work(tx):
        tx.put("payment", "p1", {"amount": "50"})
        return ledger.create_transfers([GOOD], NOW, tx.connection)[0].status.name

    assert store.command("me", "payment.record", "k1", {}, NOW, work) == "CREATED"
    assert store.command("me", "payment.record", "k1", {}, NOW, work) == "CREATED"
    assert ledger.lookup_accounts([1])[0].debits_posted == 50


def test_what_another_process_wrote_is_seen(ledger: EmbeddedLedger, store: Store) -> None:
    ledger.create_transfers([GOOD], NOW)
    with Store.open(store.place) as other_store:
        other = EmbeddedLedger.open(other_store)
        other.create_transfers([replace(GOOD, id=101)], NOW)
    ledger.create_transfers([replace(GOOD, id=102)], NOW)
    assert ledger.lookup_accounts([1])[0].debits_posted == 150
    assert verify_ledger(ledger) == []


def test_burnt_ids_survive_reopening(ledger: EmbeddedLedger, store: Store) -> None:
    ledger.create_transfers([replace(GOOD, debit_account_id=3)], NOW)
    again = EmbeddedLedger.open(store)
    assert again.create_transfers([GOOD], NOW)[0].status.name == "ID_ALREADY_FAILED"


def test_a_store_without_ledger_says_so_when_read_only(tmp_path: Path) -> None:
    Store.open(tmp_path / "a.db").close()
    with Store.open(tmp_path / "a.db", read_only=True) as store, pytest.raises(LedgerError, match="RBL06"):
        EmbeddedLedger.open(store)


def test_a_read_only_ledger_can_be_read(ledger: EmbeddedLedger, store: Store) -> None:
    ledger.create_transfers([GOOD], NOW)
    with Store.open(store.place, read_only=True) as reader:
        assert EmbeddedLedger.open(reader).lookup_accounts([2])[0].credits_posted == 50


def test_an_altered_balance_or_transfer_is_found(ledger: EmbeddedLedger, store: Store) -> None:
    ledger.create_transfers([GOOD], NOW)
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE ledger_accounts SET credits_posted='49' WHERE no=2")
    [finding] = verify_ledger(ledger)
    assert (finding.account_id, finding.field, finding.stored, finding.folded) == (2, "credits_posted", 49, 50)
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE ledger_transfers SET amount='49'")
    assert [(f.account_id, f.field) for f in verify_ledger(ledger)] == [(1, "debits_posted")]


def test_a_rollback_is_noticed_even_when_another_process_wrote_as_much(ledger: EmbeddedLedger, store: Store) -> None:
    with pytest.raises(Abandoned), store.writing() as connection:
        ledger.create_transfers([GOOD], NOW, connection)
        raise Abandoned
    with Store.open(store.place) as other_store:
        EmbeddedLedger.open(other_store).create_transfers([replace(GOOD, id=101, amount=3)], NOW)
    ledger.create_transfers([replace(GOOD, id=102, amount=4)], NOW)
    assert ledger.lookup_accounts([1])[0].debits_posted == 7
    assert verify_ledger(ledger) == []


def test_a_ledger_that_does_not_balance_is_named_by_its_currency(ledger: EmbeddedLedger, store: Store) -> None:
    ledger.create_transfers([GOOD], NOW)
    assert unbalanced(ledger) == []
    for field, value in (("credits_posted", "49"), ("credits_pending", "1")):
        with store.writing() as connection:
            connection.exec_driver_sql(f"UPDATE ledger_accounts SET {field}='{value}' WHERE no=2")
        assert unbalanced(ledger) == ["USD"]
        with store.writing() as connection:
            connection.exec_driver_sql("UPDATE ledger_accounts SET credits_posted='50', credits_pending='0' WHERE no=2")
