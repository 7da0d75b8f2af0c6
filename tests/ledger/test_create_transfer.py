"""Every status that creating a transfer can have, its precedence, and what it does to the balances."""

from dataclasses import replace

import pytest

from engine.ledger import (
    AMOUNT_MAX,
    Account,
    AccountFlags,
    EmbeddedLedger,
    LedgerError,
    Transfer,
    TransferFlags,
    verify_ledger,
)

NOW = 1_790_000_000_000_000
SECOND = 1_000_000
F = TransferFlags
GOOD = Transfer(id=100, debit_account_id=1, credit_account_id=2, amount=50, ledger=840, code=7)
HALF = 1 << 127


def send(ledger: EmbeddedLedger, *transfers: Transfer, now: int = NOW) -> list[str]:
    """Names of the statuses; afterwards the balances must be the fold of the transfers."""
    statuses = [result.status.name for result in ledger.create_transfers(transfers, now)]
    assert verify_ledger(ledger) == []
    return statuses


def balances(ledger: EmbeddedLedger, ident: int) -> tuple[int, int, int, int]:
    [account] = ledger.lookup_accounts([ident])
    return account.debits_pending, account.debits_posted, account.credits_pending, account.credits_posted


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "CREATED"),
        ({"amount": 0}, "CREATED"),
        ({"amount": AMOUNT_MAX}, "CREATED"),
        ({"timestamp": 1}, "TIMESTAMP_MUST_BE_ZERO"),
        ({"flags": F(1 << 12)}, "RESERVED_FLAG"),
        ({"id": 0}, "ID_MUST_NOT_BE_ZERO"),
        ({"id": AMOUNT_MAX}, "ID_MUST_NOT_BE_INT_MAX"),
        ({"flags": F.PENDING | F.POST_PENDING_TRANSFER}, "FLAGS_ARE_MUTUALLY_EXCLUSIVE"),
        ({"flags": F.POST_PENDING_TRANSFER | F.VOID_PENDING_TRANSFER}, "FLAGS_ARE_MUTUALLY_EXCLUSIVE"),
        ({"flags": F.VOID_PENDING_TRANSFER | F.BALANCING_DEBIT}, "FLAGS_ARE_MUTUALLY_EXCLUSIVE"),
        ({"flags": F.VOID_PENDING_TRANSFER | F.CLOSING_CREDIT}, "FLAGS_ARE_MUTUALLY_EXCLUSIVE"),
        ({"debit_account_id": 0}, "DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO"),
        ({"debit_account_id": AMOUNT_MAX}, "DEBIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX"),
        ({"credit_account_id": 0}, "CREDIT_ACCOUNT_ID_MUST_NOT_BE_ZERO"),
        ({"credit_account_id": AMOUNT_MAX}, "CREDIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX"),
        ({"credit_account_id": 1}, "ACCOUNTS_MUST_BE_DIFFERENT"),
        ({"pending_id": 9}, "PENDING_ID_MUST_BE_ZERO"),
        ({"flags": F.POST_PENDING_TRANSFER}, "PENDING_ID_MUST_NOT_BE_ZERO"),
        ({"flags": F.POST_PENDING_TRANSFER, "pending_id": AMOUNT_MAX}, "PENDING_ID_MUST_NOT_BE_INT_MAX"),
        ({"flags": F.VOID_PENDING_TRANSFER, "pending_id": 100}, "PENDING_ID_MUST_BE_DIFFERENT"),
        ({"timeout": 1}, "TIMEOUT_RESERVED_FOR_PENDING_TRANSFER"),
        (
            {"flags": F.POST_PENDING_TRANSFER, "pending_id": 9, "timeout": 1},
            "TIMEOUT_RESERVED_FOR_PENDING_TRANSFER",
        ),
        ({"flags": F.CLOSING_DEBIT}, "CLOSING_TRANSFER_MUST_BE_PENDING"),
        ({"ledger": 0}, "LEDGER_MUST_NOT_BE_ZERO"),
        ({"code": 0}, "CODE_MUST_NOT_BE_ZERO"),
        ({"debit_account_id": 99}, "DEBIT_ACCOUNT_NOT_FOUND"),
        ({"credit_account_id": 99}, "CREDIT_ACCOUNT_NOT_FOUND"),
        ({"credit_account_id": 5}, "ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER"),
        ({"ledger": 978}, "TRANSFER_MUST_HAVE_THE_SAME_LEDGER_AS_ACCOUNTS"),
        ({"flags": F.POST_PENDING_TRANSFER, "pending_id": 9}, "PENDING_TRANSFER_NOT_FOUND"),
        ({"debit_account_id": 3}, "EXCEEDS_CREDITS"),
        ({"credit_account_id": 4}, "EXCEEDS_DEBITS"),
        ({"flags": F.LINKED}, "LINKED_EVENT_CHAIN_OPEN"),
        # precedence
        ({"flags": F(1 << 12), "id": 0}, "RESERVED_FLAG"),
        ({"debit_account_id": 0, "ledger": 0, "code": 0}, "DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO"),
        ({"debit_account_id": 99, "credit_account_id": 98}, "DEBIT_ACCOUNT_NOT_FOUND"),
        ({"debit_account_id": 3, "credit_account_id": 4}, "EXCEEDS_CREDITS"),
    ],
)
def test_status(ledger: EmbeddedLedger, changes: dict[str, int], status: str) -> None:
    transfer = replace(GOOD, **changes)
    assert send(ledger, transfer) == [status]
    moved = transfer.amount if status == "CREATED" else 0
    assert balances(ledger, 1) == (0, moved, 0, 0)
    assert balances(ledger, 2) == (0, 0, 0, moved)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "EXISTS"),
        ({"flags": F.PENDING}, "EXISTS_WITH_DIFFERENT_FLAGS"),
        ({"pending_id": 9}, "EXISTS_WITH_DIFFERENT_PENDING_ID"),
        ({"timeout": 9}, "EXISTS_WITH_DIFFERENT_TIMEOUT"),
        ({"debit_account_id": 6}, "EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID"),
        ({"credit_account_id": 6}, "EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID"),
        ({"amount": 51}, "EXISTS_WITH_DIFFERENT_AMOUNT"),
        ({"user_data_128": 1}, "EXISTS_WITH_DIFFERENT_USER_DATA_128"),
        ({"user_data_64": 1}, "EXISTS_WITH_DIFFERENT_USER_DATA_64"),
        ({"user_data_32": 1}, "EXISTS_WITH_DIFFERENT_USER_DATA_32"),
        ({"ledger": 978}, "EXISTS_WITH_DIFFERENT_LEDGER"),
        ({"code": 8}, "EXISTS_WITH_DIFFERENT_CODE"),
    ],
)
def test_known_id(ledger: EmbeddedLedger, changes: dict[str, int], status: str) -> None:
    [first] = ledger.create_transfers([GOOD], NOW)
    [second] = ledger.create_transfers([replace(GOOD, **changes)], NOW)
    assert second.status.name == status
    assert (second.timestamp == first.timestamp) == (status == "EXISTS")
    assert balances(ledger, 1) == (0, 50, 0, 0)


def test_a_transient_failure_burns_its_id(ledger: EmbeddedLedger) -> None:
    draw = replace(GOOD, debit_account_id=3)
    top_up = replace(GOOD, id=101, credit_account_id=3)
    assert send(ledger, draw) == ["EXCEEDS_CREDITS"]
    assert send(ledger, top_up, draw, replace(draw, id=102)) == ["CREATED", "ID_ALREADY_FAILED", "CREATED"]


def test_a_lasting_failure_burns_no_id(ledger: EmbeddedLedger) -> None:
    assert send(ledger, replace(GOOD, code=0), GOOD) == ["CODE_MUST_NOT_BE_ZERO", "CREATED"]


def test_overflow_of_posted_sums(ledger: EmbeddedLedger) -> None:
    big = replace(GOOD, amount=HALF)
    debits = [big, replace(big, id=101, credit_account_id=6)]
    assert send(ledger, *debits) == ["CREATED", "OVERFLOWS_DEBITS_POSTED"]
    assert send(ledger, replace(big, id=102, debit_account_id=6)) == ["OVERFLOWS_CREDITS_POSTED"]


def test_overflow_of_pending_sums(ledger: EmbeddedLedger) -> None:
    big = replace(GOOD, amount=HALF, flags=F.PENDING)
    debits = [big, replace(big, id=101, credit_account_id=6)]
    assert send(ledger, *debits) == ["CREATED", "OVERFLOWS_DEBITS_PENDING"]
    assert send(ledger, replace(big, id=102, debit_account_id=6)) == ["OVERFLOWS_CREDITS_PENDING"]


def test_overflow_of_pending_and_posted_together(ledger: EmbeddedLedger) -> None:
    pending = replace(GOOD, amount=HALF, flags=F.PENDING)
    posted = replace(GOOD, id=101, amount=HALF, credit_account_id=6)
    assert send(ledger, pending, posted) == ["CREATED", "OVERFLOWS_DEBITS"]
    assert send(ledger, replace(posted, id=102, debit_account_id=6, credit_account_id=2)) == ["OVERFLOWS_CREDITS"]


def test_overflow_of_a_deadline(ledger: EmbeddedLedger) -> None:
    late = 9_223_372_036_000_000
    assert send(ledger, replace(GOOD, flags=F.PENDING, timeout=10), now=late) == ["OVERFLOWS_TIMEOUT"]


def test_balancing_moves_what_is_there(ledger: EmbeddedLedger) -> None:
    top_up = replace(GOOD, credit_account_id=3)
    sweep = replace(GOOD, id=101, debit_account_id=3, amount=AMOUNT_MAX, flags=F.BALANCING_DEBIT)
    again = replace(sweep, id=102)
    assert send(ledger, top_up, sweep, again) == ["CREATED"] * 3
    assert [transfer.amount for transfer in ledger.lookup_transfers([101, 102])] == [50, 0]
    assert send(ledger, sweep, replace(sweep, amount=49)) == ["EXISTS", "EXISTS_WITH_DIFFERENT_AMOUNT"]


def test_balancing_credit(ledger: EmbeddedLedger) -> None:
    settle = replace(GOOD, id=101, debit_account_id=2, credit_account_id=1, amount=70, flags=F.BALANCING_CREDIT)
    assert send(ledger, GOOD, settle) == ["CREATED", "CREATED"]
    assert balances(ledger, 1) == (0, 50, 0, 50)


def test_linked_chain(ledger: EmbeddedLedger) -> None:
    chain = [
        replace(GOOD, flags=F.LINKED),
        replace(GOOD, id=101, flags=F.LINKED, code=0),
        replace(GOOD, id=102),
        replace(GOOD, id=103),
    ]
    failed = "LINKED_EVENT_FAILED"
    assert send(ledger, *chain) == [failed, "CODE_MUST_NOT_BE_ZERO", failed, "CREATED"]
    assert balances(ledger, 1) == (0, 50, 0, 0)
    assert send(ledger, replace(GOOD, id=102)) == ["CREATED"]


def test_open_chain_fails_as_a_whole(ledger: EmbeddedLedger) -> None:
    chain = [replace(GOOD, flags=F.LINKED), replace(GOOD, id=101, flags=F.LINKED)]
    assert send(ledger, *chain) == ["LINKED_EVENT_FAILED", "LINKED_EVENT_CHAIN_OPEN"]
    assert balances(ledger, 1) == (0, 0, 0, 0)


def test_a_chain_undoes_pending_settlement_and_closing(ledger: EmbeddedLedger) -> None:
    hold = replace(GOOD, flags=F.PENDING)
    post = Transfer(id=101, pending_id=100, amount=AMOUNT_MAX, flags=F.POST_PENDING_TRANSFER | F.LINKED)
    close = replace(GOOD, id=102, debit_account_id=6, flags=F.PENDING | F.CLOSING_DEBIT | F.LINKED)
    assert send(ledger, hold, post, close, replace(GOOD, id=103, code=0))[1:3] == ["LINKED_EVENT_FAILED"] * 2
    assert balances(ledger, 1) == (50, 0, 0, 0)
    assert send(ledger, replace(post, flags=F.POST_PENDING_TRANSFER)) == ["CREATED"]
    assert not ledger.lookup_accounts([6])[0].flags & AccountFlags.CLOSED


def test_the_same_batch_twice_is_known(ledger: EmbeddedLedger) -> None:
    batch = [GOOD, replace(GOOD, id=101)]
    assert send(ledger, *batch) == ["CREATED", "CREATED"]
    assert send(ledger, *batch) == ["EXISTS", "EXISTS"]


def test_timestamps_rise_even_when_now_does_not(ledger: EmbeddedLedger) -> None:
    stamps = []
    for start, now in ((200, NOW), (210, NOW), (220, NOW - SECOND)):
        results = ledger.create_transfers([replace(GOOD, id=start), replace(GOOD, id=start + 1)], now)
        stamps.extend(result.timestamp for result in results)
    assert stamps == sorted(set(stamps))
    assert stamps[0] >= NOW * 1000


def test_negative_amounts_and_floats_are_refused(ledger: EmbeddedLedger) -> None:
    with pytest.raises(LedgerError, match="RBL02: amount -1 does not fit"):
        ledger.create_transfers([replace(GOOD, amount=-1)], NOW)
    with pytest.raises(LedgerError, match="RBL02"):
        ledger.create_transfers([replace(GOOD, amount=1 << 128)], NOW)
    with pytest.raises(TypeError, match="amount must be an int"):
        ledger.create_transfers([replace(GOOD, amount=1.0)], NOW)
    with pytest.raises(TypeError, match="UTC microseconds"):
        ledger.create_transfers([GOOD], 1.5)


def test_imported_and_oversized_batches_are_refused(ledger: EmbeddedLedger) -> None:
    with pytest.raises(LedgerError, match="RBL03"):
        ledger.create_transfers([replace(GOOD, flags=F.IMPORTED)], NOW)
    with pytest.raises(LedgerError, match="RBL01"):
        ledger.create_transfers([GOOD] * 8190, NOW)


def test_user_data_survives_the_database(ledger: EmbeddedLedger) -> None:
    data = {"user_data_128": AMOUNT_MAX, "user_data_64": (1 << 64) - 1, "user_data_32": (1 << 32) - 1}
    ledger.create_transfers([replace(GOOD, **data)], NOW)
    ledger.create_accounts([Account(id=50, ledger=1, code=1, **data)], NOW)
    [stored], [account] = ledger.lookup_transfers([100]), ledger.lookup_accounts([50])
    assert {name: getattr(stored, name) for name in data} == data
    assert {name: getattr(account, name) for name in data} == data
