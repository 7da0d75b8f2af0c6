"""Bytes of a source: opened, sniffed, decompressed, and proven complete before the first event is stored."""

from __future__ import annotations

import io
import lzma
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, cast

import pyarrow as pa

from engine.events.errors import IngestError
from engine.events.options import Source
from engine.events.sniff import Kind, check_compression, check_content, kind_of

__all__ = ["Opened", "check_source", "open_source"]

_STEP = 4 << 20
_HEAD = 4096


@dataclass(frozen=True, slots=True)
class Opened:
    """A source ready to read: decompressed bytes and what they hold."""

    stream: BinaryIO
    kind: Kind
    label: str


def check_source(source: Source) -> Kind:
    """Open a source, compare name and content, and read a compressed one to its end.

    A cut or damaged file raises RBE05 here, before anything of it is stored: half a file is not its content.
    """
    with open_source(source) as opened:
        if opened.kind.compression:
            with _damage_named(opened.label):
                while opened.stream.read(_STEP):
                    pass
        return opened.kind


@contextmanager
def open_source(source: Source) -> Iterator[Opened]:
    """The decompressed stream of a source, at its start, after name and first bytes were found to agree."""
    label = source.label
    kind = kind_of(label, source.format)
    with _raw(source) as raw:
        check_compression(label, raw.read(8), kind.compression)
        raw.seek(0)
        stream = _decompressed(raw, kind.compression)
        with _damage_named(label):
            head = stream.read(_HEAD)
        check_content(label, head, kind.format)
        raw.seek(0)
        yield Opened(_decompressed(raw, kind.compression), kind, label)


def _raw(source: Source) -> BinaryIO:
    if source.data is not None:
        return io.BytesIO(source.data)
    assert source.path is not None
    try:
        return source.path.open("rb")
    except OSError as error:
        raise IngestError(
            "RBE06",
            f"the file cannot be read: {error.strerror}",
            "check the path and its permissions",
            str(source.path),
        ) from error


def _decompressed(raw: BinaryIO, compression: str) -> BinaryIO:
    if not compression:
        return raw
    if compression == "xz":
        return cast(BinaryIO, lzma.LZMAFile(raw))
    # one decoder for gzip, bz2 and zstd; it raises at a cut stream and reads concatenated members
    return cast(BinaryIO, pa.CompressedInputStream(pa.PythonFile(_Unclosed(raw), mode="r"), compression))


class _Unclosed(io.RawIOBase):
    """A file whose decoder may be dropped without closing it: the same file is read twice."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return self._raw.read(size)


@contextmanager
def _damage_named(label: str) -> Iterator[None]:
    try:
        yield
    except (EOFError, OSError, lzma.LZMAError, zlib.error) as error:
        raise IngestError(
            "RBE05",
            f"the compressed file is cut short or damaged ({error})",
            "fetch it again; nothing of this ingest was stored, not even what could be read before the cut",
            label,
        ) from error
