"""`ratebook json` and `ratebook text`: there and back through files and standard input."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from tests.workspace.kit import ratebook

BOOK = "# prices\nunit GB = 1_000 B  # decimal\n"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "b.rate"
    path.write_text(BOOK)
    return path


def test_there_and_back(book: Path, tmp_path: Path) -> None:
    twin = ratebook("json", book)
    assert (twin.code, twin.data) == (0, ratebook("json", book, "--json").data)
    (tmp_path / "b.json").write_text(twin.out)
    assert ratebook("text", tmp_path / "b.json").out == BOOK
    assert ratebook("text", tmp_path / "b.json", "--json").data == {"text": BOOK}


def test_standard_input(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    twin = ratebook("json", book).out
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(twin.encode())))
    assert ratebook("text", "-").out == BOOK
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(BOOK.encode())))
    assert ratebook("json", "-").out == twin


def test_the_schema_is_printed(root: Path) -> None:
    assert ratebook("json", "--schema").out == (root / "docs" / "book.schema.json").read_text()


def test_refusals_keep_standard_output_empty(tmp_path: Path) -> None:
    (tmp_path / "b.rate").write_text("unit\n")
    (tmp_path / "b.json").write_text('{"format": "ratebook.book/1", "declarations": [{"node": "unit"}]}')
    broken = ratebook("json", tmp_path / "b.rate")
    assert (broken.code, broken.out, broken.err.startswith("error[RB012]")) == (1, "", True)
    refused = ratebook("text", tmp_path / "b.json")
    assert (refused.code, refused.out) == (1, "")
    assert "error[RB821]: `name` is missing" in refused.err
    assert "= at `/declarations/0`" in refused.err
    data = ratebook("text", tmp_path / "b.json", "--json").data
    assert (data["error"]["code"], data["error"]["place"]) == ("RB821", f"{tmp_path / 'b.json'}:1:48")
    assert [one["code"] for one in data["files"][0]["diagnostics"]] == ["RB821"]


@pytest.mark.parametrize("arguments", [("json",), ("json", "b.rate", "--schema"), ("text",)])
def test_wrong_use(arguments: tuple[str, ...]) -> None:
    assert ratebook(*arguments).code == 2


def test_no_file_and_no_text(tmp_path: Path) -> None:
    (tmp_path / "latin.json").write_bytes(json.dumps("é", ensure_ascii=False).encode("latin-1"))
    assert ratebook("text", tmp_path / "latin.json", "--json").data["error"]["code"] == "RBC03"
    assert ratebook("text", tmp_path / "none.json", "--json").data["error"]["code"] == "RBC02"
