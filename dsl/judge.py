"""All that can be said of a text: what the checks find, the compiled book, and what its examples show."""

from __future__ import annotations

from dataclasses import dataclass

from dsl.checker import CheckedBook, Loader, check, is_shared
from dsl.coverage import uncovered
from dsl.diagnostics.model import Diagnostic, error
from dsl.examples import ExampleResult, run_examples
from dsl.files import read_file
from dsl.lowering import Unlowerable, lower
from dsl.parser import ordered
from dsl.passes.scope import Scope
from engine.model import Book


@dataclass(frozen=True, slots=True)
class Judged:
    """A text with everything found in it, by place; `checked` and `book` are None where an error stands before them.

    sources: the texts that findings quote, by path.
    """

    found: list[Diagnostic]
    sources: dict[str, str]
    checked: CheckedBook | None = None
    book: Book | None = None
    examples: tuple[ExampleResult, ...] = ()


def judge(text: str, path: str = "<text>", loader: Loader = read_file, *, shared: bool = False) -> Judged:
    """Check, compile, and run the examples.

    shared: a file that only holds nouns for others to use is accepted too; it makes no book.
    """
    sources: dict[str, str] = {}
    checked, found = check(text, path, loader, sources)
    if checked is None or (shared and is_shared(checked.book)):
        return Judged(found, sources, checked)
    book, more, examples = compiled(checked.scope, sources, loader)
    return Judged(ordered([*found, *more]), sources, checked, book, examples)


def compiled(
    scope: Scope, sources: dict[str, str], loader: Loader
) -> tuple[Book | None, list[Diagnostic], tuple[ExampleResult, ...]]:
    """The book of a scope without errors, what compiling it and running its examples finds, and how these went."""
    try:
        book = lower(scope, sources, loader)
    except Unlowerable as problem:
        return None, [unlowered(problem)], ()
    examples = run_examples(book)
    failures = [one for result in examples for one in result.diagnostics]
    return book, [*failures, *uncovered(book, examples)], tuple(examples)


def unlowered(problem: Unlowerable) -> Diagnostic:
    """The finding for a clause that passed the checks and cannot be meant."""
    return error("RB090", problem.node.span, problem.message, help=problem.hint)
