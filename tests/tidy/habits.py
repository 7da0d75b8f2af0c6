"""Checks of single files: length, floats, docstrings, leftovers. Each takes a parsed file and returns what is wrong."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.tidy.sources import Source

FILE_LINES = 400
MEDIAN_LINES = 150
FUNCTION_LINES = 60

# written in two halves, so that this file does not find itself
LEFTOVERS = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b")
REGISTRIES = re.compile(
    "|".join(
        host.replace(".", r"\.")
        for host in ("py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com", "crates" + ".io")
    ),
    re.IGNORECASE,
)
MACHINE_PATHS = re.compile(r"(?<![\w.\-~*}])/(work|root|home|Users|opt)/\w")


def long_functions(source: Source) -> Iterator[str]:
    """Functions of more lines than a screen shows."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                yield f"{source.path}:{node.lineno}: {node.name} has {length} lines, more than {FUNCTION_LINES}"


def floats(source: Source) -> Iterator[str]:
    """Float literals and conversions to float: neither may come near money or quantities."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            yield f"{source.path}:{node.lineno}: float literal {node.value}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float":
            yield f"{source.path}:{node.lineno}: float()"


def undocumented(source: Source) -> Iterator[str]:
    """Public modules, classes and functions without a docstring."""
    if any(part.startswith("_") and part != "__init__.py" for part in source.path.split("/")):
        return
    if source.tree.body and ast.get_docstring(source.tree) is None:
        yield f"{source.path}:1: the module says nothing of itself"
    for node in source.tree.body:
        is_named = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        if is_named and not node.name.startswith("_") and ast.get_docstring(node) is None:
            yield f"{source.path}:{node.lineno}: {node.name} is public and says nothing of itself"


def swallowed(source: Source) -> Iterator[str]:
    """Handlers that make an error vanish, and parts that only pretend to exist."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler):
            if node.type is None:
                yield f"{source.path}:{node.lineno}: `except:` names no error"
            silent = (ast.Pass, ast.Continue)
            broad = isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"}
            if all(isinstance(step, ast.Pass) for step in node.body) or (
                broad and all(isinstance(step, silent) for step in node.body)
            ):
                yield f"{source.path}:{node.lineno}: the error is swallowed"
        if isinstance(node, ast.Name) and node.id == "NotImplemented" + "Error":
            yield f"{source.path}:{node.lineno}: a part that is not there"


def matches(pattern: re.Pattern[str], path: str, text: str) -> Iterator[str]:
    """Place and text of each line that the pattern finds."""
    for number, line in enumerate(text.splitlines(), 1):
        if found := pattern.search(line):
            yield f"{path}:{number}: {found.group()}"
