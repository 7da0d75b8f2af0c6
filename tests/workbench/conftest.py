"""One small company, billed once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from workbench.billing import Setting, bill_month

from engine.workspace import Workspace


@pytest.fixture(scope="session")
def setting(tmp_path_factory: pytest.TempPathFactory) -> Setting:
    """Places of the small company."""
    folder = tmp_path_factory.mktemp("company")
    return Setting(workspace=str(folder / "ws"), sample=str(folder / "sample"), reports=str(folder / "reports"))


@pytest.fixture(scope="session")
def billed(setting: Setting) -> Iterator[tuple[Workspace, dict[str, object]]]:
    """The workspace after its run, and the run's report."""
    workspace, report = bill_month(setting)
    assert Path(setting.workspace).is_dir()
    yield workspace, report
    workspace.close()
