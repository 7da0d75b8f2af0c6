"""Proof that the store is what its journal says: the chain of hashes, the fold, and the index tables."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from engine.journal.batches import Batch, BatchReader
from engine.journal.canonical import digest_text, parse_json
from engine.journal.documents import GONE, index_values
from engine.journal.entries import GENESIS, Entry, read_entries
from engine.journal.errors import StoreError
from engine.journal.fold import State, apply_entry
from engine.journal.store import Store, read_head
from engine.journal.tables import documents, index_tables
from engine.journal.verify_batches import Came, Finding, check_batches


def verify_journal(store: Store, *, anchor: tuple[int, str] | None = None) -> list[Finding]:
    """Check the chain, the batch files, fold = documents, and documents = index rows; an empty list is the proof.

    `anchor` is an earlier `store.head()` kept elsewhere: without one, a journal rewritten as a whole, by someone who
    computes every hash anew, cannot be told from an honest one. Findings are in order: chain first, then documents.
    """
    with store.reading() as connection:
        replay = Replay(store.read_artefact())
        findings = list(_check_chain(connection, replay, anchor))
        findings.extend(check_batches(connection, replay.came, replay.unread))
        findings.extend(_check_documents(connection, replay.state, replay.came))
        findings.extend(_check_indexes(connection))
    return findings


@dataclass(slots=True)
class Replay:
    """What replaying the journal gives: the state, the batches, and the files of batches that could not be read."""

    read: BatchReader
    state: State = field(default_factory=dict)
    came: list[Came] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)

    def apply(self, entry: Entry) -> None:
        """Replay one entry; raises as `fold.apply_entry`."""
        fields = entry.batch
        try:
            rows = apply_entry(self.state, entry, self.read)
        except StoreError:
            self.unread.add("" if fields is None else fields["artefact"])
            raise
        if fields is not None:
            self.came.append(Came(Batch(**fields), rows))


def _check_chain(connection: Connection, replay: Replay, anchor: tuple[int, str] | None) -> Iterator[Finding]:
    expected, previous = 0, GENESIS
    for entry in read_entries(connection):
        expected += 1
        entity = f"{entry.entity_kind}/{entry.entity_id}"
        if entry.n != expected:
            yield Finding(entry.n, entity, "n", f"entry {expected} is missing")
            expected = entry.n
        elif entry.prev_hash != previous:
            yield Finding(entry.n, entity, "prev_hash", f"entry {entry.n} does not follow entry {entry.n - 1}")
        if entry.compute_hash() != entry.hash:
            yield Finding(entry.n, entity, "hash", f"entry {entry.n} was altered after it was written")
        if anchor is not None and entry.n == anchor[0] and entry.hash != anchor[1]:
            yield Finding(entry.n, entity, "hash", f"entry {entry.n} is not the one that was anchored")
        previous = entry.hash
        try:
            replay.apply(entry)
        except (StoreError, ValueError, TypeError, KeyError) as error:
            yield Finding(entry.n, entity, "after", f"entry {entry.n} cannot be replayed: {error}")
    if anchor is not None and anchor[0] > expected:
        yield Finding(anchor[0], "", "n", f"the anchored entry {anchor[0]} is missing")
    if read_head(connection) != (expected, previous):
        yield Finding(expected, "meta/head", "head", "the last entry is not the one the store remembers")


def _check_documents(connection: Connection, state: State, came: list[Came]) -> Iterator[Finding]:
    left = dict(state)
    own: set[tuple[str, str]] = set()
    for kind, ident, body, body_digest, version in connection.execute(select(documents)):
        entity = f"{kind}/{ident}"
        own.add((kind, ident))
        if body == GONE and (kind, ident) not in left:
            continue
        if (kind, ident) not in left:
            yield Finding(0, entity, "id", f"{entity} is in the store but no entry made it")
            continue
        folded, folded_version = left.pop((kind, ident))
        if body != folded:
            yield Finding(0, entity, _first_field(body, folded), f"{entity} differs from what the journal says")
        if body_digest != digest_text(folded):
            yield Finding(0, entity, "digest", f"the digest of {entity} is not that of its journal body")
        if version != folded_version:
            yield Finding(0, entity, "version", f"{entity} has version {version}, the journal says {folded_version}")
    for kind, ident, body in (row for one in came for row in one.documents() if row[:2] not in own):
        entity, state_of = f"{kind}/{ident}", left.pop((kind, ident), None)
        if state_of is None:
            yield Finding(0, entity, "id", f"{entity} is in its batch, but the journal deleted it")
        elif state_of != (body, 1):
            yield Finding(0, entity, "id", f"{entity} has changed since its batch, but has no row")
    for kind, ident in left:
        yield Finding(0, f"{kind}/{ident}", "id", f"{kind}/{ident} is in the journal but not in the store")


def _check_indexes(connection: Connection) -> Iterator[Finding]:
    for kind, table in index_tables.items():
        rows = {row.id: dict(row._mapping) for row in connection.execute(select(table))}
        bodies = select(documents.c.id, documents.c.body).where(documents.c.kind == kind)
        for ident, body in connection.execute(bodies.where(documents.c.body != GONE)):
            entity, row = f"{kind}/{ident}", rows.pop(ident, None)
            try:
                expected = index_values(kind, ident, parse_json(body))
            except (ValueError, TypeError):
                continue  # the body itself was reported
            if row is None:
                yield Finding(0, entity, "index", f"{entity} has no index row")
            elif row != expected:
                field = next(name for name in expected if row[name] != expected[name])
                yield Finding(0, entity, f"index.{field}", f"the index row of {entity} differs in `{field}`")
        for ident in rows:
            yield Finding(0, f"{kind}/{ident}", "index", f"{kind}/{ident} has an index row but no document")


def _first_field(body: str, folded: str) -> str:
    """The first top-level field in which two bodies differ; `body` when one of them is no JSON object any more."""
    try:
        stored, expected = parse_json(body), parse_json(folded)
        names = sorted(stored.keys() | expected.keys())
    except (ValueError, TypeError, AttributeError):
        return "body"
    return next((name for name in names if stored.get(name) != expected.get(name)), "body")
