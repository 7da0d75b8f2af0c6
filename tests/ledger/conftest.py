"""A ledger in a fresh database, with a few accounts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.journal import Store
from engine.ledger import Account, AccountFlags, EmbeddedLedger

NOW = 1_790_000_000_000_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "ratebook.db") as opened:
        yield opened


@pytest.fixture
def ledger(store: Store) -> EmbeddedLedger:
    """Accounts 1 and 2 plain, 3 must not be overdrawn by debits, 4 by credits, 5 in another ledger, 6 plain."""
    opened = EmbeddedLedger.open(store)
    opened.create_accounts(
        [
            Account(id=1, ledger=840, code=10),
            Account(id=2, ledger=840, code=10),
            Account(id=3, ledger=840, code=10, flags=AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS),
            Account(id=4, ledger=840, code=10, flags=AccountFlags.CREDITS_MUST_NOT_EXCEED_DEBITS),
            Account(id=5, ledger=978, code=10),
            Account(id=6, ledger=840, code=10),
        ],
        NOW,
    )
    return opened
