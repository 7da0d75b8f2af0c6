"""One flag rewrites the expected diagnostics: `pytest tests/language --update-goldens`."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """The flag exists when this folder is named on the command line."""
    parser.addoption("--update-goldens", action="store_true", help="rewrite tests/language/*/bad/*.txt")


@pytest.fixture
def update_goldens(request: pytest.FixtureRequest) -> bool:
    """Whether expected reports are to be rewritten."""
    return bool(request.config.getoption("--update-goldens", default=False))
