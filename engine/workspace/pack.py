"""A whole workspace as one file, and back: every byte named by its digest, the database as it stood at one moment."""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.journal.canonical import canonical_json
from engine.workspace.errors import WorkspaceError

MANIFEST = "manifest.json"
DATABASE = "ratebook.db"
_LEFT_OUT = (".lock", ".part", ".tmp", "-wal", "-shm", "-journal")


def pack(root: Path, target: Path) -> dict[str, Any]:
    """Write the workspace to `target` (an uncompressed tar; what is in it is compressed already).

    Returns `files`, `bytes` and the `digest` of its manifest. Files that a running ingest adds meanwhile are not
    named by the database's copy, and so do no harm. Raises `WorkspaceError` RBW06 where there is no workspace.
    """
    if not (root / DATABASE).is_file():
        raise WorkspaceError("RBW06", f"there is no workspace at {root}", f"make one: ratebook init {root}")
    named: dict[str, str] = {}
    size = 0
    with tempfile.TemporaryDirectory() as folder, tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as archive:
        copy = Path(folder) / DATABASE
        _copy_database(root / DATABASE, copy)
        for name, path in [(DATABASE, copy), *_files(root)]:
            named[name] = _add(archive, name, path)
            size += path.stat().st_size
        manifest = canonical_json({"pack": 1, "files": named}).encode()
        entry = tarfile.TarInfo(MANIFEST)
        entry.size = len(manifest)
        archive.addfile(entry, io.BytesIO(manifest))
    return {"files": len(named), "bytes": size, "digest": hashlib.sha256(manifest).hexdigest(), "file": str(target)}


def _copy_database(source: Path, target: Path) -> None:
    """A consistent copy, whatever is being written."""
    with sqlite3.connect(f"file:{source}?mode=ro", uri=True) as held, sqlite3.connect(target) as copy:
        held.backup(copy)
    held.close()
    copy.close()


def _files(root: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_file() and not name.startswith(DATABASE) and not name.endswith(_LEFT_OUT):
            yield name, path


def _add(archive: tarfile.TarFile, name: str, path: Path) -> str:
    """Add a file with nothing of this machine about it; returns its SHA-256."""
    entry = tarfile.TarInfo(name)
    entry.size = path.stat().st_size
    with path.open("rb") as handle:
        archive.addfile(entry, handle)
        handle.seek(0)
        return hashlib.file_digest(handle, "sha256").hexdigest()


def unpack(source: Path, root: Path) -> dict[str, Any]:
    """Make the workspace of a pack at `root`, which must not be there yet; every file is compared with its digest.

    Nothing is left at `root` when something is wrong. Raises `WorkspaceError` RBW01 (there is a workspace), RBW10 (no
    pack), RBW11 (a file is missing, added, or changed).
    """
    if root.exists() and any(root.iterdir()):
        raise WorkspaceError("RBW01", f"there is something at {root} already", "use another folder")
    root.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root.parent, prefix=".unpack-") as folder:
        fresh = Path(folder) / "ws"
        try:
            with tarfile.open(source, "r:") as archive:
                archive.extractall(fresh, filter="data")
        except (OSError, tarfile.TarError) as error:
            raise WorkspaceError("RBW10", f"{source} is no pack: {error}", "make it: ratebook pack WS FILE") from None
        named = _named(fresh, source)
        for name, digest in named.items():
            _check(fresh / name, name, digest)
        found = {p.relative_to(fresh).as_posix() for p in fresh.rglob("*") if p.is_file()} - {MANIFEST}
        for name in sorted(found - named.keys()):
            raise WorkspaceError("RBW11", f"{name} is not in the pack's manifest", "get the pack again")
        manifest = (fresh / MANIFEST).read_bytes()
        (fresh / MANIFEST).unlink()
        if root.exists():
            root.rmdir()
        fresh.rename(root)
    return {"files": len(named), "digest": hashlib.sha256(manifest).hexdigest(), "workspace": str(root)}


def _named(fresh: Path, source: Path) -> dict[str, str]:
    try:
        named: dict[str, str] = json.loads((fresh / MANIFEST).read_bytes())["files"]
    except (OSError, ValueError, KeyError, TypeError):
        hint = "make it: ratebook pack WS FILE"
        raise WorkspaceError("RBW10", f"{source} has no manifest, so it is no pack", hint) from None
    return named


def _check(path: Path, name: str, digest: str) -> None:
    if not path.is_file():
        raise WorkspaceError("RBW11", f"{name} is missing from the pack", "get the pack again")
    with path.open("rb") as handle:
        if hashlib.file_digest(handle, "sha256").hexdigest() != digest:
            raise WorkspaceError("RBW11", f"{name} was changed after the pack was made", "get the pack again")
