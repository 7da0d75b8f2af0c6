"""One small company, billed once for all tests of this folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from workbench.billing import Setting, bill_month

from engine.workspace import Workspace


@pytest.fixture(scope="session", autouse=True)
def _kernels_find_the_checkout() -> Iterator[None]:
    """Kernels and commands that a test starts import this checkout, installed or not."""
    root = Path(__file__).parents[2]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", f"{root}{os.pathsep}{root / 'notebooks'}")
        yield


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
