"""Named locks that die with their process: an advisory file lock beside the database."""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.journal.errors import BAD_REQUEST, LeaseHeld, StoreError, from_os_error

FOLDER = "locks"
_NAME = re.compile(r"[A-Za-z0-9_.:@+-]+")


@contextmanager
def lease(root: Path, name: str, owner: str, now: int) -> Iterator[None]:
    """Hold the lock `name` below `root` for the block.

    `owner` and `now` (UTC microseconds) are written into the lock file so that the one who is refused can be told who
    holds it. The lock itself belongs to the operating system: when the owner's process dies, it is free again, and the
    file left behind means nothing. Raises LeaseHeld, or StoreError RBJ15 for a name that is no file name.
    """
    if not _NAME.fullmatch(name):
        raise StoreError(BAD_REQUEST, f"`{name}` is no name for a lock", "use letters, digits and _ . : @ + -")
    path = root / FOLDER / f"{name}.lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise from_os_error(error, str(path)) from error
    try:
        _lock(descriptor, name, path)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{owner} (process {os.getpid()}, since {now} µs)".encode(), 0)
        yield
    finally:
        os.close(descriptor)  # closing releases the lock


def _lock(descriptor: int, name: str, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(descriptor, 1000, 0).decode(errors="replace") or "another process"
        raise LeaseHeld(name, holder) from error
    except OSError as error:
        raise from_os_error(error, str(path)) from error
