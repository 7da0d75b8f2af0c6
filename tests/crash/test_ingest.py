"""An ingest killed at every named point, then run again: nothing lost, nothing doubled, the same files."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
VICTIM = Path(__file__).with_name("ingest_victim.py")
POINTS = {
    "batch-judged": 0,
    "segment-written": 1,
    "segment-synced": 0,
    "segment-renamed": 4,
    "index-written": 0,
    "index-synced": 1,
    "index-renamed": 2,
    "quarantine-written": 0,
    "quarantine-synced": 1,
    "quarantine-renamed": 0,
    "before-commit": 3,
    "inside-commit": 1,
    "after-commit": 2,
    "merge-written": 0,
}


def _victim(root: Path, point: str, passes: int) -> dict[str, Any]:
    root.mkdir()
    done = subprocess.run(
        [sys.executable, str(VICTIM), str(root), point, str(passes)],
        cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    result: dict[str, Any] = json.loads(done.stdout)
    return result


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The log of an ingest that nothing stopped."""
    result = _victim(tmp_path_factory.mktemp("crash") / "calm", "none", 0)
    assert not result.pop("killed") and result["rows"] > 200 and len(result["refused"]) > 20
    return result


@pytest.mark.parametrize(("point", "passes"), POINTS.items())
def test_killed_and_run_again(tmp_path: Path, undisturbed: dict[str, Any], point: str, passes: int) -> None:
    result = _victim(tmp_path / "ws", point, passes)
    assert result.pop("killed"), f"the point `{point}` was never reached"
    assert result == undisturbed
    assert result["on_disk"] == [path for path, _ in result["files"]]


def test_every_named_point_is_tried() -> None:
    others = ("widen.py", "compact.py", "purge.py")  # no part of an ingest; each has tests of its own
    source = "".join(path.read_text() for path in (ROOT / "engine/events").glob("*.py") if path.name not in others)
    named = set(re.findall(r'faults\("([a-z-]+)"\)', source))
    for what in re.findall(r'faults, "(\w+)"\)', source):
        named |= {f"{what}-{step}" for step in re.findall(r'faults\(f"\{what\}-(\w+)"\)', source)}
    assert named == set(POINTS)
