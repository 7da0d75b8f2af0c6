"""State is the fold of the journal: replaying the entries in order rebuilds every document."""

from collections.abc import Iterable

import pyarrow as pa

from engine.journal.batches import Batch, BatchReader, read_batch
from engine.journal.entries import COMMAND, OUTBOX, Entry

State = dict[tuple[str, str], tuple[str, int]]
"""(kind, id) → (canonical JSON of the body, version)."""


def fold(entries: Iterable[Entry], read: BatchReader) -> State:
    """Every document with its version after the entries; `read` gives the bytes of batch files.

    Raises StoreError RBJ11 or RBJ12 when a batch file is missing or altered.
    """
    state: State = {}
    for entry in entries:
        apply_entry(state, entry, read)
    return state


def apply_entry(state: State, entry: Entry, read: BatchReader) -> pa.Table | None:
    """Change `state` as the entry says; returns the rows of the batch that the entry stands for."""
    fields = entry.batch
    if fields is not None:
        rows = read_batch(Batch(**fields), read)
        for ident, body in zip(rows["id"].to_pylist(), rows["body"].to_pylist(), strict=True):
            _put(state, (fields["kind"], ident), body)
        return rows
    if entry.entity_kind not in (COMMAND, OUTBOX):
        if entry.after is None:
            state.pop((entry.entity_kind, entry.entity_id), None)
        else:
            _put(state, (entry.entity_kind, entry.entity_id), entry.after)
    return None


def _put(state: State, name: tuple[str, str], body: str) -> None:
    version = state[name][1] if name in state else 0
    state[name] = (body, version + 1)
