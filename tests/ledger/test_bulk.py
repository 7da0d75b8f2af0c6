"""The bulk path gives the same ledger and the same answers as the general one, event by event."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.journal import Store
from engine.ledger import (
    AMOUNT_MAX,
    Account,
    AccountFlags,
    CreateTransferStatus,
    EmbeddedLedger,
    LedgerError,
    Transfer,
    TransferColumns,
    TransferFlags,
    save,
    unbalanced,
    verify_ledger,
)
from engine.ledger.embedded import split_batches

NOW = 1_790_000_000_000_000


def columns(transfers: list[Transfer]) -> TransferColumns:
    names = TransferColumns.__dataclass_fields__
    return TransferColumns(*([getattr(transfer, name) for transfer in transfers] for name in names))


def fresh(path: Path) -> EmbeddedLedger:
    ledger = EmbeddedLedger.open(Store.open(path))
    limit = AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS
    plain = [Account(id=ident, ledger=840, code=1) for ident in (1, 2)]
    ledger.create_accounts([*plain, Account(id=3, ledger=840, code=1, flags=limit)], NOW)
    return ledger


EVENTS = st.builds(
    Transfer,
    id=st.integers(0, 12),
    debit_account_id=st.integers(1, 4),
    credit_account_id=st.integers(1, 4),
    amount=st.integers(0, 20) | st.just(1 << 127) | st.just(AMOUNT_MAX),
    ledger=st.just(840) | st.integers(0, 1),
    code=st.integers(0, 3),
    flags=st.sampled_from([TransferFlags.NONE, TransferFlags.NONE, TransferFlags.LINKED]),
    user_data_64=st.integers(0, 2**64 - 1),
)


@settings(max_examples=60)
@given(st.lists(st.lists(EVENTS, min_size=1, max_size=6), min_size=1, max_size=4))
def test_same_as_the_general_path(tmp_path_factory: pytest.TempPathFactory, batches: list[list[Transfer]]) -> None:
    folder = tmp_path_factory.mktemp("ledgers")
    general, bulk = fresh(folder / "general.db"), fresh(folder / "bulk.db")
    for batch in batches:
        expected = general.create_transfers(batch, NOW)
        remarks = dict(bulk.post_columns(columns(batch), NOW))
        created = CreateTransferStatus.CREATED
        assert remarks == {row: result for row, result in enumerate(expected) if result.status is not created}
    assert bulk.accounts() == general.accounts()
    ids = range(13)
    assert bulk.lookup_transfers(ids) == general.lookup_transfers(ids)
    assert verify_ledger(bulk) == []


GOOD = Transfer(id=100, debit_account_id=1, credit_account_id=2, amount=5, ledger=840, code=7)


def test_a_clean_batch_leaves_no_remark_and_its_replay_one_a_row(ledger: EmbeddedLedger) -> None:
    batch = columns([replace(GOOD, id=ident, user_data_32=ident) for ident in range(100, 120)])
    assert ledger.post_columns(batch, NOW) == []
    assert [result.status.name for _, result in ledger.post_columns(batch, NOW)] == ["EXISTS"] * 20
    assert ledger.lookup_accounts([1])[0].debits_posted == 100
    assert ledger.lookup_transfers([119])[0].user_data_32 == 119


class Stopped(Exception):
    """What happens between two batches."""


def test_batches_that_were_stored_before_a_stop_count_everywhere(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three batches of which two are durable when the process ends: balances lag behind, and nobody sees it."""
    small = EmbeddedLedger.open(store, batch_max=2)
    accounts = [Account(id=1, ledger=840, code=1), Account(id=2, ledger=840, code=1)]
    small.create_accounts(accounts, NOW)
    rows = columns([replace(GOOD, id=100 + index) for index in range(6)])
    real = save.save_clock
    calls = iter(range(9))

    def stopping(*arguments: object, **options: bool) -> None:
        if next(calls) == 2:
            raise Stopped
        real(*arguments, **options)

    monkeypatch.setattr(save, "save_clock", stopping)
    with pytest.raises(Stopped):
        small.post_columns(rows, NOW)
    monkeypatch.setattr(save, "save_clock", real)
    with store.reading() as connection:
        stale = connection.exec_driver_sql("SELECT debits_posted FROM ledger_accounts WHERE no=1").scalar_one()
    assert stale == "0"
    with Store.open(store.place, read_only=True) as reading:
        reader = EmbeddedLedger.open(reading)
        assert reader.lookup_accounts([1])[0].debits_posted == 20
        assert [account.credits_posted for account in reader.accounts()] == [0, 20]
        assert verify_ledger(reader) == [] and unbalanced(reader) == []
    again = EmbeddedLedger.open(store, batch_max=2)
    assert [row for row, _ in again.post_columns(rows, NOW)] == [0, 1, 2, 3]
    assert again.lookup_accounts([2])[0].credits_posted == 30
    assert verify_ledger(again) == []
    with store.reading() as connection:
        stored = connection.exec_driver_sql("SELECT debits_posted FROM ledger_accounts WHERE no=1").scalar_one()
        assert connection.exec_driver_sql("SELECT min(settled) FROM ledger_batches").scalar_one() == 1
    assert stored == "30"


def test_two_writers_in_turn(store: Store) -> None:
    """Packed and single transfers of two ledgers on one database: each goes on from what the other has stored."""
    one, other = EmbeddedLedger.open(store, batch_max=2), EmbeddedLedger.open(store)
    one.create_accounts([Account(id=1, ledger=840, code=1), Account(id=2, ledger=840, code=1)], NOW)
    rows = columns([replace(GOOD, id=100 + index) for index in range(6)])
    assert one.post_columns(rows, NOW) == []
    assert other.create_transfers([replace(GOOD, id=500)], NOW)[0].status is CreateTransferStatus.CREATED
    assert one.post_columns(columns([replace(GOOD, id=600)]), NOW) == []
    assert one.lookup_accounts([1])[0].debits_posted == 40
    assert verify_ledger(one) == []


def test_batches_are_cut_between_chains(store: Store) -> None:
    small = EmbeddedLedger.open(store, batch_max=4)
    small.create_accounts([Account(id=1, ledger=840, code=1), Account(id=2, ledger=840, code=1)], NOW)
    flags = [TransferFlags.LINKED, TransferFlags.LINKED, TransferFlags.NONE] * 4
    rows = [replace(GOOD, id=100 + index, flags=flag) for index, flag in enumerate(flags)]
    assert list(split_batches(flags, 4)) == [(0, 3), (3, 6), (6, 9), (9, 12)]
    assert small.post_columns(columns(rows), NOW) == []


def test_a_chain_longer_than_a_batch_is_refused() -> None:
    with pytest.raises(LedgerError, match="RBL01: a linked chain is longer than the 2 events"):
        list(split_batches([1, 1, 0], 2))


def test_bad_columns_are_refused(ledger: EmbeddedLedger) -> None:
    with pytest.raises(LedgerError, match="RBL02: amount -1"):
        ledger.post_columns(columns([replace(GOOD, amount=-1)]), NOW)
    with pytest.raises(TypeError, match="amount must hold ints only"):
        ledger.post_columns(columns([replace(GOOD, amount=1.0)]), NOW)
    with pytest.raises(ValueError, match="one length"):
        replace(columns([GOOD]), code=[])


def test_no_columns_at_all(ledger: EmbeddedLedger) -> None:
    assert ledger.post_columns(columns([]), NOW) == []
