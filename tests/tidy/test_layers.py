"""The house stands: no arrow upward, no circle, nothing from outside in the pure rooms."""

from __future__ import annotations

import pytest

from tests.tidy.layers import circles, imports_of, impure, upward
from tests.tidy.sources import python_files, source

HOUSE = ("engine", "dsl", "notebooks/workbench")


def test_no_room_imports_from_above() -> None:
    assert upward(python_files(*HOUSE)) == []


def test_no_circle_between_rooms() -> None:
    assert circles(python_files(*HOUSE)) == []


def test_pure_rooms_touch_nothing_outside() -> None:
    assert impure(python_files(*HOUSE)) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("engine/money/a.py", "from engine.rating import curve"),
        ("engine/money/a.py", "from ..rating import curve"),
        ("engine/money/a.py", "from engine import rating"),
        ("engine/model/a.py", "def f():\n    import engine.journal.store"),
        ("engine/runs/a.py", "import dsl"),
        ("dsl/a.py", "from engine.journal import Store"),
        ("dsl/a.py", "import workbench.cli"),
        ("engine/attic/a.py", "import engine.money"),
    ],
)
def test_an_arrow_upward_is_found(path: str, text: str) -> None:
    assert len(upward([source(path, text)])) == 1


def test_an_arrow_downward_is_none() -> None:
    assert upward([source("notebooks/workbench/a.py", "import dsl\nfrom engine.money import Money")]) == []


def test_a_circle_is_found() -> None:
    one = source("engine/money/a.py", "import engine.calendar")
    two = source("engine/calendar/__init__.py", "from ..money import a")
    assert circles([one]) == []
    assert circles([one, two]) == ["engine.calendar reaches itself", "engine.money reaches itself"]


@pytest.mark.parametrize(
    "text",
    ["import os", "from pathlib import Path", "import datetime\ndatetime.datetime.now()", "print(1)", "open('a')"],
)
def test_the_outside_world_is_found(text: str) -> None:
    assert len(impure([source("engine/rating/a.py", text)])) == 1
    assert impure([source("engine/journal/a.py", text)]) == []


def test_relative_names_are_made_absolute() -> None:
    inside = source("engine/money/__init__.py", "from .amount import Money\nfrom . import units")
    assert [name for _, name in imports_of(inside)] == ["engine.money.amount", "engine.money"]
