"""The checkout's own Python files, read once and parsed once."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file: its path below the root, its dotted import name, its text and its syntax tree."""

    path: str
    module: str
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        """How many lines the file has."""
        return self.text.count("\n") + (not self.text.endswith("\n"))


def source(path: str, text: str) -> Source:
    """Parse one file; `notebooks/` is not part of an import name."""
    dotted = path.removeprefix("notebooks/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return Source(path, dotted, text, ast.parse(text, path))


@cache
def python_files(*folders: str) -> tuple[Source, ...]:
    """Every Python file below the named folders, sorted by path."""
    found = [file for folder in folders for file in (ROOT / folder).rglob("*.py")]
    return tuple(source(file.relative_to(ROOT).as_posix(), file.read_text("utf-8")) for file in sorted(found))


def tracked_texts() -> Iterator[tuple[str, str]]:
    """Path and text of every file under version control that is text."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    for name in listing.stdout.decode("utf-8").split("\0"):
        file = ROOT / name
        if not name or not file.is_file():
            continue
        raw = file.read_bytes()
        if b"\0" not in raw[:8192]:
            yield name, raw.decode("utf-8", errors="replace")
