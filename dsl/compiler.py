"""From text to a sealed book."""

from __future__ import annotations

from dsl.checker import BookError, Loader, check
from dsl.files import read_file
from dsl.judge import unlowered
from dsl.lowering import Unlowerable, lower
from engine.model import Book


def compile(text: str, path: str = "<text>", loader: Loader = read_file) -> Book:
    """The compiled book of a text. Raises `BookError` with every diagnostic when one of them is an error."""
    sources: dict[str, str] = {}
    checked, found = check(text, path, loader, sources)
    if checked is None:
        raise BookError(found, text, sources)
    try:
        return lower(checked.scope, checked.sources, loader)
    except Unlowerable as problem:
        raise BookError([*found, unlowered(problem)], text, sources) from None
