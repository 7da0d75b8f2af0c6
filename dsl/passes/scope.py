"""What a book's names stand for: one index, built once, read by every pass. Used files lend their shared nouns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

from dsl import syntax
from dsl.passes.pieces import NOUNS, Piece, Question, piece_of
from dsl.syntax import every, name_of, only
from dsl.syntax.base import Name, Node
from engine.money import CURRENCIES

PlanLike: TypeAlias = syntax.Plan | syntax.AddOn
Declared: TypeAlias = dict[str, list[Node]]

SHARED = (syntax.Unit, syntax.Calendar, syntax.Dimension)


@dataclass(frozen=True, slots=True)
class Family:
    """A unit's family and its size in base units; a currency is a family of its own."""

    base: str
    size: Fraction


@dataclass(frozen=True, slots=True)
class Scope:
    """The book, the files it uses, and what their declarations say, by question.

    Passes ask only through `look` and the methods that stand on it: whoever follows the questions of a declaration
    knows what its findings depend on.
    """

    book: syntax.Book
    used: tuple[syntax.Book, ...] = ()
    by_noun: dict[str, Declared] = field(default_factory=dict)
    pieces: tuple[Piece, ...] = ()
    answers: Mapping[Question, tuple[Any, ...]] = field(default_factory=dict)

    def look(self, *question: str) -> tuple[Any, ...]:
        """The answers of the book to a question: nodes or names, in the order written; empty where nobody answers."""
        return self.answers.get(question, ())

    def named(self, noun: str, name: str) -> tuple[Node, ...]:
        """All declarations of this noun and name; plans may have several, one a version."""
        return self.look(noun, name)

    def names(self, noun: str) -> tuple[str, ...]:
        """The declared names of a noun; those of charges too."""
        return self.look("names", noun)

    @property
    def header(self) -> syntax.Header | None:
        """The first `book` line."""
        return next(iter(self.look("header")), None)

    @property
    def timezone(self) -> syntax.Timezone | None:
        """The book's own time zone."""
        return next(iter(self.look("timezone")), None)

    def meter(self, name: str) -> syntax.Meter | None:
        """A meter by name."""
        return next(iter(self.look("meter", name)), None)

    def calendar(self, name: str) -> syntax.Calendar | None:
        """A calendar by name."""
        return next(iter(self.look("calendar", name)), None)

    def dimension(self, name: str) -> syntax.Dimension | None:
        """A dimension by name."""
        return next(iter(self.look("dimension", name)), None)

    def plans(self, name: str) -> tuple[PlanLike, ...]:
        """All versions of a plan or an add-on."""
        return self.look("plan", name) + self.look("add_on", name)

    def contract(self, name: str) -> syntax.Contract | None:
        """A contract by name."""
        return next(iter(self.look("contract", name)), None)

    def contract_of(self, holder: Node) -> syntax.Contract | None:
        """A contract itself, or the one that an amendment changes."""
        if isinstance(holder, syntax.Amendment):
            return self.contract(holder.contract.text)
        return holder if isinstance(holder, syntax.Contract) else None

    def plan_charges(self, holder: Node) -> dict[str, syntax.Charge]:
        """The charges of the plan that a contract or amendment is on, by name; of several versions the last one."""
        contract = self.contract_of(holder)
        plans = self.plans(contract.plan.text) if contract else ()
        return {charge.name.text: charge for plan in plans for charge in every(plan, syntax.Charge)}

    def is_currency(self, name: str) -> bool:
        """Whether a name is a declared currency, or one of ISO 4217 that no unit shadows."""
        if any(name == one.name.text for one in self.look("currency")):
            return True
        return not self.named("unit", name) and known_currency(name)

    def family(self, unit: str) -> Family | None:
        """The family of a unit or currency; None if it is not declared or defined by itself."""
        size, seen = Fraction(1), set[str]()
        while unit not in seen:
            seen.add(unit)
            found = self.named("unit", unit)
            if not found:
                return Family(unit, size) if self.is_currency(unit) else None
            declared = found[0]
            if not isinstance(declared, syntax.Unit) or declared.multiple is None:
                return Family(unit, size)
            size *= Fraction(declared.multiple.factor.value)
            unit = declared.multiple.of.text
        return None

    def meter_family(self, name: str) -> Family | None:
        """The family of what a meter measures."""
        meter = self.meter(name)
        measure = only(meter, syntax.Measure) if meter else None
        return self.family(measure.unit.text) if measure and measure.unit else None

    def in_base(self, amount: syntax.Amount) -> Fraction:
        """A quantity in its family's base unit, or money in its currency's major unit."""
        value: Decimal = amount.amount if isinstance(amount, syntax.Money) else amount.value
        family = self.family(unit_of(amount).text)
        return Fraction(value) * (family.size if family else 1)


def unit_of(amount: syntax.Amount) -> Name:
    """The unit of a quantity, the currency of money."""
    return amount.currency if isinstance(amount, syntax.Money) else amount.unit


def is_code(name: str) -> bool:
    """Whether amounts can be written in a currency of this name: only capitals stand right before a number."""
    return re.fullmatch(r"[A-Z][A-Z0-9_]*", name) is not None


def known_currency(code: str) -> bool:
    """Whether ISO 4217 has this code."""
    return code in CURRENCIES


def scope_of(book: syntax.Book, used: tuple[syntax.Book, ...] = ()) -> Scope:
    """Index a book and the shared nouns of the files it uses."""
    pieces = tuple(piece_of(one) for one in book.declarations)
    return scope_of_pieces(book, pieces, used)


def scope_of_pieces(book: syntax.Book, pieces: tuple[Piece, ...], used: tuple[syntax.Book, ...]) -> Scope:
    """The scope of a book whose declarations have been walked."""
    by_noun: dict[str, Declared] = {}
    for one in _declared(book, used):
        by_noun.setdefault(NOUNS[type(one)], {}).setdefault(name_of(one).text, []).append(one)
    facts: dict[Question, list[Any]] = {}
    for piece in pieces:
        for question, answer in piece.facts:
            if question in facts:
                facts[question].append(answer)
            else:
                facts[question] = [answer]
    answers: dict[Question, tuple[Any, ...]] = {question: tuple(found) for question, found in facts.items()}
    for noun, declared in by_noun.items():
        answers["names", noun] = tuple(declared)
        answers.update(((noun, name), tuple(nodes)) for name, nodes in declared.items())
    answers["names", "charge"] = tuple(question[1] for question in facts if question[0] == "charge")
    return Scope(book, used, by_noun, pieces, answers)


def _declared(book: syntax.Book, used: tuple[syntax.Book, ...]) -> Iterable[Node]:
    for file in used:
        yield from (one for one in file.declarations if isinstance(one, SHARED))
    yield from (one for one in book.declarations if type(one) in NOUNS)


def described(holder: Node) -> str:
    """`plan standard`, `contract globex`, `amendment 1 of globex`, for a note."""
    if isinstance(holder, syntax.Amendment):
        return f"amendment {holder.number.value} of {holder.contract.text}"
    name = name_of(holder)
    return f"{NOUNS.get(type(holder), type(holder).__name__.lower())} {name.text}"
