"""What can go wrong in the store, each with a code, a sentence and a hint."""

import errno
import sqlite3

from sqlalchemy.exc import DBAPIError

READ_ONLY = "RBJ01"
DISK_FULL = "RBJ02"
LOCKED = "RBJ03"
NOT_A_DATABASE = "RBJ04"
CORRUPT = "RBJ05"
CANNOT_OPEN = "RBJ06"
WRONG_SCHEMA = "RBJ07"
WRONG_TENANT = "RBJ08"
IDEMPOTENCY_CONFLICT = "RBJ09"
LEASE_HELD = "RBJ10"
ARTEFACT_MISSING = "RBJ11"
ARTEFACT_ALTERED = "RBJ12"
DOCUMENT_EXISTS = "RBJ13"
DOCUMENT_MISSING = "RBJ14"
BAD_REQUEST = "RBJ15"
IO_FAILED = "RBJ16"

_HINTS = {
    READ_ONLY: "open the workspace for writing, or copy it to a place where you may write",
    DISK_FULL: "free some space and run the same command again; nothing was half written",
    LOCKED: "another process is writing; wait until it has finished and run the same command again",
    NOT_A_DATABASE: "check the path; if the file was damaged, restore it from a backup",
    CORRUPT: "restore the file from a backup; `verify` says what else is affected",
    CANNOT_OPEN: "check that the folder exists and that you may read it",
    IO_FAILED: "check the disk and the permissions of the workspace",
}

_SQLITE_CODES = {
    sqlite3.SQLITE_READONLY: (READ_ONLY, "the workspace is read-only"),
    sqlite3.SQLITE_FULL: (DISK_FULL, "the disk is full"),
    sqlite3.SQLITE_BUSY: (LOCKED, "the workspace is locked by another process"),
    sqlite3.SQLITE_LOCKED: (LOCKED, "the workspace is locked by another process"),
    sqlite3.SQLITE_NOTADB: (NOT_A_DATABASE, "the file is not a workspace database"),
    sqlite3.SQLITE_CORRUPT: (CORRUPT, "the workspace database is damaged"),
    sqlite3.SQLITE_CANTOPEN: (CANNOT_OPEN, "the workspace database cannot be opened"),
    sqlite3.SQLITE_IOERR: (IO_FAILED, "the disk refused to read or write"),
}

_OS_CODES = {
    errno.ENOSPC: (DISK_FULL, "the disk is full"),
    errno.EDQUOT: (DISK_FULL, "the disk quota is used up"),
    errno.EFBIG: (DISK_FULL, "the file has reached the largest size allowed"),
    errno.EROFS: (READ_ONLY, "the workspace is read-only"),
    errno.EACCES: (READ_ONLY, "you may not write to the workspace"),
    errno.EPERM: (READ_ONLY, "you may not write to the workspace"),
}


class StoreError(Exception):
    """The store could not do what was asked; nothing was half done."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(f"{code}: {message}" + (f" ({hint})" if hint else ""))
        self.code = code
        self.message = message
        self.hint = hint


class IdempotencyConflict(StoreError):
    """An idempotency key was used before for another request."""

    def __init__(self, key: str) -> None:
        super().__init__(
            IDEMPOTENCY_CONFLICT,
            f"the idempotency key `{key}` was used before for another request",
            "repeat the first request unchanged, or give the new request a key of its own",
        )
        self.key = key


class LeaseHeld(StoreError):
    """Another process holds the lease that was asked for."""

    def __init__(self, name: str, holder: str) -> None:
        super().__init__(
            LEASE_HELD,
            f"`{name}` is already being worked on by {holder}",
            "wait until that run has finished; its lock ends with its process",
        )
        self.name = name
        self.holder = holder


def from_database_error(error: DBAPIError, place: str) -> StoreError | None:
    """The coded form of a driver's failure at `place`; None when it is no failure of the environment."""
    number = getattr(error.orig, "sqlite_errorcode", None)
    if isinstance(number, int) and (number & 0xFF) in _SQLITE_CODES:
        code, sentence = _SQLITE_CODES[number & 0xFF]
        return StoreError(code, f"{sentence}: {place}", _HINTS[code])
    return None


def from_os_error(error: OSError, place: str) -> StoreError:
    """The coded form of an operating system's failure at `place`."""
    code, sentence = _OS_CODES.get(error.errno or 0, (IO_FAILED, f"reading or writing failed ({error.strerror})"))
    return StoreError(code, f"{sentence}: {place}", _HINTS[code])
