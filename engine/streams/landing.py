"""Folders where files of events land: each is taken once it is whole, then put aside."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.events import IngestError, IngestReport

DONE, REFUSED = "done", "refused"
_UNFINISHED = (".tmp", ".part", ".partial", ".crdownload", ".swp", "~")


@dataclass(frozen=True, slots=True)
class Landing:
    """What became of one file: its report, or why it was refused."""

    name: str
    report: IngestReport | None
    error: str = ""


Seen = Mapping[str, tuple[int, int]]
"""Name → (size, modification time in ns) when the folder was last looked at."""


def look(folder: Path) -> dict[str, tuple[int, int]]:
    """The files that may be events: no folders, no hidden or unfinished names."""
    found = {}
    for entry in sorted(os.scandir(folder), key=lambda e: e.name):
        if entry.is_file() and not entry.name.startswith(".") and not entry.name.endswith(_UNFINISHED):
            stat = entry.stat()
            found[entry.name] = (stat.st_size, stat.st_mtime_ns)
    return found


def landed(before: Seen, now: Seen) -> list[str]:
    """Names that did not change since the last look: whoever writes them has finished."""
    return [name for name, state in now.items() if before.get(name) == state]


def take_landed(folder: Path, names: list[str], take: Callable[[Path], IngestReport]) -> list[Landing]:
    """Take files one by one; each goes to `done/`, or to `refused/` with its reason beside it. Nothing is deleted."""
    results = []
    for name in names:
        path = folder / name
        try:
            report = take(path)
        except IngestError as error:
            if error.code in ("RBE01", "RBE02", "RBE03"):
                raise  # the workspace, not the file, is at fault: it stays where it is
            _aside(path, REFUSED).with_suffix(path.suffix + ".reason").write_text(f"{error}\n", encoding="utf-8")
            results.append(Landing(name, None, str(error)))
            continue
        _aside(path, DONE)
        results.append(Landing(name, report))
    return results


def _aside(path: Path, where: str) -> Path:
    """Move a file into a folder beside it, under a name that is free there."""
    folder = path.parent / where
    folder.mkdir(exist_ok=True)
    target, number = folder / path.name, 1
    while target.exists():
        number += 1
        target = folder / f"{path.stem}.{number}{path.suffix}"
    os.replace(path, target)
    return target
