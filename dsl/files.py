"""Reading price books from the disk: regular files of a size that a book can have, and nothing that never ends."""

from __future__ import annotations

import errno
import os
import stat

from dsl.limits import MAX_CHARACTERS

# UTF-8 takes up to four bytes for a character
MAX_BYTES = 4 * MAX_CHARACTERS


def read_bytes(path: str) -> bytes:
    """The bytes of a file. Raises OSError, also for what is no regular file and for more than `MAX_BYTES`."""
    # a pipe that nobody writes to would never open
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if stat.S_ISDIR(found.st_mode):
            raise IsADirectoryError(errno.EISDIR, "it is a folder", path)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "it is no regular file", path)
        raw = file.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise OSError(errno.EFBIG, f"it has more than {MAX_BYTES:_} bytes", path)
        return raw


def read_file(path: str) -> str:
    """The text of a UTF-8 file, with or without byte-order mark. Raises OSError, UnicodeDecodeError or ValueError."""
    return read_bytes(path).decode("utf-8-sig")
