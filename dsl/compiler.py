"""From text to a sealed book."""

from __future__ import annotations

from dsl.checker import BookError, Loader, check, read_file
from dsl.diagnostics.model import error
from dsl.lowering import Unlowerable, lower
from engine.model import Book


def compile(text: str, path: str = "<text>", loader: Loader = read_file) -> Book:
    """The compiled book of a text. Raises `BookError` with every diagnostic when one of them is an error."""
    checked, found = check(text, path, loader)
    if checked is None:
        raise BookError(found, text)
    try:
        return lower(checked.scope, checked.sources, loader)
    except Unlowerable as problem:
        found = [*found, error("RB090", problem.node.span, problem.message, help=problem.hint)]
        raise BookError(found, text, checked.sources) from None
