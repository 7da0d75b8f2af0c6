"""The normal form of a committed notebook: outputs and counts kept, everything that depends on the day removed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Notebook = dict[str, Any]

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
"""All that is kept of a notebook's metadata: what papermill and JupyterLab need to start it anywhere."""
CELL_METADATA = ("tags", "jupyter")
"""Keys of a cell's metadata that mean something here."""


def read_notebook(path: Path) -> Notebook:
    """The JSON of a notebook."""
    found: Notebook = json.loads(path.read_bytes())
    return found


def normal_text(notebook: Notebook) -> str:
    """The file's text: fixed cell ids, counts 1..n, streams joined, lines split as Jupyter does, keys in order."""
    cells = []
    count = 0
    for position, cell in enumerate(notebook["cells"], 1):
        kind = cell["cell_type"]
        source = _joined(cell["source"]).rstrip()
        entry: Notebook = {
            "cell_type": kind, "id": f"c{position:02d}", "metadata": _metadata(cell), "source": _split(source),
        }  # fmt: skip
        if kind == "code":
            count += 1
            entry["execution_count"] = count if source else None
            entry["outputs"] = _outputs(cell.get("outputs", []), count)
        cells.append(entry)
    body = {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _metadata(cell: Notebook) -> Notebook:
    kept = {key: cell["metadata"][key] for key in CELL_METADATA if cell["metadata"].get(key)}
    return dict(sorted(kept.items()))


def _outputs(outputs: list[Notebook], count: int) -> list[Notebook]:
    found: list[Notebook] = []
    for output in outputs:
        kind = output["output_type"]
        if kind == "stream":
            text = _joined(output["text"])
            if found and found[-1]["output_type"] == "stream" and found[-1]["name"] == output["name"]:
                text = _joined(found.pop()["text"]) + text
            found.append({"name": output["name"], "output_type": "stream", "text": _split(text)})
        elif kind == "error":
            found.append({key: output[key] for key in ("ename", "evalue", "output_type", "traceback")})
        else:
            data = {mime: _data(value) for mime, value in sorted(output["data"].items()) if "widget" not in mime}
            entry: Notebook = {"data": data, "metadata": {}, "output_type": kind}
            if kind == "execute_result":
                entry["execution_count"] = count
            found.append(entry)
    return found


def _data(value: Any) -> Any:
    return _split(_joined(value)) if isinstance(value, str | list) else value


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)


def _split(text: str) -> list[str]:
    return text.splitlines(keepends=True)
