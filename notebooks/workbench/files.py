"""Replacing a file whole: a reader, or a crash, sees the old text or the new one."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path


def replace_text(path: Path, text: str) -> None:
    """Write a text in place of a file, with the same permissions; through a link, to the file it names.

    Raises OSError, and then leaves the file as it was: no folder entry, no right to write, no space.
    """
    target = path.resolve(strict=True)
    if not os.access(target, os.W_OK):
        raise PermissionError(13, "this file is read-only", str(path))
    handle, draft = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fchmod(file.fileno(), stat.S_IMODE(target.stat().st_mode))
            os.fsync(file.fileno())
        os.replace(draft, target)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    _keep_entry(target.parent)


def _keep_entry(folder: Path) -> None:
    """The new name outlives a loss of power only once its folder is on disk."""
    entry = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(entry)
    finally:
        os.close(entry)
