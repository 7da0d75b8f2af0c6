"""Text to twin and back, with the same proof as formatting: nothing is lost, or it is refused."""

from __future__ import annotations

import json
from typing import Any

from dsl import syntax
from dsl.checker import has_errors
from dsl.diagnostics.model import Diagnostic, error
from dsl.format.check import unproved
from dsl.format.comments import lines_of, trivias_of
from dsl.format.printer import book_lines, print_book
from dsl.parser import normalised, parse
from dsl.syntax import Span
from dsl.twin.decode import Decoder, Fault
from dsl.twin.encode import encoded
from dsl.twin.places import Steps, place_of, pointer, tokens_of

MAX_CHARACTERS = 100_000_000
# Past this many faults the rest is left for the next run
MAX_FAULTS = 100


def text_to_twin(text: str, path: str = "<text>") -> tuple[dict[str, Any] | None, list[Diagnostic]]:
    """The twin of a book, or None and its syntax errors."""
    book, found = parse(text, path)
    if book is None or has_errors(found):
        return None, found
    return encoded(book, trivias_of(normalised(text), book)), []


def twin_to_text(source: str, path: str = "<json>") -> tuple[str | None, list[Diagnostic]]:
    """The text of a twin, as the formatter writes it, or None and the findings for which it was refused.

    source: the JSON text. RB820: it is no JSON; RB821: it is not the form of a twin; RB822: the tree has the form, and
    no book that parses says the same. Each finding names its place as a JSON pointer.
    """
    value, problem = _json(source, path)
    if problem is not None:
        return None, [problem]
    decoder = Decoder(path)
    book = decoder.book(value)
    if decoder.faults:
        return None, _findings("RB821", source, path, decoder.faults[:MAX_FAULTS])
    result = print_book(book, decoder.trivias)
    reason = unproved(book, decoder.comments, result)
    if reason is None:
        return result, []
    return None, _findings("RB822", source, path, [_unwritable(book, decoder, result, reason)])


def _json(source: str, path: str) -> tuple[Any, Diagnostic | None]:
    """The JSON value, or why there is none."""
    here = Span(path, 1, 1, 1, 2)
    if len(source) > MAX_CHARACTERS:
        return None, error(
            "RB820", here, f"the file has {len(source):_} characters, at most {MAX_CHARACTERS:_} are read"
        )
    try:
        return json.loads(source, object_pairs_hook=_without_doubles, parse_constant=_no_constant), None
    except json.JSONDecodeError as problem:
        here = Span(path, problem.lineno, problem.colno, problem.lineno, problem.colno + 1)
        return None, error("RB820", here, f"this is not JSON: {problem.msg[:1].lower()}{problem.msg[1:]}")
    except ValueError as problem:
        return None, error("RB820", here, f"this is not JSON that can be read: {problem}")
    except RecursionError:
        return None, error("RB820", here, "this JSON nests too deep to be read")


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"an object has the field `{twice[:40]}` twice")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"`{name}` is no JSON value")


def _findings(code: str, source: str, path: str, faults: list[Fault]) -> list[Diagnostic]:
    tokens = tokens_of(source)
    return [
        error(
            code,
            place_of(source, tokens, path, fault.steps),
            fault.message,
            help=fault.help,
            notes=(f"at `{pointer(fault.steps)}`",) if fault.steps else (),
        )
        for fault in faults
    ]


def _unwritable(book: syntax.Book, decoder: Decoder, result: str, reason: str) -> Fault:
    """The line whose text does not say what the tree says."""
    again, found = parse(result, book.path)
    if found:
        lines = [line for line in book_lines(book, decoder.trivias)[: found[0].span.line] if line.span]
        steps = decoder.steps[lines[-1].span.line] if lines and lines[-1].span else ()
        return Fault(steps, f"no book can say this: {found[0].message}", found[0].help)
    different = None if again is None else _first_difference(book.declarations, again.declarations)
    place: Steps = () if different is None else decoder.steps[different.span.line]
    return Fault(place, f"no book can say this: {reason}")


def _first_difference(wanted: tuple[syntax.Node, ...], got: tuple[syntax.Node, ...]) -> syntax.Node | None:
    """The innermost line of the one that is not the same in the other."""
    for one, other in zip(wanted, got, strict=False):
        if one != other:
            return _first_difference(lines_of(one) or (), lines_of(other) or ()) or one
    return None
