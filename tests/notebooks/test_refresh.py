"""`ratebook nb`: runs notebooks from a fresh kernel, writes them in the normal form, and names what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from workbench.cli import main


def _write(path: Path, *sources: str) -> Path:
    cells = [
        {"cell_type": "code", "id": f"x{i}", "metadata": {}, "source": source, "execution_count": None, "outputs": []}
        for i, source in enumerate(sources)
    ]
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")
    return path


def test_refresh_runs_and_a_second_time_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _write(tmp_path / "n.ipynb", "a = 20 + 1", "2 * a")
    assert main(["nb", "refresh", str(path)]) == 0
    assert "1 notebooks, 1 changed, 0 with problems" in capsys.readouterr().out
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert [c["execution_count"] for c in cells] == [1, 2] and cells[1]["outputs"][0]["data"] == {"text/plain": ["42"]}
    before = path.read_bytes()
    assert main(["nb", "refresh", str(path)]) == 0
    assert "0 changed" in capsys.readouterr().out and path.read_bytes() == before


def test_a_cell_that_fails_is_named_and_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _write(tmp_path / "n.ipynb", "1 / 0")
    before = path.read_bytes()
    assert main(["nb", "refresh", str(path)]) == 1
    shown = capsys.readouterr()
    assert "error[RBC16]: n.ipynb: ZeroDivisionError" in shown.out + shown.err and path.read_bytes() == before


def test_check_only_looks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _write(tmp_path / "n.ipynb", "1")
    before = path.read_bytes()
    assert main(["nb", "check", str(path)]) == 1
    shown = capsys.readouterr()
    assert "n.ipynb: cell 1: was not executed" in shown.out + shown.err and path.read_bytes() == before


def test_a_notebook_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    assert main(["nb", "check", str(tmp_path / "none.ipynb")]) == 2
