"""What a caller may say about an ingest: sources, wanted properties, options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from engine.events.errors import IngestError

__all__ = ["MAX_EVENT_BYTES", "IngestOptions", "Property", "PropertySchema", "Source", "number", "text"]

MAX_EVENT_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Property:
    """How meters want one property: as an exact number (`n_<path>`), as text (`t_<path>`), or both."""

    number: bool = False
    text: bool = False


PropertySchema = Mapping[str, Property]
"""Property path (`bytes`, `size.total`) → how it is wanted, for one event type."""

number = Property(number=True)
text = Property(text=True)


@dataclass(frozen=True, slots=True)
class Source:
    """One file, or one buffer, of events.

    `format`: `jsonl`, `json`, `csv` or `parquet`; None reads it off the name and checks it against the content.
    `mapping`: attribute or property → column, or a literal written `'text'` or `=text`, or `@row` (id only).
    """

    path: Path | None = None
    data: bytes | None = None
    name: str = ""
    format: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if (self.path is None) == (self.data is None):
            raise IngestError("RBE12", "a source is either a path or a buffer", "give `path` or `data`, one of them")

    @property
    def label(self) -> str:
        """The name shown in messages and kept with quarantined events."""
        return self.name or (self.path.name if self.path is not None else "buffer.jsonl")


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """Choices that change what is accepted; every one has the strict default."""

    round_decimals: bool = False
    """Round numbers with more than 12 places half away from zero, and count them, instead of quarantining."""
    default_source: str = ""
    """`source` of CSV and Parquet rows whose mapping names none."""
    default_type: str = ""
    """`type` of CSV and Parquet rows whose mapping names none."""
    timezone: str = "UTC"
    """IANA zone of CSV and Parquet times that carry no offset."""
    batch_events: int = 250_000
    """Events committed together; memory is bounded by twice as many."""
    batch_bytes: int = 256 << 20
    """A batch is also closed when its raw records reach this many bytes."""
    block_bytes: int = 1 << 20
    """Raw bytes decoded in one step; about what a processor cache holds."""
    threads: int = 2
    """Threads of the columnar work; with more than one, the next batch is decoded while one is committed."""
    future_days: int = 1
    """Events later than `now` by more than this are quarantined."""
    shape_lane: bool = True
    """Cut lines of known shapes without parsing them; False parses every record, with the same result."""
    regular_lane: bool = True
    """Decode whole blocks at once; False takes every record singly, with the same result (used by tests)."""
    max_array_bytes: int = 512 << 20
    """A JSON array is decoded whole; a larger one is refused."""

    def __post_init__(self) -> None:
        if min(self.batch_events, self.batch_bytes, self.block_bytes, self.threads, self.max_array_bytes) < 1:
            raise IngestError("RBE12", "sizes and threads must be at least 1", "leave the option out for its default")
