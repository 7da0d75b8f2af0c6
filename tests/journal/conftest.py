"""A fresh store."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.journal import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "ratebook.db", tenant="acme") as opened:
        yield opened
