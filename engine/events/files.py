"""Durable files: written aside, synced, renamed; one writer a workspace; orphans of a crash removed."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.events.errors import IngestError, of_os_error

__all__ = ["DurableFile", "Faults", "ingest_lock", "no_faults", "sweep", "write_durably"]

Faults = Callable[[str], None]
"""Called with the name of each point at which a crash must be harmless; tests stop the process there."""
_TEMPORARY = ".part"


def no_faults(point: str) -> None:
    """The production hook: nothing happens at any point."""


class DurableFile:
    """A file being written: `write` puts every byte out and keeps the SHA-256 of all of them."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._hash = hashlib.sha256()
        self._size = 0
        self.closed = False

    def write(self, data: bytes) -> int:
        """Write all of `data`; the system's short writes are continued."""
        view = memoryview(data).cast("B")
        while view:
            count = os.write(self._descriptor, view)
            self._hash.update(view[:count])
            self._size += count
            view = view[count:]
        return len(data)

    def tell(self) -> int:
        """Bytes written so far."""
        return self._size

    def flush(self) -> None:
        """Nothing is buffered here; `write_durably` syncs."""

    def close(self) -> None:
        """The descriptor belongs to `write_durably`; closing here only marks the end."""
        self.closed = True

    def readable(self) -> bool:
        """Never readable."""
        return False

    def writable(self) -> bool:
        """Always writable."""
        return True

    def seekable(self) -> bool:
        """Written front to back only."""
        return False

    def sha256(self) -> str:
        """SHA-256 of everything written, in hex."""
        return self._hash.hexdigest()


def write_durably(path: Path, fill: Callable[[DurableFile], None], faults: Faults, what: str) -> str:
    """Write a file so that it exists whole or not at all; the SHA-256 of its content comes back.

    Order: temporary file, fsync, rename, fsync of the directory. Raises `IngestError` RBE02 or RBE03.
    """
    aside = path.with_name(path.name + _TEMPORARY)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
        try:
            out = DurableFile(descriptor)
            fill(out)
            faults(f"{what}-written")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        faults(f"{what}-synced")
        os.replace(aside, path)
        faults(f"{what}-renamed")
        sync_directory(path.parent)
    except OSError as error:
        if aside.exists():
            aside.unlink()  # a full disk needs the room back at once
        raise of_os_error(error, path) from error
    return out.sha256()


def sync_directory(directory: Path) -> None:
    """Make the names in a directory durable."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def ingest_lock(root: Path) -> Iterator[None]:
    """Hold the workspace's ingest lock; a second holder gets RBE01 at once. The system frees it at a crash."""
    path = root / "ingest.lock"
    try:
        root.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise of_os_error(error, path) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise IngestError(
                "RBE01", "another ingest is running in this workspace", "wait for it to end, then run again", str(path)
            ) from error
        yield
    finally:
        os.close(descriptor)


def sweep(root: Path, folder: str, known: set[str]) -> int:
    """Remove files under `root/folder` that no catalogue row names: the leavings of a crash. Returns how many."""
    removed = 0
    for path in sorted((root / folder).rglob("*")):
        if path.is_file() and path.relative_to(root).as_posix() not in known:
            try:
                path.unlink()
            except OSError as error:
                raise of_os_error(error, path) from error
            removed += 1
    return removed
