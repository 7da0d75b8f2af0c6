"""Transfers that were booked together, as one row of the database: what a billing run posts is read far less than kept.

Only plain transfers are packed: no pending ones, none that refers to another. Their timestamps follow one another.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, select, update

from engine.journal.connect import insert_rows
from engine.ledger import tables

_WIDE = pa.binary(16)
SCHEMA = pa.schema(
    [
        ("id", _WIDE),
        ("debit", pa.int64()),
        ("credit", pa.int64()),
        ("amount", _WIDE),
        ("code", pa.int32()),
        ("flags", pa.int32()),
        ("user_data_128", _WIDE),
        ("user_data_64", pa.int64()),
        ("user_data_32", pa.int64()),
    ]
)
_OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4")


@dataclass(frozen=True, slots=True)
class Moves:
    """Plain transfers as columns: ids as 16 bytes, accounts by their row numbers, amounts in pico.

    User data as stored (`codec`); an empty column where no transfer has any.
    """

    ids: list[bytes]
    debits: list[int]
    credits: list[int]
    amounts: list[int]
    codes: list[int]
    flags: list[int]
    user_data_128: Sequence[bytes | None] = ()
    user_data_64: Sequence[int | None] = ()
    user_data_32: Sequence[int | None] = ()

    def table(self) -> pa.Table:
        """The rows of SCHEMA."""
        count = len(self.ids)
        wide = [_fixed(self.ids), _fixed([amount.to_bytes(16, "big") for amount in self.amounts])]
        data = [self.user_data_128, self.user_data_64, self.user_data_32]
        kinds = [field.type for field in list(SCHEMA)[6:]]
        own = [pa.array(d, k) if len(d) else pa.nulls(count, k) for d, k in zip(data, kinds, strict=True)]
        whole = [pa.array(values, pa.int64()) for values in (self.debits, self.credits)]
        short = [pa.array(values, pa.int32()) for values in (self.codes, self.flags)]
        return pa.table([wide[0], *whole, wide[1], *short, *own], SCHEMA)


def _fixed(values: list[bytes]) -> pa.Array:
    return pa.Array.from_buffers(_WIDE, len(values), [None, pa.py_buffer(b"".join(values))])


def pack(rows: pa.Table) -> bytes:
    """The rows of SCHEMA as one value."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, SCHEMA, options=_OPTIONS) as writer:
        writer.write_table(rows)
    data: bytes = sink.getvalue().to_pybytes()
    return data


def unpack(data: bytes) -> pa.Table:
    """The rows of SCHEMA in a value."""
    return pa.ipc.open_stream(pa.py_buffer(data)).read_all()


def save_moves(connection: Connection, moves: Moves, first: int, *, settled: bool) -> None:
    """Store transfers whose timestamps begin at `first`; `settled`: their accounts' rows hold their amounts."""
    if moves.ids:
        row = (first, len(moves.ids), min(moves.ids), max(moves.ids), int(settled), pack(moves.table()))
        insert_rows(connection, tables.batches.name, ("first", "count", "low", "high", "settled", "rows"), [row])


def taken(connection: Connection, ids: list[bytes]) -> bool:
    """Whether one of the ids is that of a transfer that exists."""
    low, high = min(ids), max(ids)
    single, many = tables.transfers.c, tables.batches.c
    found = connection.execute(select(single.id).where(single.id.between(low, high))).scalars()
    own = set(ids)
    if any(ident in own for ident in found):
        return True
    rows = connection.execute(select(many.rows).where((many.low <= high) & (many.high >= low))).scalars()
    wanted = pa.array(ids, _WIDE)
    return any(pc.any(pc.is_in(unpack(data)["id"], wanted)).as_py() for data in rows)


def find_packed(connection: Connection, ids: Sequence[bytes]) -> Iterator[tuple[Any, ...]]:
    """The packed transfers among `ids`, as rows of codec.TRANSFER_COLUMNS."""
    if not ids:
        return
    many = tables.batches.c
    near = select(many.first, many.rows).where((many.low <= max(ids)) & (many.high >= min(ids)))
    for first, data in connection.execute(near):
        rows = unpack(data)
        places = pc.indices_nonzero(pc.is_in(rows["id"], pa.array(ids, _WIDE)))
        yield from _rows([first + place for place in places.to_pylist()], rows.take(places))


def all_packed(connection: Connection) -> Iterator[tuple[Any, ...]]:
    """Every packed transfer as a row of codec.TRANSFER_COLUMNS, oldest first."""
    many = tables.batches.c
    for first, data in connection.execute(select(many.first, many.rows).order_by(many.first)):
        rows = unpack(data)
        yield from _rows(range(first, first + len(rows)), rows)


def unsettled(connection: Connection) -> dict[int, list[int]]:
    """What accounts' rows lack, by row number: [debits, credits] posted by batches that are not settled yet."""
    lacking: dict[int, list[int]] = {}
    for data in connection.execute(select(tables.batches.c.rows).where(tables.batches.c.settled == 0)).scalars():
        rows = unpack(data)
        columns = (rows[name].to_pylist() for name in ("debit", "credit", "amount"))
        for debit, credit, wide in zip(*columns, strict=True):
            amount = int.from_bytes(wide, "big")
            lacking.setdefault(debit, [0, 0])[0] += amount
            lacking.setdefault(credit, [0, 0])[1] += amount
    return lacking


def settle(connection: Connection) -> None:
    """Say that the accounts' rows hold the amounts of every batch."""
    connection.execute(update(tables.batches).where(tables.batches.c.settled == 0).values(settled=1))


def _rows(timestamps: Sequence[int], rows: pa.Table) -> Iterator[tuple[Any, ...]]:
    """Rows of SCHEMA as rows of codec.TRANSFER_COLUMNS."""
    columns = {name: rows[name].to_pylist() for name in SCHEMA.names}
    amounts = [int.from_bytes(wide, "big") for wide in columns["amount"]]
    nothing = [None] * len(amounts)
    own = (columns["user_data_128"], columns["user_data_64"], columns["user_data_32"])
    moved = (columns["id"], columns["debit"], columns["credit"], amounts)
    return zip(timestamps, *moved, nothing, *own, nothing, columns["code"], columns["flags"], strict=True)
