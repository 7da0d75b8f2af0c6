"""Files that are not what they seem, disks that are full, workspaces that cannot be written: each its own message."""

from __future__ import annotations

import bz2
import errno
import gzip
import json
import lzma
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from engine.events import IngestError, IngestOptions, Source, ingest
from engine.events.files import ingest_lock

NOW = datetime(2026, 12, 1, tzinfo=UTC)
Make = Callable[..., dict[str, Any]]


def _zstd(body: bytes) -> bytes:
    packed: bytes = pa.Codec("zstd").compress(body, asbytes=True)
    return packed


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": _zstd,
}


def _refused(log: Any, content: bytes, name: str, code: str, **more: Any) -> IngestError:
    with pytest.raises(IngestError) as caught:
        log.take(content, name, **more)
    assert caught.value.code == code and caught.value.hint
    assert log.rows() == []
    return caught.value


@pytest.mark.parametrize("suffix", PACKERS)
def test_compressed_lines_are_read_and_a_cut_file_is_refused_whole(log: Any, event: Make, suffix: str) -> None:
    body = b"".join(json.dumps(event(f"e{n}")).encode() + b"\n" for n in range(3_000))
    packed = PACKERS[suffix](body)
    for cut in (len(packed) // 2, len(packed) - 3):
        error = _refused(log, packed[:cut], f"e.jsonl.{suffix}", "RBE05", options=IngestOptions(batch_events=10))
        assert "not even what could be read before the cut" in error.hint
    assert log.take(packed, f"e.jsonl.{suffix}").accepted == 3_000


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("e.parquet", b'{"id":"a"}', "JSON"),
        ("e.jsonl", b"PAR1xxxxPAR1", "Parquet"),
        ("e.jsonl.gz", b'{"id":"a"}', "does not start like one"),
        ("e.jsonl.gz", bz2.compress(b"{}"), "bz2"),
        ("e.jsonl", gzip.compress(b"{}", mtime=0), "gzip"),
        ("e.jsonl", b'[{"id":"a"}]', "JSON array"),
        ("e.jsonl", b"id,time\na,b\n", "CSV"),
        ("e.csv", b'{"id":"a"}', "JSON"),
    ],
)
def test_a_file_that_is_not_what_its_name_says(log: Any, name: str, content: bytes, says: str) -> None:
    assert says in str(_refused(log, content, name, "RBE04"))


def test_unknown_formats_and_missing_files(log: Any, tmp_path: Path) -> None:
    assert "state the format" in str(_refused(log, b"{}", "events.txt", "RBE07"))
    with pytest.raises(IngestError, match="cannot be read") as caught:
        ingest(log.root, log.database.begin, [Source(tmp_path / "no.jsonl")], properties={}, now=NOW)
    assert caught.value.code == "RBE06"


def test_arrays_and_single_events(log: Any, event: Make) -> None:
    assert log.take(json.dumps([event("a"), event("b")], indent=2).encode(), "e.json").accepted == 2
    assert log.take(json.dumps(event("c"), indent=2).encode(), "e.json").accepted == 1
    assert "one event a line" in _again(log, b"[" + b" " * 200 + b"]", IngestOptions(max_array_bytes=100)).hint
    assert "no JSON array" in _again(log, b'[{"id":"a"', None).message


def _again(log: Any, content: bytes, options: IngestOptions | None) -> IngestError:
    with pytest.raises(IngestError) as caught:
        log.take(content, "e.json", options=options)
    assert caught.value.code == "RBE10"
    return caught.value


def test_line_ends_and_marks_of_other_systems(log: Any, event: Make) -> None:
    body = b"\xef\xbb\xbf" + b"\r\n".join(json.dumps(event(name)).encode() for name in "abc")
    assert log.take(body, options=IngestOptions(block_bytes=100)).accepted == 3


def test_a_second_ingest_is_told_to_wait(log: Any, event: Make) -> None:
    with ingest_lock(log.root):
        _refused(log, json.dumps(event()).encode(), "e.jsonl", "RBE01")
    assert log.take([event()]).accepted == 1


def test_a_full_disk_at_every_write_loses_nothing(log: Any, event: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each write call in turn finds the disk full; afterwards the same ingest succeeds."""
    lines = [event(f"e{n}", time=f"2026-10-0{1 + n}T00:00:00Z") for n in range(3)] + [event("bad", time="never")]
    real = os.write
    failed = 0
    while True:
        calls = 0

        def write(descriptor: int, data: bytes, room: int = failed) -> int:
            nonlocal calls
            calls += 1
            if calls > room:
                raise OSError(errno.ENOSPC, "No space left on device")
            return real(descriptor, data[: max(1, len(data) // 2)])

        monkeypatch.setattr(os, "write", write)
        try:
            report = log.take(lines)
        except IngestError as error:
            assert error.code == "RBE03" and "free some space" in error.hint
            assert log.rows() == [] and not list(log.root.rglob("*.part"))
            failed += 1 + failed // 4
            continue
        break
    assert failed > 8
    assert (report.accepted, report.quarantined, len(log.rows())) == (3, 1, 3)


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES])
def test_a_read_only_workspace(log: Any, event: Make, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def refuse(path: Any, flags: int, *rest: Any, **more: Any) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(IngestError) as caught:
        log.take([event()])
    assert caught.value.code == "RBE02" and "read-only" in str(caught.value)


def test_another_failure_of_the_disk(log: Any, event: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    assert "Input/output error" in str(_refused(log, json.dumps(event()).encode(), "e.jsonl", "RBE02"))


def test_orphans_are_removed_by_the_next_ingest(log: Any, event: Make) -> None:
    orphans = [log.root / "events/x/2026-10-01/9-9.parquet", log.root / "index/9.keys.part", log.root / "quarantine/7"]
    for orphan in orphans:
        orphan.parent.mkdir(parents=True, exist_ok=True)
        orphan.write_bytes(b"left over")
    log.take([event(), event("bad", time="never")])
    assert not any(orphan.exists() for orphan in orphans)
    log.take([event("e2")])
    assert len(log.rows()) == 2


def test_options_that_cannot_be_used() -> None:
    for make in (lambda: IngestOptions(batch_events=0), lambda: Source(), lambda: Source(Path("a"), b"")):
        with pytest.raises(IngestError) as caught:
            make()
        assert caught.value.code == "RBE12"


def test_a_now_without_zone_is_refused(log: Any, event: Make) -> None:
    with pytest.raises(IngestError, match="no time zone"):
        log.take([event()], now=NOW.replace(tzinfo=None))
