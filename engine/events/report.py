"""What an ingest did, in counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

__all__ = ["BatchReport", "IngestReport", "total"]


@dataclass(frozen=True, slots=True)
class BatchReport:
    """One committed batch; `seq_from` > `seq_to` when it stored nothing."""

    batch: int
    accepted: int
    duplicates: int
    conflicts: int
    quarantined: int
    """Unusable events and conflicts put into quarantine, including those that were there already."""
    rounded: int
    """Accepted events in which a number was rounded to 12 places."""
    seq_from: int
    seq_to: int
    reasons: dict[str, int] = field(default_factory=dict)
    progress: dict[str, int] = field(default_factory=dict)
    """Source → last record taken in, counted from 1."""


@dataclass(frozen=True, slots=True)
class IngestReport:
    """A whole ingest: every record read is accepted, a duplicate, or in quarantine."""

    accepted: int
    duplicates: int
    conflicts: int
    quarantined: int
    rounded: int
    seq: int
    """The log's greatest seq afterwards: what a run started now is "as of"."""
    reasons: dict[str, int]
    batches: tuple[BatchReport, ...]


def total(batches: Iterable[BatchReport], seq: int) -> IngestReport:
    """The sum of the batches."""
    all_ = tuple(batches)
    reasons: Counter[str] = Counter()
    for batch in all_:
        reasons.update(batch.reasons)
    return IngestReport(
        sum(batch.accepted for batch in all_),
        sum(batch.duplicates for batch in all_),
        sum(batch.conflicts for batch in all_),
        sum(batch.quarantined for batch in all_),
        sum(batch.rounded for batch in all_),
        seq,
        dict(sorted(reasons.items())),
        all_,
    )
