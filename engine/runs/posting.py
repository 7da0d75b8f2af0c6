"""Posting a run's invoices to the ledger: derived ids, so that posting again is the same as once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.ledger import EmbeddedLedger, LegColumns, PostingKind, PostReport, Role, post_documents

_ROLES = (Role.REVENUE, Role.TAX_PAYABLE)
CHUNK = 250_000
"""Legs posted in one call: bounds memory, keeps whole documents together."""


def post_run(ledger: EmbeddedLedger, tenant: str, legs: dict[str, list[Any]], now: int, period: int) -> int:
    """Post all invoices of a run; returns how many were new. `legs` as `documents.legs` gives them."""
    return post_legs(ledger, tenant, PostingKind.INVOICE, "INV", legs, now, period)


def post_legs(
    ledger: EmbeddedLedger,
    tenant: str,
    kind: PostingKind,
    series: str,
    legs: dict[str, list[Any]],
    now: int,
    period: int,
) -> int:
    """Post the documents of a numbered series; returns how many were new. Amounts are signed pico."""
    created = 0
    for start, end in chunks(legs["number"], CHUNK):
        columns = LegColumns(
            number=legs["number"][start:end],
            customer=legs["customer"][start:end],
            currency=legs["currency"][start:end],
            role=[_ROLES[r] for r in legs["role"][start:end]],
            owner=legs["owner"][start:end],
            amount=legs["amount"][start:end],
        )
        report: PostReport = post_documents(ledger, tenant, kind, series, columns, now, period=period)
        created += report.booked
    return created


def chunks(numbers: list[int], size: int) -> Iterator[tuple[int, int]]:
    """[start, end) ranges of at most about `size` rows that do not cut a document."""
    start = 0
    while start < len(numbers):
        end = min(start + size, len(numbers))
        while end < len(numbers) and numbers[end] == numbers[end - 1]:
            end += 1
        yield start, end
        start = end
