"""Any sequence of batches: balances are the fold of the transfers, and every currency adds up to zero."""

import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from engine.journal import Store
from engine.ledger import (
    AMOUNT_MAX,
    Account,
    AccountFlags,
    CreateTransferStatus,
    EmbeddedLedger,
    Transfer,
    TransferFlags,
    trial_balance,
    verify_ledger,
)

F = TransferFlags
CREATED = CreateTransferStatus.CREATED
IDS = st.integers(1, 40)
MOVES = st.builds(
    Transfer,
    id=IDS,
    debit_account_id=st.integers(1, 5),
    credit_account_id=st.integers(1, 5),
    amount=st.integers(0, 9) | st.just(AMOUNT_MAX),
    ledger=st.just(840),
    code=st.just(1),
    timeout=st.sampled_from([0, 0, 1]),
    flags=st.sampled_from(
        [F.NONE, F.LINKED, F.PENDING, F.PENDING | F.LINKED, F.BALANCING_DEBIT, F.PENDING | F.CLOSING_CREDIT]
    ),
)
SETTLEMENTS = st.builds(
    Transfer,
    id=IDS,
    pending_id=IDS,
    amount=st.sampled_from([0, 1, AMOUNT_MAX]),
    flags=st.sampled_from([F.POST_PENDING_TRANSFER, F.VOID_PENDING_TRANSFER, F.POST_PENDING_TRANSFER | F.LINKED]),
)


class LedgerMachine(RuleBasedStateMachine):
    """Batches, waiting and reopening in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.now = 1_790_000_000_000_000
        self.created: dict[int, int] = {}

    @initialize()
    def open(self) -> None:
        self.store = Store.open(Path(self.folder.name) / "ratebook.db")
        self.ledger = EmbeddedLedger.open(self.store)
        limits = (AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS, AccountFlags.CREDITS_MUST_NOT_EXCEED_DEBITS)
        flags = (AccountFlags.NONE, AccountFlags.NONE, AccountFlags.NONE, *limits)
        accounts = [Account(id=no, ledger=840, code=1, flags=flag) for no, flag in enumerate(flags, 1)]
        self.ledger.create_accounts(accounts, self.now)

    @rule(batch=st.lists(MOVES | SETTLEMENTS, min_size=1, max_size=8))
    def send(self, batch: list[Transfer]) -> None:
        results = self.ledger.create_transfers(batch, self.now)
        assert len(results) == len(batch)
        linked: list[bool] = []
        for transfer, result in zip(batch, results, strict=True):
            if result.status is CREATED:
                assert transfer.id not in self.created
                self.created[transfer.id] = result.timestamp
            elif result.status is CreateTransferStatus.EXISTS:
                assert result.timestamp == self.created[transfer.id]
            linked.append(result.status is CREATED)
            if not transfer.flags & F.LINKED:
                assert len(set(linked)) == 1, "a chain was created in part"
                linked = []
        stored = {transfer.id: transfer.timestamp for transfer in self.ledger.lookup_transfers(range(1, 41))}
        assert stored == self.created

    @rule()
    def wait(self) -> None:
        self.now += 600_000

    @rule()
    def reopen(self) -> None:
        self.ledger = EmbeddedLedger.open(self.store)

    @invariant()
    def proven(self) -> None:
        if hasattr(self, "ledger"):
            assert verify_ledger(self.ledger) == []
            assert all(balance.balanced for balance in trial_balance(self.ledger))
            for account in self.ledger.accounts():
                spent, earned = account.debits_posted + account.debits_pending, account.credits_posted
                if account.flags & AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS:
                    assert spent <= earned

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
        self.folder.cleanup()


TestLedger = LedgerMachine.TestCase
TestLedger.settings = settings(max_examples=25, stateful_step_count=15, deadline=None)
