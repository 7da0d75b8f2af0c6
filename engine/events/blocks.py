"""Raw records of a source, block by block, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import msgspec
import numpy as np

from engine.events.errors import IngestError
from engine.events.options import IngestOptions

__all__ = ["Block", "array_blocks", "line_blocks", "line_count"]

_BOM = b"\xef\xbb\xbf"
_NEWLINE = 10
_MAX_LINE = 64 << 20
_ARRAY_STEP = 20_000
_RAWS = msgspec.json.Decoder(list[msgspec.Raw])


@dataclass(slots=True)
class Block:
    """Some consecutive raw records of one source: as lines in one buffer, or as separate JSON texts.

    `positions` are the records' places in the source as a person counts them (line, element or row, from 1).
    """

    origin: str
    first: int
    lines: bytes | None = None
    """Complete lines, each ended by a newline; None when the records are separate."""
    texts: Sequence[bytes] | None = None
    refused: Sequence[tuple[int, bytes, str, str]] = ()
    """Records that never became an event: (position, raw, reason, detail)."""
    positions: Sequence[int] | None = None
    """Set where the records do not simply follow `first`."""

    def records(self) -> Sequence[bytes]:
        """Each record's raw bytes; blank lines keep their place as empty records."""
        if self.texts is None:
            assert self.lines is not None
            self.texts = self.lines.split(b"\n")[:-1]
        return self.texts

    def position(self, row: int) -> int:
        """Place of one record in its source."""
        return self.positions[row] if self.positions is not None else self.first + row

    def last(self) -> int:
        """Place of the last record; `first` − 1 for an empty block."""
        if self.positions is not None:
            return self.positions[-1] if self.positions else self.first - 1
        return self.first + (len(self.records()) if self.lines is None else line_count(self.lines)) - 1

    def size(self) -> int:
        """Raw bytes held."""
        return len(self.lines) if self.lines is not None else sum(map(len, self.texts or ()))


def line_count(lines: bytes) -> int:
    """How many newlines there are; comparing the whole buffer at once beats looking for one after another."""
    return int(np.count_nonzero(np.frombuffer(lines, np.uint8) == _NEWLINE))


def line_blocks(stream: BinaryIO, origin: str, options: IngestOptions) -> Iterator[Block]:
    """JSON lines: blocks of whole lines; the last line may lack its newline."""
    rest, first = b"", 1
    start = True
    while chunk := stream.read(options.block_bytes):
        if start:
            chunk, start = chunk.removeprefix(_BOM), False
        cut = chunk.rfind(b"\n") + 1
        if cut == 0:
            rest += chunk
            if len(rest) > _MAX_LINE:
                raise IngestError(
                    "RBE04", f"line {first} is longer than 64 MB", "is this a JSON array? Then name it .json", origin
                )
            continue
        lines = rest + chunk[:cut]
        if b"\r" in lines:
            lines = lines.replace(b"\r\n", b"\n")
        rest = chunk[cut:]
        yield Block(origin, first, lines)
        first += line_count(lines)
    if rest:
        yield Block(origin, first, rest.removesuffix(b"\r") + b"\n")


def array_blocks(stream: BinaryIO, origin: str, options: IngestOptions) -> Iterator[Block]:
    """A JSON array of events, or one event alone (CloudEvents batch and structured formats).

    An array is taken whole or refused whole (RBE10): what follows a broken element has no certain bounds.
    """
    body = stream.read(options.max_array_bytes + 1).removeprefix(_BOM)
    if len(body) > options.max_array_bytes:
        raise IngestError(
            "RBE10",
            f"the JSON array is larger than {options.max_array_bytes} bytes",
            "write one event a line (.jsonl): lines are read in any size; nothing of this file was stored",
            origin,
        )
    if body.lstrip()[:1] == b"{":
        yield Block(origin, 1, texts=[body.strip()])
        return
    try:
        records = _RAWS.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise IngestError(
            "RBE10", f"the file is no JSON array: {error}", "mend or cut the file; nothing of it was stored", origin
        ) from error
    for start in range(0, len(records), _ARRAY_STEP):
        yield Block(origin, start + 1, texts=[bytes(raw) for raw in records[start : start + _ARRAY_STEP]])
