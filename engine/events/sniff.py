"""What a file is: by its name, and by its first bytes; the two must agree."""

from __future__ import annotations

from dataclasses import dataclass

from engine.events.errors import IngestError

__all__ = ["FORMATS", "Kind", "check_compression", "check_content", "kind_of"]

FORMATS = ("jsonl", "json", "csv", "parquet")
_SUFFIXES = {"jsonl": "jsonl", "ndjson": "jsonl", "json": "json", "csv": "csv", "parquet": "parquet", "pq": "parquet"}
_PACKED = {"gz": "gzip", "zst": "zstd", "bz2": "bz2", "xz": "xz"}
_MAGIC = {"gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd", "bz2": b"BZh", "xz": b"\xfd7zXZ\x00", "Parquet": b"PAR1"}
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Kind:
    """A format of `FORMATS` and a compression (`gzip`, `zstd`, `bz2`, `xz` or nothing)."""

    format: str
    compression: str


def kind_of(name: str, stated: str | None) -> Kind:
    """Read format and compression off a file name; a stated format wins over the name's."""
    parts = name.lower().split(".")[1:]
    compression = _PACKED.get(parts[-1], "") if parts else ""
    if compression:
        parts = parts[:-1]
    format_ = stated or (_SUFFIXES.get(parts[-1], "") if parts else "")
    if format_ not in FORMATS:
        raise IngestError(
            "RBE07",
            f"the format `{stated}` is not known" if stated else "the name does not say what the file holds",
            "name it .jsonl, .json, .csv or .parquet (with .gz, .zst, .bz2 or .xz), or state the format",
            name,
        )
    return Kind(format_, compression)


def _magic_of(head: bytes) -> str:
    return next((what for what, magic in _MAGIC.items() if head.startswith(magic)), "")


def check_compression(name: str, head: bytes, compression: str) -> None:
    """Refuse a file whose first bytes are not those of the compression its name tells, or of one it does not tell."""
    found = _magic_of(head)
    if head and compression and found != compression:
        raise _mismatch(name, f"is named as {compression} but does not start like one", found)
    if not compression and found and found != "Parquet":
        raise _mismatch(name, "is compressed but its name does not say so", found)


def check_content(name: str, head: bytes, format_: str) -> None:
    """Refuse content whose first (decompressed) bytes belong to another format than the name's."""
    found = _magic_of(head)
    start = head.removeprefix(_BOM).lstrip()[:1]
    if format_ == "parquet":
        if found != "Parquet":
            raise _mismatch(name, "is named as Parquet but is not", found or _text_kind(start))
    elif found:
        raise _mismatch(name, f"is named as {format_} but is not", found)
    elif format_ == "jsonl" and start == b"[":
        raise _mismatch(name, "is named as JSON lines but holds a JSON array", "a JSON array: name it .json")
    elif format_ in ("json", "jsonl") and start and start not in (b"[", b"{"):
        raise _mismatch(name, f"is named as {format_} but starts with no JSON", "text, perhaps CSV")
    elif format_ == "csv" and start in (b"[", b"{"):
        raise _mismatch(name, "is named as CSV but is JSON", "JSON")


def _text_kind(start: bytes) -> str:
    return "JSON" if start in (b"[", b"{") else "something else"


def _mismatch(name: str, message: str, found: str) -> IngestError:
    hint = f"it looks like {found}; " if found else ""
    return IngestError("RBE04", f"the file {message}", f"{hint}rename it or state its format; nothing was stored", name)
