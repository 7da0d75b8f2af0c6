"""The grammar: no conflict, word boundaries, and a class for every rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from dsl import atoms, parse
from dsl.builder import SHAPES, TUPLES
from dsl.grammar import loader

LEAVES = {"book", "clock", "date", "month", "month_day", "name", "text"}


def test_no_conflict_and_no_terminal_collision() -> None:
    loader.build(strict=True)


def test_every_rule_builds_something_and_every_class_has_a_rule() -> None:
    inlined = {str(rule.origin.name) for rule in loader.parser().rules if rule.options.expand1}
    named = {str(rule.alias or rule.options.template_source or rule.origin.name) for rule in loader.parser().rules}
    rules = {name for name in named if not name.startswith(("_", "w_", "p_"))} - inlined - {"start"}
    assert rules - set(SHAPES) - TUPLES - set(atoms.RULES) == set()
    assert set(SHAPES) - named == LEAVES


@pytest.mark.parametrize(
    "text", ["unitx a", "plan p { bill monthly inarrears }", 'example "x" { expects total = USD 1 }']
)
def test_a_keyword_is_a_whole_word(text: str) -> None:
    assert parse(text)[1] != []


def test_any_other_word_may_be_a_name() -> None:
    words = sorted(set(loader.keywords().values()) - {"any", "otherwise", "not", "everything", "band", "licensed"})
    for word in words:
        text = (
            f"unit {word} = 2 b\nmeter {word} {{ measure sum of {word} as {word} }}\nplan {word} {{ charge {word} {{\n"
        )
        text += f"for {word}\nfree 5 {word}\nprice USD 1 per 2 {word}\n}} }}\n"
        assert parse(text)[1] == [], word


def test_the_saved_parser_is_used_and_reads_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    loader.parser.cache_clear()
    first = loader.parser().parse("unit GB = 5 B\n")
    assert loader.cache_path().is_file()
    loader.parser.cache_clear()
    monkeypatch.setattr(loader, "build", lambda **_: pytest.fail("the parser was built again"))
    second = loader.parser()
    assert second.parse("unit GB = 5 B\n") == first
    with pytest.raises(loader.lark.exceptions.UnexpectedInput):
        second.parse("unitx a")
    loader.parser.cache_clear()


@pytest.mark.parametrize("content", [b"", b"no parser", b"\x80\x04N."])
def test_a_damaged_saved_parser_is_built_again(content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    loader.cache_path().parent.mkdir(parents=True)
    loader.cache_path().write_bytes(content)
    loader.parser.cache_clear()
    assert loader.parser().parse("unit a\n").children
    loader.parser.cache_clear()


def test_a_folder_that_cannot_be_written_only_costs_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    loader.parser.cache_clear()
    assert loader.parser().parse("unit a\n").children
    loader.parser.cache_clear()
