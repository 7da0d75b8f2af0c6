"""State is the fold of the journal: replaying the entries in order rebuilds every document."""

from collections.abc import Iterable

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


def apply_entry(state: State, entry: Entry, read: BatchReader) -> None:
    """Change `state` as the entry says."""
    fields = entry.batch
    if fields is not None:
        for ident, body in read_batch(Batch(**fields), read):
            _put(state, (fields["kind"], ident), body)
    elif entry.entity_kind in (COMMAND, OUTBOX):
        return
    elif entry.after is None:
        state.pop((entry.entity_kind, entry.entity_id), None)
    else:
        _put(state, (entry.entity_kind, entry.entity_id), entry.after)


def _put(state: State, name: tuple[str, str], body: str) -> None:
    version = state[name][1] if name in state else 0
    state[name] = (body, version + 1)
