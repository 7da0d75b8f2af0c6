"""Where the checkout is, and the parts of it that notebooks use: the sample company's books and its generator."""

from __future__ import annotations

import atexit
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from workbench.output import Refused, error_data, error_text

SAMPLE_BOOKS = ("api_calls", "energy", "llm_api", "object_storage")
"""Folders below `pricebooks/` that the sample company sells by."""


def project_root() -> Path:
    """The checkout's top folder, from wherever a notebook was started. Raises `Refused` RBC11 outside a checkout."""
    for folder in (Path.cwd(), *Path.cwd().parents, *Path(__file__).resolve().parents):
        if (folder / "pricebooks").is_dir() and (folder / "notebooks" / "workbench").is_dir():
            return folder
    message, hint = "this is not inside a checkout of ratebook", "start from the folder that holds `pricebooks/`"
    raise Refused(error_data("RBC11", message, hint), error_text("RBC11", message, hint))


def from_root(text: str) -> Path:
    """A folder that someone named: a relative one lies below the checkout, wherever the notebook was started."""
    return project_root() / text


def as_shown(path: Path) -> str:
    """A path as pages and messages name it: below the checkout when it is there."""
    root = project_root()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def spare_folder() -> str:
    """A temporary folder that goes when this process, or this kernel, ends."""
    folder = tempfile.mkdtemp(prefix="ratebook-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def sample_books(root: Path) -> list[Path]:
    """The sample company's price books, one file a version, as paths relative to `root`."""
    return [p.relative_to(root) for name in SAMPLE_BOOKS for p in sorted((root / "pricebooks" / name).glob("*.rate"))]


def make_sample(folder: str | Path, *, accounts: int, events: int, period: str, seed: int = 7) -> None:
    """Write a sample company's month into `folder`: events, lists, `manifest.json`; the same arguments, the same bytes.

    Raises `Refused` RBC12 with the generator's own words when it does not accept the numbers.
    """
    command = [sys.executable, "-m", "data.generate", "--accounts", str(accounts), "--events", str(events),
               "--period", period, "--seed", str(seed), "--out", str(Path(folder).resolve())]  # fmt: skip
    done = subprocess.run(command, cwd=project_root(), capture_output=True, text=True, check=False)
    if done.returncode:
        message, hint = f"no sample was made: {done.stderr.strip().splitlines()[-1]}", "see data/README.md"
        raise Refused(error_data("RBC12", message, hint), error_text("RBC12", message, hint))
