"""Running the examples of a book: tests in the language, for users and CI alike."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from dsl.diagnostics import Diagnostic
from dsl.diagnostics.model import error
from dsl.expectations import Unknown, actual_of, holds
from dsl.syntax.base import Span
from engine.model import NOWHERE, Book, Example, Expect, Place
from engine.money import PICO, AmountOverflow, format_pico, format_ratio
from engine.rating import Line, Part, Quote, RatingError, quote

MAX_NOTES = 30


@dataclass(frozen=True, slots=True)
class ExpectationResult:
    """One expectation: texts for people, and how the actual value came about."""

    what: str
    expected: str
    actual: str
    passed: bool
    place: Place
    explanation: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """One example; `error` says why it could not be computed at all.

    reached: the rules of the book that gave a part of an amount; tried: the plans and contracts it was about, as
    `plan NAME` and `contract NAME`.
    """

    title: str
    passed: bool
    expectations: tuple[ExpectationResult, ...]
    error: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()
    reached: frozenset[Place] = frozenset()
    tried: frozenset[str] = frozenset()


def run_examples(book: Book) -> list[ExampleResult]:
    """Every example of the book, in the order of the text."""
    return [run_example(book, example) for example in book.examples]


def run_example(book: Book, example: Example) -> ExampleResult:
    """Quote the givens and compare every expectation; a bill that cannot be computed fails it with its reason."""
    try:
        answer = quote(book, example.givens)
    except RatingError as problem:
        place = problem.place if problem.place.line else example.place
        found = error(
            "RB703", _span(place), f"the example cannot be computed: {problem.message}", help=problem.hint,
            notes=(f"in example `{example.title}`",),
        )  # fmt: skip
        return ExampleResult(example.title, False, (), problem.message, (found,))
    except AmountOverflow as problem:
        found = error("RB703", _span(example.place), f"the example cannot be computed: {problem}")
        return ExampleResult(example.title, False, (), str(problem), (found,))
    results = tuple(_check(answer, expect) for expect in example.expects)
    failures = tuple(_failure(r) for r in results if not r.passed)
    reached = frozenset(part.place for line in answer.lines for part in line.parts)
    return ExampleResult(example.title, not failures, results, "", failures, reached, _tried(book, example))


def _tried(book: Book, example: Example) -> frozenset[str]:
    givens = example.givens
    contract = book.contract(givens.contract) if givens.contract is not None else None
    plans = [*(given.plan for given in givens.plans), *([contract.plan] if contract is not None else [])]
    contracts = [] if contract is None else [f"contract {contract.name}"]
    return frozenset([*contracts, *(f"plan {name}" for name in plans)])


def _check(answer: Quote, expect: Expect) -> ExpectationResult:
    what = expect.text or expect.target
    try:
        actual = actual_of(answer, expect)
    except Unknown as problem:
        shown = _shown(answer, expect, expect.value)
        return ExpectationResult(what, shown, "nothing", False, expect.place, (str(problem),))
    passed = holds(answer, expect, actual)
    reasons = () if passed else tuple(explanation(answer, expect))
    return ExpectationResult(
        what, _shown(answer, expect, expect.value), _shown(answer, expect, actual), passed, expect.place, reasons
    )


def _shown(answer: Quote, expect: Expect, value: Fraction) -> str:
    if expect.kind == "money":
        currency = answer.book.currency
        decimals = len(str(PICO // min(currency.rounding.step, PICO))) - 1
        if value.denominator == 1:
            return f"{currency.code} {format_pico(value.numerator, decimals)}"
        return f"{currency.code} {format_ratio(value / PICO)}"
    if expect.kind == "quarantined":
        return str(value)
    unit = f" {expect.unit}" if expect.unit else ""
    return f"{format_ratio(value / expect.factor)}{unit}"


def _failure(result: ExpectationResult) -> Diagnostic:
    message = f"the example expects {result.expected} for {result.what}, the book gives {result.actual}"
    return error("RB701", _span(result.place), message, notes=result.explanation)


def _span(place: Place) -> Span:
    return span_of(place if place is not None else NOWHERE)


def span_of(place: Place) -> Span:
    """The span of a place: from its column to the end of its text."""
    width = max(1, len(place.text))
    return Span(place.path, place.line, place.column, place.line, place.column + width)


def explanation(answer: Quote, expect: Expect) -> list[str]:
    """How the actual value came about: measured, free, each rule with its line."""
    notes: list[str] = []
    if expect.kind == "money":
        notes += _usage_notes(answer, expect.target)
    for line in answer.lines:
        if expect.target in ("total", "due") or line.charge == expect.target or line.kind == expect.target:
            notes += line_notes(answer, line)
    return notes[:MAX_NOTES]


def _usage_notes(answer: Quote, name: str) -> list[str]:
    """What a metered charge measured, and how much of it was free."""
    charge = next((c for plan in answer.book.plans for c in plan.charges if c.name == name), None)
    if charge is None or charge.meter is None:
        return []
    meter = answer.book.meter(charge.meter)
    measured = sum((b.measured.get(charge.meter, Fraction(0)) for b in answer.bills), Fraction(0))
    billable = sum((b.billable.get(name, Fraction(0)) for b in answer.bills), Fraction(0))
    unit = meter.unit or meter.currency or ""
    notes = [f"{_readable(answer, measured, unit)} measured"]
    if charge.free is None:
        return [*notes, f"0 {unit} free (no `free` clause)"]
    if charge.round_to is None and charge.weigh is None:
        return [*notes, f"{_readable(answer, measured - billable, unit)} free"]
    return [*notes, f"{_readable(answer, billable, unit)} after rounding and allowance"]


def _readable(answer: Quote, quantity: Fraction, unit: str) -> str:
    """A quantity in the largest unit of its family in which it is 1 or more and ends within three decimals."""
    family = next((u.family for u in answer.book.units if u.name == unit), None)
    sizes = sorted((u.factor, u.name) for u in answer.book.units if u.family == family)
    for size, name in reversed(sizes):
        value = quantity / size
        if abs(value) >= 1 and (value * 1000).denominator == 1:
            return f"{format_ratio(value)} {name}"
    size = next((factor for factor, name in sizes if name == unit), Fraction(1))
    return f"{format_ratio(quantity / size)} {unit}".rstrip()


def line_notes(answer: Quote, line: Line) -> list[str]:
    """One line in words: quantity, the parts it is made of, and its amount."""
    head = f"{line.label or line.name}: {answer.book.currency.code} {format_pico(line.amount)}"
    if line.kind != "usage" and not line.parts:
        return [f"{head} ({line.kind})"]
    return [head, *(f"  {_part_note(answer, line, part)}" for part in line.parts)]


def _part_note(answer: Quote, line: Line, part: Part) -> str:
    text = part.label or part.place.text
    amount = f"{answer.book.currency.code} {format_ratio(part.amount / PICO)}"
    where = f"   line {part.place.line}" if part.place.line else ""
    if line.quantity is None:
        return f"{text} = {amount}{where}"
    quantity = _readable(answer, part.quantity, line.unit or "")
    return f"{quantity} \N{MULTIPLICATION SIGN} {text} = {amount}{where}" if text else f"{quantity} = {amount}{where}"
