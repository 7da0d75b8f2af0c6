"""Running a notebook from a fresh kernel, and what a committed one may not be."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from workbench.kernel import kernel_options
from workbench.nb.normal import Notebook, normal_text, read_notebook
from workbench.output import Refused, error_data, error_text
from workbench.project import project_root

OUTPUT_BYTES = 50_000
SOURCE_LINES = 25
CELL_SECONDS = 300


def executed(path: Path) -> str:
    """The notebook's normal text after all cells ran in a fresh kernel, in the notebook's own folder as nbval does it.

    Raises `Refused` RBC16 when a cell fails that is not marked `raises-exception`.
    """
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    client = NotebookClient(
        notebook, timeout=CELL_SECONDS, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}},
        **kernel_options(),
    )  # fmt: skip
    try:
        client.execute()
    except CellExecutionError as error:
        message, hint = f"{path.name}: {error.ename}: {error.evalue}", "open it and run it cell by cell"
        raise Refused(error_data("RBC16", message, hint), f"{error}\n{error_text('RBC16', message, hint)}") from None
    text: str = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    return normal_text(json.loads(text))


def problems_of(path: Path) -> list[str]:
    """What is not as a committed notebook must be, one sentence each."""
    text = path.read_text(encoding="utf-8")
    notebook = read_notebook(path)
    found = [] if text == normal_text(notebook) else ["not in the normal form (ratebook nb refresh)"]
    for position, cell in enumerate(notebook["cells"], 1):
        found += [f"cell {position}: {problem}" for problem in _cell_problems(cell)]
    if str(project_root()) in text:
        found.append("holds a path of the machine that ran it")
    return found


def _cell_problems(cell: Notebook) -> list[str]:
    found: list[str] = []
    if len(cell["source"]) >= SOURCE_LINES:
        found.append(f"{len(cell['source'])} lines of source, {SOURCE_LINES - 1} are the most")
    if cell["cell_type"] != "code":
        return found
    if not cell["source"]:
        found.append("an empty cell")
    elif cell["execution_count"] is None:
        found.append("was not executed")
    for output in cell["outputs"]:
        found += _output_problems(output, cell)
    return found


def _output_problems(output: dict[str, Any], cell: Notebook) -> list[str]:
    found = []
    if len(json.dumps(output, ensure_ascii=False).encode()) > OUTPUT_BYTES:
        found.append(f"an output of more than {OUTPUT_BYTES} bytes")
    tags = cell["metadata"].get("tags", [])
    if output["output_type"] == "error" and "raises-exception" not in tags:
        found.append(f"an error that is not expected: {output['ename']}")
    if output["output_type"] == "stream" and output["name"] == "stderr":
        found.append("something on the error stream")
    return found
