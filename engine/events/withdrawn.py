"""Which events do not count any more, as of a `seq`."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from engine.events.tables import withdrawals

__all__ = ["Identities", "withdrawn_by_day", "withdrawn_count", "withdrawn_subjects"]

Identities = tuple[tuple[str, str], ...]
"""(source, id) of events, sorted."""


def withdrawn_by_day(conn: Connection, as_of: int | None) -> dict[tuple[str, str], Identities]:
    """(type, UTC date) of the withdrawn events → their identities; None: as of now."""
    query = select(withdrawals.c.type, withdrawals.c.date, withdrawals.c.source, withdrawals.c.id)
    if as_of is not None:
        query = query.where(withdrawals.c.seq <= as_of)
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for kind, date, source, ident in conn.execute(query):
        found.setdefault((kind, date), []).append((source, ident))
    return {key: tuple(sorted(identities)) for key, identities in found.items()}


def withdrawn_subjects(conn: Connection, after: int, as_of: int) -> set[str]:
    """Whose events were withdrawn by something learnt in `(after, as_of]`."""
    query = select(withdrawals.c.subject).where(withdrawals.c.seq > after, withdrawals.c.seq <= as_of)
    return set(conn.execute(query.distinct()).scalars())


def withdrawn_count(conn: Connection, kind: str, subjects: Sequence[str], from_us: int, to_us: int, as_of: int) -> int:
    """How many events of a type and of these subjects in `[from_us, to_us)` did not count any more as of a `seq`."""
    of = withdrawals.c
    query = select(func.count()).where(
        of.type == kind, of.subject.in_(subjects), of.time_us >= from_us, of.time_us < to_us, of.seq <= as_of
    )
    return int(conn.execute(query).scalar_one())
