"""The one error of this room: a code, a sentence, a hint, and where it happened."""

from __future__ import annotations

import errno
from pathlib import Path

__all__ = ["CODES", "IngestError", "of_os_error"]

CODES: dict[str, str] = {
    "RBE01": "another ingest is running in this workspace",
    "RBE02": "the workspace cannot be written",
    "RBE03": "the disk is full",
    "RBE04": "a file is not what its name says",
    "RBE05": "a compressed file is cut short or damaged",
    "RBE06": "a file cannot be read",
    "RBE07": "the format of a file is not known",
    "RBE08": "a column mapping does not fit",
    "RBE09": "a table cannot be read as rows",
    "RBE10": "a JSON array is too large or not an array",
    "RBE11": "the event log is damaged",
    "RBE12": "an option cannot be used as given",
    "RBE13": "a quarantine entry is not there or already settled",
    "RBE23": "the brokers of a stream cannot be reached",
    "RBE24": "a stream has no such topic",
    "RBE25": "a stream no longer holds what comes next",
}


class IngestError(Exception):
    """An ingest, a widening or a read that stopped; nothing half-done is visible in the log.

    `code` is a key of `CODES`; `place` names the file, column or option; `hint` says what to do next.
    """

    def __init__(self, code: str, message: str, hint: str, place: str = "") -> None:
        super().__init__(code, message, hint, place)
        self.code = code
        self.message = message
        self.hint = hint
        self.place = place

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{self.code}: {where}{self.message}\n  help: {self.hint}"


def of_os_error(error: OSError, path: Path) -> IngestError:
    """The operating system's refusal in this room's words; `path` is the file that was being written."""
    place = str(path)
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return IngestError(
            "RBE03",
            "the disk is full; the batch being written was dropped whole, earlier batches are safe",
            "free some space and run the same ingest again: events already stored count as duplicates",
            place,
        )
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return IngestError(
            "RBE02",
            "the workspace is read-only; nothing was stored",
            "give this user write permission on the workspace, or open another workspace",
            place,
        )
    return IngestError("RBE02", f"the workspace cannot be written ({error.strerror})", "check the disk", place)
