"""The committed notebooks are in their normal form, executed, small, and free of what only one machine knows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from workbench.nb import normal_text, problems_of, read_notebook

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_is_as_a_committed_notebook_must_be(path: Path) -> None:
    assert problems_of(path) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_begins_with_a_question_and_has_parameters(path: Path) -> None:
    cells = read_notebook(path)["cells"]
    assert cells[0]["source"][0].startswith("# ") and cells[0]["source"][0].strip().endswith("?")
    assert [i for i, c in enumerate(cells) if "parameters" in c["metadata"].get("tags", [])] == [1]


def test_all_of_them_are_there() -> None:
    assert [p.name.split("_")[0] for p in NOTEBOOKS] == ["00", "10", "20", "30", "40", "50", "60", "70"]


def _small(**changes: object) -> dict[str, object]:
    cell = {"cell_type": "code", "id": "c01", "metadata": {}, "source": ["1"], "execution_count": 1, "outputs": []}
    return {"cells": [{**cell, **changes}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"source": ["x\n"] * 25}, "25 lines of source, 24 are the most"),
        ({"outputs": [{"output_type": "stream", "name": "stdout", "text": ["y" * 60_000]}]}, "more than 50000 bytes"),
        ({"outputs": [{"output_type": "stream", "name": "stderr", "text": ["!"]}]}, "something on the error stream"),
        ({"outputs": [{"output_type": "error", "ename": "E", "evalue": "", "traceback": []}]}, "not expected: E"),
        ({"source": []}, "an empty cell"),
    ],
)
def test_what_a_notebook_may_not_be(tmp_path: Path, changes: dict[str, object], sentence: str) -> None:
    path = tmp_path / "n.ipynb"
    path.write_text(normal_text(_small(**changes)), encoding="utf-8")
    assert len(found := problems_of(path)) == 1 and sentence in found[0]


def test_an_unexecuted_cell_and_another_form_are_found(tmp_path: Path) -> None:
    path = tmp_path / "n.ipynb"
    path.write_text(json.dumps(_small(execution_count=None)), encoding="utf-8")
    assert problems_of(path) == ["not in the normal form (ratebook nb refresh)", "cell 1: was not executed"]


def test_the_normal_form_is_stable_and_drops_what_depends_on_the_day() -> None:
    dirty = _small(
        id="a8f3", metadata={"execution": {"t": 1}, "trusted": True, "tags": ["parameters"]},
        source="1\n", execution_count=7,
        outputs=[
            {"output_type": "stream", "name": "stdout", "text": "a\n"},
            {"output_type": "stream", "name": "stdout", "text": ["b\n"]},
            {"output_type": "execute_result", "execution_count": 7, "metadata": {"x": 1},
             "data": {"text/plain": "1", "application/vnd.jupyter.widget-view+json": {"model_id": "9"}}},
        ],
    )  # fmt: skip
    text = normal_text(dirty)
    cell = json.loads(text)["cells"][0]
    assert normal_text(json.loads(text)) == text
    assert (cell["id"], cell["execution_count"], cell["metadata"]) == ("c01", 1, {"tags": ["parameters"]})
    assert cell["outputs"] == [
        {"name": "stdout", "output_type": "stream", "text": ["a\n", "b\n"]},
        {"data": {"text/plain": ["1"]}, "execution_count": 1, "metadata": {}, "output_type": "execute_result"},
    ]
