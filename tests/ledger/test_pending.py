"""Two-phase transfers: pending, post, void, expiry, closing."""

from dataclasses import replace

import pytest

from engine.ledger import AMOUNT_MAX, AccountFlags, EmbeddedLedger, Transfer, TransferFlags, verify_ledger

NOW = 1_790_000_000_000_000
SECOND = 1_000_000
F = TransferFlags
HOLD = Transfer(
    id=100, debit_account_id=1, credit_account_id=2, amount=50, ledger=840, code=7, flags=F.PENDING, user_data_128=5
)
POST = Transfer(id=101, pending_id=100, amount=AMOUNT_MAX, flags=F.POST_PENDING_TRANSFER)
VOID = Transfer(id=102, pending_id=100, flags=F.VOID_PENDING_TRANSFER)


def send(ledger: EmbeddedLedger, *transfers: Transfer, now: int = NOW) -> list[str]:
    statuses = [result.status.name for result in ledger.create_transfers(transfers, now)]
    assert verify_ledger(ledger) == []
    return statuses


def debits(ledger: EmbeddedLedger) -> tuple[int, int]:
    [account] = ledger.lookup_accounts([1])
    return account.debits_pending, account.debits_posted


@pytest.mark.parametrize(
    ("settle", "expected"),
    [
        (POST, (0, 50)),
        (replace(POST, amount=20), (0, 20)),
        (replace(POST, amount=0), (0, 0)),
        (VOID, (0, 0)),
        (replace(VOID, amount=50), (0, 0)),
    ],
)
def test_settling_releases_the_pending_amount(
    ledger: EmbeddedLedger, settle: Transfer, expected: tuple[int, int]
) -> None:
    assert send(ledger, HOLD) == ["CREATED"]
    assert debits(ledger) == (50, 0)
    assert send(ledger, settle) == ["CREATED"]
    assert debits(ledger) == expected
    assert send(ledger, settle) == ["EXISTS"]


def test_a_settlement_takes_over_what_it_leaves_at_zero(ledger: EmbeddedLedger) -> None:
    send(ledger, HOLD, POST)
    [stored] = ledger.lookup_transfers([101])
    taken = (stored.debit_account_id, stored.credit_account_id, stored.ledger, stored.code, stored.user_data_128)
    assert taken == (1, 2, 840, 7, 5)


@pytest.mark.parametrize(
    ("settle", "status"),
    [
        (replace(POST, debit_account_id=6), "PENDING_TRANSFER_HAS_DIFFERENT_DEBIT_ACCOUNT_ID"),
        (replace(POST, credit_account_id=6), "PENDING_TRANSFER_HAS_DIFFERENT_CREDIT_ACCOUNT_ID"),
        (replace(POST, ledger=978), "PENDING_TRANSFER_HAS_DIFFERENT_LEDGER"),
        (replace(POST, code=8), "PENDING_TRANSFER_HAS_DIFFERENT_CODE"),
        (replace(POST, amount=51), "EXCEEDS_PENDING_TRANSFER_AMOUNT"),
        (replace(VOID, amount=49), "PENDING_TRANSFER_HAS_DIFFERENT_AMOUNT"),
        (replace(POST, pending_id=99), "PENDING_TRANSFER_NOT_FOUND"),
    ],
)
def test_a_settlement_that_does_not_fit(ledger: EmbeddedLedger, settle: Transfer, status: str) -> None:
    assert send(ledger, HOLD, settle) == ["CREATED", status]
    assert debits(ledger) == (50, 0)


def test_only_a_pending_transfer_can_be_settled(ledger: EmbeddedLedger) -> None:
    assert send(ledger, replace(HOLD, flags=F.NONE), POST) == ["CREATED", "PENDING_TRANSFER_NOT_PENDING"]


def test_a_transfer_is_settled_once(ledger: EmbeddedLedger) -> None:
    assert send(ledger, HOLD, POST) == ["CREATED", "CREATED"]
    assert send(ledger, VOID) == ["PENDING_TRANSFER_ALREADY_POSTED"]
    second = replace(HOLD, id=200)
    assert send(ledger, second, replace(VOID, pending_id=200)) == ["CREATED", "CREATED"]
    assert send(ledger, replace(POST, id=201, pending_id=200)) == ["PENDING_TRANSFER_ALREADY_VOIDED"]


@pytest.mark.parametrize(
    ("again", "status"),
    [
        (replace(POST, amount=50), "EXISTS"),
        (replace(POST, amount=49), "EXISTS_WITH_DIFFERENT_AMOUNT"),
        (replace(POST, debit_account_id=6), "EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID"),
        (replace(POST, user_data_128=6), "EXISTS_WITH_DIFFERENT_USER_DATA_128"),
        (replace(POST, pending_id=99), "EXISTS_WITH_DIFFERENT_PENDING_ID"),
    ],
)
def test_a_settlement_sent_again(ledger: EmbeddedLedger, again: Transfer, status: str) -> None:
    send(ledger, HOLD)
    send(ledger, POST)
    assert send(ledger, again) == [status]


def test_expiry_releases_and_refuses(ledger: EmbeddedLedger) -> None:
    assert send(ledger, replace(HOLD, timeout=1)) == ["CREATED"]
    assert send(ledger, replace(POST, id=103, amount=51), now=NOW + SECOND // 2) == ["EXCEEDS_PENDING_TRANSFER_AMOUNT"]
    assert debits(ledger) == (50, 0)
    assert send(ledger, POST, now=NOW + SECOND + 1) == ["PENDING_TRANSFER_EXPIRED"]
    assert debits(ledger) == (0, 0)


def test_expiry_also_happens_in_a_ledger_opened_later(ledger: EmbeddedLedger, store) -> None:
    send(ledger, replace(HOLD, timeout=1))
    later = EmbeddedLedger.open(store)
    assert send(later, replace(HOLD, id=300, amount=1), now=NOW + 2 * SECOND) == ["CREATED"]
    assert debits(later) == (1, 0)


def test_closing_and_reopening(ledger: EmbeddedLedger) -> None:
    close = replace(HOLD, flags=F.PENDING | F.CLOSING_DEBIT | F.CLOSING_CREDIT, amount=0)
    plain = replace(HOLD, id=103, flags=F.NONE)
    assert send(ledger, close, plain) == ["CREATED", "DEBIT_ACCOUNT_ALREADY_CLOSED"]
    assert send(ledger, replace(plain, id=104, debit_account_id=6)) == ["CREDIT_ACCOUNT_ALREADY_CLOSED"]
    assert send(ledger, POST) == ["DEBIT_ACCOUNT_ALREADY_CLOSED"]
    assert ledger.lookup_accounts([1])[0].flags & AccountFlags.CLOSED
    assert send(ledger, VOID, replace(plain, id=105)) == ["CREATED", "CREATED"]
    assert not ledger.lookup_accounts([1])[0].flags & AccountFlags.CLOSED


def test_posting_to_an_account_closed_on_the_credit_side(ledger: EmbeddedLedger) -> None:
    close = replace(HOLD, id=103, debit_account_id=6, flags=F.PENDING | F.CLOSING_CREDIT, amount=0)
    assert send(ledger, HOLD, close, POST) == ["CREATED", "CREATED", "CREDIT_ACCOUNT_ALREADY_CLOSED"]


def test_expiry_reopens_what_the_transfer_closed(ledger: EmbeddedLedger) -> None:
    send(ledger, replace(HOLD, flags=F.PENDING | F.CLOSING_DEBIT, timeout=1))
    plain = replace(HOLD, id=103, flags=F.NONE)
    assert send(ledger, plain, now=NOW + 2 * SECOND) == ["CREATED"]


def test_pending_amounts_count_against_a_limit(ledger: EmbeddedLedger) -> None:
    top_up = replace(HOLD, id=90, flags=F.NONE, credit_account_id=3)
    hold = replace(HOLD, debit_account_id=3, amount=30)
    assert send(ledger, top_up, hold, replace(hold, id=104)) == ["CREATED", "CREATED", "EXCEEDS_CREDITS"]
