"""Where the public data sets are: they are not part of the repository, and the tests skip where they are absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.workspace.kit import World, world


@pytest.fixture(scope="session")
def real_data(root: Path) -> Path:
    """The folder of data sets named in data/README.md: RATEBOOK_REAL_DATA, or one beside the checkout."""
    found = Path(os.environ.get("RATEBOOK_REAL_DATA") or root.parent / "shared" / "real-data")
    if not found.is_dir():
        pytest.skip("the public data sets are not here: set RATEBOOK_REAL_DATA to their folder")
    return found


@pytest.fixture
def made(tmp_path: Path) -> World:
    """A workspace."""
    return world(tmp_path)
