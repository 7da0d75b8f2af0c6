"""What a command prints: text for people, one JSON document for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any


class Refused(Exception):
    """A command that ends with findings or a refusal: `data` is its JSON document, `text` what people read."""

    def __init__(self, data: dict[str, Any], text: str) -> None:
        super().__init__(text)
        self.data, self.text = data, text


class WrongUse(Exception):
    """A command that was called with something it cannot understand; `hint` says what to write."""

    def __init__(self, message: str, hint: str = "see the command's --help") -> None:
        super().__init__(message)
        self.hint = hint


def emit(data: dict[str, Any], text: str, as_json: bool) -> None:
    """Print one JSON document, or the text."""
    if as_json:
        json.dump(data, sys.stdout, ensure_ascii=False, default=str)
        sys.stdout.write("\n")
    elif text:
        sys.stdout.write(text.rstrip("\n") + "\n")


def complain(data: dict[str, Any], text: str, as_json: bool) -> None:
    """Print findings, or an error: one JSON document, or text, where errors go to standard error."""
    if as_json or "error" not in data:
        emit(data, text, as_json)
    else:
        sys.stderr.write(text.rstrip("\n") + "\n")


def counted(number: int, noun: str) -> str:
    """`1 line`, `2 lines`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def table(rows: Iterable[Sequence[object]], right: Sequence[int] = ()) -> str:
    """Rows as aligned columns; `right` are the columns aligned to the right."""
    cells = [[str(c) for c in row] for row in rows]
    if not cells:
        return ""
    widths = [max(len(row[i]) for row in cells) for i in range(len(cells[0]))]
    lines = []
    for row in cells:
        padded = [c.rjust(widths[i]) if i in right else c.ljust(widths[i]) for i, c in enumerate(row)]
        lines.append("  ".join(padded).rstrip())
    return "\n".join(lines)


def error_data(code: str, message: str, hint: str = "", place: str = "") -> dict[str, Any]:
    """The JSON of a refusal."""
    return {"error": {"code": code, "message": message, "hint": hint, "place": place}}


def error_text(code: str, message: str, hint: str = "", place: str = "") -> str:
    """A refusal for people, in the form of the language's own diagnostics."""
    lines = [f"error[{code}]: {message}"]
    if place:
        lines.append(f"  --> {place}")
    if hint:
        lines.append(f"  = help: {hint}")
    return "\n".join(lines)
