"""A billing run killed at every point that it names, then run again: the same bytes as a run that nothing stopped."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from workbench.billing import Sample, Setting, import_sample, ingest_sample, open_workspace, publish_sample
from workbench.project import make_sample

from engine.proof import export_rows, reconcile, verify_all
from engine.workspace import Workspace

ROOT = Path(__file__).parents[2]
DRIVER = Path(__file__).with_name("run_driver.py")
PERIOD = "2026-10"
POINTS = ("rated", "written", "committed", "posted", "finished")
SETTING = Setting(period=PERIOD)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with everything in it but the run."""
    folder = tmp_path_factory.mktemp("prepared")
    make_sample(folder / "sample", accounts=12, events=1500, period=PERIOD)
    sample = Sample.open(folder / "sample")
    with open_workspace(folder / "ws", sample) as workspace:
        publish_sample(workspace, SETTING.start)
        import_sample(workspace, sample, SETTING.start)
        ingest_sample(workspace, sample, SETTING.moment)
    return folder / "ws"


def _run(workspace: Path, kill_at: str = "") -> int:
    path = os.pathsep.join([str(ROOT), str(ROOT / "notebooks")])
    environment = {**os.environ, "PYTHONPATH": path, "RATEBOOK_KILL_AT": kill_at}
    done = subprocess.run(
        [sys.executable, str(DRIVER), str(workspace), PERIOD, str(SETTING.moment)],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode


def _content(root: Path) -> dict[str, Any]:
    """All that a run leaves: lines files by name and bytes, invoice documents, transfers, the run's own document."""
    with Workspace.open(root, read_only=True) as workspace:
        store = workspace.store
        files = {
            p.relative_to(root).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
            for p in root.glob("lines/**/*.*")
        }
        return {
            "files": files,
            "invoices": store.documents("invoice"),
            "run": store.documents("run"),
            "transfers": export_rows(workspace.root, store, "transfers").to_pylist(),
            "counter": store.get("counter", "invoice"),
        }


def _holds(root: Path) -> bool:
    """Whether the books balance and everything in them can be derived again."""
    with Workspace.open(root, read_only=True) as workspace:
        balanced: bool = reconcile(workspace.root, workspace.store, PERIOD)["balanced"]
        return balanced and not verify_all(workspace.root, workspace.store, workspace.ledger)


@pytest.fixture(scope="module")
def undisturbed(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a run leaves that nothing stopped."""
    root = tmp_path_factory.mktemp("calm") / "ws"
    shutil.copytree(prepared, root)
    assert _run(root) == 0
    content = _content(root)
    assert _holds(root) and len(content["invoices"]) > 10
    return content


@pytest.mark.parametrize("point", POINTS)
def test_killed_and_run_again(tmp_path: Path, prepared: Path, undisturbed: dict[str, Any], point: str) -> None:
    root = tmp_path / "ws"
    shutil.copytree(prepared, root)
    assert _run(root, point) == -signal.SIGKILL
    assert _run(root) == 0
    assert _content(root) == undisturbed


def test_killed_at_every_point_in_turn(tmp_path: Path, prepared: Path, undisturbed: dict[str, Any]) -> None:
    root = tmp_path / "ws"
    shutil.copytree(prepared, root)
    assert [_run(root, point) for point in POINTS] == [-signal.SIGKILL] * len(POINTS)
    assert _run(root) == 0
    assert _content(root) == undisturbed and _holds(root)


def test_every_named_point_is_tried() -> None:
    text = (ROOT / "engine/runs/run.py").read_text(encoding="utf-8")
    assert tuple(re.findall(r'setting\.faults\("([a-z-]+)"\)', text)) == POINTS
