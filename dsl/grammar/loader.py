"""The parser: built from the grammar once, then loaded from a saved copy in the user's cache folder."""

from __future__ import annotations

import hashlib
import os
import pickle
import re
import tempfile
from functools import cache
from importlib.resources import files
from pathlib import Path

import lark
from lark.lexer import PatternRE, PatternStr, TerminalDef

# Part of the cache key: raise it with every change of `word_boundaries` or of the options in `build`
HOOK_VERSION = 1
KEYWORD_PRIORITY = 5
_BOUNDARY = r"(?![A-Za-z0-9_])"


def grammar_text() -> str:
    """The grammar file."""
    return files("dsl.grammar").joinpath("ratebook.lark").read_text(encoding="utf-8")


def word_boundaries(terminal: TerminalDef) -> None:
    """Give a keyword a trailing word boundary, so that `upto` is not read as `up`, and priority over names."""
    pattern = terminal.pattern
    if isinstance(pattern, PatternStr) and re.fullmatch(r"[a-z][a-z0-9_]*", pattern.value):
        terminal.pattern = PatternRE(f"(?:{pattern.value}){_BOUNDARY}")
        terminal.priority = max(terminal.priority, KEYWORD_PRIORITY)


def keyword_of(terminal: TerminalDef) -> str | None:
    """The word that a keyword terminal stands for, or None for numbers, names and signs."""
    found = re.fullmatch(r"\(\?:([a-z][a-z0-9_]*)\)" + re.escape(_BOUNDARY), terminal.pattern.value)
    return found.group(1) if found else None


def build(*, strict: bool = False) -> lark.Lark:
    """Build the parser from the grammar text; `strict` also refuses every conflict and terminal collision."""
    return lark.Lark(
        grammar_text(),
        parser="lalr",
        lexer="contextual",
        strict=strict,
        edit_terminals=word_boundaries,
        propagate_positions=True,
        maybe_placeholders=True,
    )


def cache_path() -> Path:
    """Where the saved parser of this grammar, hook and Lark version belongs."""
    key = hashlib.sha256(f"{grammar_text()}\0{HOOK_VERSION}\0{lark.__version__}".encode()).hexdigest()[:20]
    root = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(root) / "ratebook" / f"grammar-{key}.parser"


def saved(path: Path) -> lark.Lark | None:
    """The saved parser, or None where there is none that can be read: then it is built again."""
    try:
        with path.open("rb") as file:
            return lark.Lark.load(file)
    except (OSError, EOFError, pickle.UnpicklingError, AttributeError, KeyError, ValueError, TypeError, IndexError):
        return None


def _save(parser: lark.Lark, path: Path) -> None:
    """Save for the next start. A folder that cannot be written only means that the next start builds again."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            parser.save(file)
        Path(file.name).replace(path)
    except OSError:
        return


@cache
def parser() -> lark.Lark:
    """The parser of this process."""
    try:
        path = cache_path()
    except RuntimeError:  # no home folder
        return build()
    found = saved(path)
    if found is not None:
        return found
    built = build()
    _save(built, path)
    return built


@cache
def keywords() -> dict[str, str]:
    """Terminal name to word, for the keywords of the language."""
    words = ((terminal.name, keyword_of(terminal)) for terminal in parser().terminals)
    return {name: word for name, word in words if word is not None}
