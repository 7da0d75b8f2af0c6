"""What JupyterLab is given: a language server, an extension and settings that it understands."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jupyter_core.paths import jupyter_path
from jupyter_lsp.schema import LANGUAGE_SERVER_SPEC_MAP
from workbench import lab


class Entry:
    """An entry point of another package."""

    def __init__(self, name: str, spec: Any) -> None:
        self.name, self._spec = name, spec

    def load(self) -> Any:
        """What it names."""
        return self._spec


class Shell:
    """A server that may be installed, as jupyter-lsp describes its own."""

    def __init__(self, languages: list[str], installed: bool) -> None:
        self.languages, self._installed = languages, installed

    def is_installed(self, manager: object) -> bool:
        """Whether its program is there."""
        return self._installed


def _plain(languages: list[str]) -> Callable[[object], dict[str, Any]]:
    return lambda manager: {"x": {"languages": languages}}


def _languages(monkeypatch: pytest.MonkeyPatch, *others: Any) -> list[str]:
    entries = [Entry(f"other{number}", spec) for number, spec in enumerate(others)]
    entries.append(Entry("ratebook", lab.language_servers))
    monkeypatch.setattr(lab, "entry_points", lambda group: entries)
    specs = lab.language_servers(None)
    assert list(LANGUAGE_SERVER_SPEC_MAP.iter_errors(specs)) == []
    return list(specs["ratebook"]["languages"])


def test_where_no_python_server_is_installed_this_one_takes_notebooks_in(monkeypatch: pytest.MonkeyPatch) -> None:
    absent, other = Shell(["python"], False), Shell(["r"], True)
    assert _languages(monkeypatch, absent, other, _plain(["yaml"])) == ["ratebook", "python"]


def _broken(manager: object) -> dict[str, Any]:
    raise RuntimeError("another package's mistake")


def test_a_broken_neighbour_does_not_take_this_server_along(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _languages(monkeypatch, _broken) == ["ratebook", "python"]


@pytest.mark.parametrize("python", [Shell(["python"], True), _plain(["python"])], ids=["shell", "plain"])
def test_where_one_is_it_keeps_to_price_books(monkeypatch: pytest.MonkeyPatch, python: Any) -> None:
    assert _languages(monkeypatch, python) == ["ratebook"]


def test_the_settings_are_ones_that_jupyterlab_has(root: Path) -> None:
    settings = json.loads((root / "editors" / "jupyterlab" / "settings" / "ratebook.json").read_text("utf-8"))
    for plugin, values in settings.items():
        package, _, name = plugin.partition(":")
        places = [Path(folder, "lab", "schemas", package, f"{name}.json") for folder in jupyter_path()]
        schema = json.loads(next(place for place in places if place.is_file()).read_text("utf-8"))
        assert values.keys() <= schema["properties"].keys()


def test_the_wheel_carries_the_extension(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    carried = {file for files in project["tool"]["setuptools"]["data-files"].values() for file in files}
    folder = root / "editors" / "jupyterlab"
    assert carried == {file.relative_to(root).as_posix() for file in folder.rglob("*") if file.is_file()}
    package = json.loads((folder / "package.json").read_text("utf-8"))
    assert (folder / package["jupyterlab"]["_build"]["load"]).is_file()
    assert package["version"] == project["project"]["version"]
