"""Every status that creating an account can have, and their precedence."""

from dataclasses import replace

import pytest

from engine.ledger import AMOUNT_MAX, Account, AccountFlags, CreateAccountStatus, EmbeddedLedger, LedgerError

NOW = 1_790_000_000_000_000
GOOD = Account(id=100, user_data_128=1, user_data_64=2, user_data_32=3, ledger=840, code=10)
LIMITS = AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS | AccountFlags.CREDITS_MUST_NOT_EXCEED_DEBITS


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "CREATED"),
        ({"timestamp": 1}, "TIMESTAMP_MUST_BE_ZERO"),
        ({"flags": AccountFlags(1 << 9)}, "RESERVED_FLAG"),
        ({"id": 0}, "ID_MUST_NOT_BE_ZERO"),
        ({"id": AMOUNT_MAX}, "ID_MUST_NOT_BE_INT_MAX"),
        ({"flags": LIMITS}, "FLAGS_ARE_MUTUALLY_EXCLUSIVE"),
        ({"debits_pending": 1}, "DEBITS_PENDING_MUST_BE_ZERO"),
        ({"debits_posted": 1}, "DEBITS_POSTED_MUST_BE_ZERO"),
        ({"credits_pending": 1}, "CREDITS_PENDING_MUST_BE_ZERO"),
        ({"credits_posted": 1}, "CREDITS_POSTED_MUST_BE_ZERO"),
        ({"ledger": 0}, "LEDGER_MUST_NOT_BE_ZERO"),
        ({"code": 0}, "CODE_MUST_NOT_BE_ZERO"),
        ({"flags": AccountFlags.LINKED}, "LINKED_EVENT_CHAIN_OPEN"),
        ({"id": 0, "flags": LIMITS, "ledger": 0}, "ID_MUST_NOT_BE_ZERO"),
    ],
)
def test_status(ledger: EmbeddedLedger, changes: dict[str, int], status: str) -> None:
    [result] = ledger.create_accounts([replace(GOOD, **changes)], NOW)
    assert result.status.name == status
    assert bool(ledger.lookup_accounts([GOOD.id])) == (status == "CREATED")


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "EXISTS"),
        ({"flags": AccountFlags.HISTORY}, "EXISTS_WITH_DIFFERENT_FLAGS"),
        ({"user_data_128": 9}, "EXISTS_WITH_DIFFERENT_USER_DATA_128"),
        ({"user_data_64": 9}, "EXISTS_WITH_DIFFERENT_USER_DATA_64"),
        ({"user_data_32": 9}, "EXISTS_WITH_DIFFERENT_USER_DATA_32"),
        ({"ledger": 978}, "EXISTS_WITH_DIFFERENT_LEDGER"),
        ({"code": 11}, "EXISTS_WITH_DIFFERENT_CODE"),
    ],
)
def test_known_id(ledger: EmbeddedLedger, changes: dict[str, int], status: str) -> None:
    [first] = ledger.create_accounts([GOOD], NOW)
    [second] = ledger.create_accounts([replace(GOOD, **changes)], NOW)
    assert second.status.name == status
    assert (second.timestamp == first.timestamp) == (status == "EXISTS")


def test_a_linked_chain_is_created_as_a_whole_or_not_at_all(ledger: EmbeddedLedger) -> None:
    linked = AccountFlags.LINKED
    chain = [replace(GOOD, id=101, flags=linked), replace(GOOD, id=102, code=0), replace(GOOD, id=103)]
    statuses = [result.status for result in ledger.create_accounts(chain, NOW)]
    failed = CreateAccountStatus.LINKED_EVENT_FAILED
    assert statuses == [failed, CreateAccountStatus.CODE_MUST_NOT_BE_ZERO, CreateAccountStatus.CREATED]
    assert [account.id for account in ledger.lookup_accounts([101, 102, 103])] == [103]


def test_fields_outside_their_width_are_refused(ledger: EmbeddedLedger) -> None:
    with pytest.raises(LedgerError, match="RBL02: code 65536 does not fit 16 unsigned bits"):
        ledger.create_accounts([replace(GOOD, code=1 << 16)], NOW)
    with pytest.raises(TypeError, match="ledger must be an int, not a str"):
        ledger.create_accounts([replace(GOOD, ledger="840")], NOW)


def test_imported_accounts_are_refused(ledger: EmbeddedLedger) -> None:
    with pytest.raises(LedgerError, match="RBL03: imported events are not supported"):
        ledger.create_accounts([replace(GOOD, flags=AccountFlags.IMPORTED)], NOW)


def test_an_empty_batch_has_no_results(ledger: EmbeddedLedger) -> None:
    assert ledger.create_accounts([], NOW) == []


def test_a_batch_above_the_limit_is_refused(ledger: EmbeddedLedger) -> None:
    with pytest.raises(LedgerError, match="RBL01: 8190 events are more than the 8189 of one batch"):
        ledger.create_accounts([GOOD] * 8190, NOW)
