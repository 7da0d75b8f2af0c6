"""The ledger's tables, in the tenant's own database.

Amounts are decimal integers as text (128-bit numbers fit no SQL integer), ids are 16 big-endian bytes. Transfers refer
to accounts by their row number, which is small. There is no index by account: keeping two of them up to date cost two
fifths of the time of posting, and a statement of one account scans a million transfers in well under a second.
"""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()

_Number = BigInteger().with_variant(Integer, "sqlite")

accounts = Table(
    "ledger_accounts",
    metadata,
    Column("no", _Number, primary_key=True, autoincrement=False),
    Column("id", LargeBinary, nullable=False, unique=True),
    Column("debits_pending", Text, nullable=False),
    Column("debits_posted", Text, nullable=False),
    Column("credits_pending", Text, nullable=False),
    Column("credits_posted", Text, nullable=False),
    Column("user_data_128", LargeBinary),
    Column("user_data_64", BigInteger),
    Column("user_data_32", BigInteger),
    Column("ledger", BigInteger, nullable=False),
    Column("code", Integer, nullable=False),
    Column("flags", Integer, nullable=False),
    Column("timestamp", BigInteger, nullable=False),
)

transfers = Table(
    "ledger_transfers",
    metadata,
    Column("timestamp", _Number, primary_key=True, autoincrement=False),
    Column("id", LargeBinary, nullable=False, unique=True),
    Column("debit", BigInteger, nullable=False),
    Column("credit", BigInteger, nullable=False),
    Column("amount", Text, nullable=False),
    Column("pending_id", LargeBinary),
    Column("user_data_128", LargeBinary),
    Column("user_data_64", BigInteger),
    Column("user_data_32", BigInteger),
    Column("timeout", BigInteger),
    Column("code", Integer, nullable=False),
    Column("flags", Integer, nullable=False),
)

batches = Table(
    "ledger_batches",
    metadata,
    Column("first", _Number, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
    Column("low", LargeBinary, nullable=False),
    Column("high", LargeBinary, nullable=False),
    Column("settled", Integer, nullable=False, index=True),
    Column("rows", LargeBinary, nullable=False),
)
"""Plain transfers that were booked together (`packed`): the first timestamp, the least and greatest id, and whether the
accounts' rows hold their amounts already."""

pending = Table(
    "ledger_pending",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("status", Integer, nullable=False),
    Column("expires_at", BigInteger, index=True),
)

burnt = Table("ledger_burnt", metadata, Column("id", LargeBinary, primary_key=True))

clock = Table("ledger_clock", metadata, Column("one", Integer, primary_key=True), Column("timestamp", BigInteger))
"""One row: the last timestamp given out. It rises with every batch, so it also tells when another process wrote."""
