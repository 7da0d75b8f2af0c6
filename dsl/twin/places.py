"""Where a value stands in a JSON text."""

from __future__ import annotations

import json
import re

from dsl.syntax import Span

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
Steps = tuple[str | int, ...]


def pointer(steps: Steps) -> str:
    """The JSON pointer (RFC 6901) of a value; empty for the whole document."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


def tokens_of(text: str) -> list[re.Match[str]]:
    """The tokens of valid JSON."""
    return list(_TOKEN.finditer(text))


def place_of(text: str, tokens: list[re.Match[str]], path: str, steps: Steps) -> Span:
    """The first token of the value that the steps lead to; of the innermost one that exists where they lead nowhere."""
    at = 0
    for step in steps:
        inner = _member(tokens, at, step)
        if inner is None:
            break
        at = inner
    start, end = tokens[at].span()
    line = text.count("\n", 0, start) + 1
    column = start - (text.rfind("\n", 0, start) + 1) + 1
    return Span(path, line, column, line, column + end - start)


def _member(tokens: list[re.Match[str]], at: int, step: str | int) -> int | None:
    """The index of the first token of a member's value."""
    opening = tokens[at].group()
    if opening not in ("{", "["):
        return None
    at, number = at + 1, 0
    while tokens[at].group() not in ("}", "]"):
        name: str | int = number
        if opening == "{":
            name, at = json.loads(tokens[at].group()), at + 2
        if name == step:
            return at
        at = _after(tokens, at)
        at += tokens[at].group() == ","
        number += 1
    return None


def _after(tokens: list[re.Match[str]], at: int) -> int:
    """The index behind the value that starts here."""
    depth = 0
    while True:
        mark = tokens[at].group()
        depth += (mark in ("{", "[")) - (mark in ("}", "]"))
        at += 1
        if depth == 0:
            return at
