"""Writes the words of the language into the highlighters of editors:  python tools/editors.py

They come from the grammar. A test asserts that what is committed is what this writes.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from dsl.grammar.loader import keywords, parser

ROOT = Path(__file__).resolve().parents[1]
PYTHON = ROOT / "notebooks" / "workbench" / "words.py"
SCRIPT = ROOT / "editors" / "jupyterlab" / "static" / "ratebook.js"
GRAMMAR = ROOT / "editors" / "vscode" / "syntaxes" / "ratebook.tmLanguage.json"
INNER = ("charge", "phase", "band")
"""Words that declare a name inside a block."""


def words() -> dict[str, list[str]]:
    """The words of the language: those that declare a name, the other keywords, and the members of closed sets."""
    known = keywords()
    top = {known[str(name)] for name in parser().parse_interactive("").accepts() if str(name) in known}
    declarations = {*top, *INNER} - {"use", "timezone", "example", "amendment"}
    inside, outside = set[str](), set[str]()
    for rule in parser().rules:
        found = {known[symbol.name] for symbol in rule.expansion if symbol.name in known}
        (inside if rule.origin.name.startswith("w_") else outside).update(found)
    return {
        "declarations": sorted(declarations),
        "keywords": sorted({*known.values()} - declarations - (inside - outside)),
        "atoms": sorted(inside - outside),
    }


def python_text(found: dict[str, list[str]]) -> str:
    """The module of the Pygments lexer's words."""
    lines = ['"""The words of the language, written from the grammar by tools/editors.py."""', ""]
    for name, members in found.items():
        lines += [f"{name.upper()} = (", '    """', *_wrapped(members), '    """', ").split()", ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _wrapped(members: list[str]) -> list[str]:
    lines = ["   "]
    for member in members:
        if len(lines[-1]) + len(member) > 118:
            lines.append("   ")
        lines[-1] += f" {member}"
    return lines


def script_text(found: dict[str, list[str]], text: str) -> str:
    """JupyterLab's script with its words put in."""
    return re.sub(r"(?m)^  const WORDS = .*;$", lambda _: f"  const WORDS = {json.dumps(found)};", text)


def grammar_text(found: dict[str, list[str]]) -> str:
    """The TextMate grammar, which VS Code and others read."""

    def one(name: str, match: str, captures: dict[str, str] | None = None) -> dict[str, Any]:
        names = {number: {"name": f"{scope}.ratebook"} for number, scope in (captures or {}).items()}
        return {
            "match": match,
            **({"name": f"{name}.ratebook"} if name else {}),
            **({"captures": names} if names else {}),
        }

    declare = "|".join(found["declarations"])
    patterns = [
        one("comment.line.number-sign", "#.*$"),
        one("string.quoted.double", '"[^"\\r\\n]*"'),
        one("constant.other.date", r"\b[0-9]{4}-[0-9]{2}(-[0-9]{2})?\b|\b[0-9]{2}-[0-9]{2}\b"),
        one("constant.other.time", r"\b[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?\b"),
        one("constant.numeric", r"\b[0-9][0-9_]*(\.[0-9][0-9_]*)?([ \t]*%|[ \t]*bp\b)?"),
        one("support.type.currency", r"\b[A-Z][A-Z0-9_]*(?=[ \t]*-?[ \t]*[0-9])"),
        one("", rf"(?:^|(?<=[{{}}]))[ \t]*({declare})[ \t]+([A-Za-z_][A-Za-z0-9_]*)",
            {"1": "keyword.declaration", "2": "entity.name"}),
        one("keyword.control", rf"\b({'|'.join(found['keywords'] + found['declarations'])})\b(?!\.)"),
        one("constant.language", rf"\b({'|'.join(found['atoms'])})\b(?!\.)"),
        one("keyword.operator", r"[-+*=<>!:]+"),
    ]  # fmt: skip
    data = {"name": "Price book", "scopeName": "source.ratebook", "fileTypes": ["rate"], "patterns": patterns}
    return json.dumps(data, indent=2) + "\n"


def written() -> dict[Path, str]:
    """Every generated file with the text that it must have."""
    found = words()
    return {
        PYTHON: python_text(found),
        SCRIPT: script_text(found, SCRIPT.read_text("utf-8")),
        GRAMMAR: grammar_text(found),
    }


if __name__ == "__main__":
    for path, text in written().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
