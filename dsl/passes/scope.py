"""What a book's names stand for: one index, built once, read by every pass. Used files lend their shared nouns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from dsl import syntax
from dsl.syntax import every, name_of, only
from dsl.syntax.base import Name, Node
from engine.money import CURRENCIES

PlanLike: TypeAlias = syntax.Plan | syntax.AddOn
Declared: TypeAlias = dict[str, list[Node]]

# Noun of a declaration in messages
NOUNS: dict[type[Node], str] = {
    syntax.Unit: "unit",
    syntax.Dimension: "dimension",
    syntax.Calendar: "calendar",
    syntax.Meter: "meter",
    syntax.Feature: "feature",
    syntax.Plan: "plan",
    syntax.AddOn: "add_on",
    syntax.Coupon: "coupon",
    syntax.Wallet: "wallet",
    syntax.Dunning: "dunning",
    syntax.Tax: "tax",
    syntax.Index: "index",
    syntax.Contract: "contract",
}
SHARED = (syntax.Unit, syntax.Calendar, syntax.Dimension)


@dataclass(frozen=True, slots=True)
class Family:
    """A unit's family and its size in base units; a currency is a family of its own."""

    base: str
    size: Fraction


@dataclass(frozen=True, slots=True)
class Scope:
    """The book, the files it uses, and their declarations by noun and name."""

    book: syntax.Book
    used: tuple[syntax.Book, ...] = ()
    by_noun: dict[str, Declared] = field(default_factory=dict)

    def named(self, noun: str, name: str) -> list[Node]:
        """All declarations of this noun and name; plans may have several, one a version."""
        return self.by_noun.get(noun, {}).get(name, [])

    def names(self, noun: str) -> list[str]:
        """The declared names of a noun."""
        return list(self.by_noun.get(noun, {}))

    def meter(self, name: str) -> syntax.Meter | None:
        """A meter by name."""
        found = self.named("meter", name)
        return found[0] if found and isinstance(found[0], syntax.Meter) else None

    def calendar(self, name: str) -> syntax.Calendar | None:
        """A calendar by name."""
        found = self.named("calendar", name)
        return found[0] if found and isinstance(found[0], syntax.Calendar) else None

    def dimension(self, name: str) -> syntax.Dimension | None:
        """A dimension by name."""
        found = self.named("dimension", name)
        return found[0] if found and isinstance(found[0], syntax.Dimension) else None

    def plans(self, name: str) -> list[PlanLike]:
        """All versions of a plan or an add-on."""
        found = self.named("plan", name) + self.named("add_on", name)
        return [plan for plan in found if isinstance(plan, (syntax.Plan, syntax.AddOn))]

    def contract(self, name: str) -> syntax.Contract | None:
        """A contract by name."""
        found = self.named("contract", name)
        return found[0] if found and isinstance(found[0], syntax.Contract) else None

    def is_currency(self, name: str) -> bool:
        """Whether a name is a declared currency, or one of ISO 4217 that no unit shadows."""
        if any(name == one.name.text for one in every(self.book, syntax.Currency)):
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

    def all_plans(self) -> Iterator[PlanLike]:
        """Every plan and add-on of the book, all versions."""
        for one in self.book.declarations:
            if isinstance(one, (syntax.Plan, syntax.AddOn)):
                yield one

    def all_charges(self) -> Iterator[tuple[Node, syntax.Charge]]:
        """Every charge with the plan, contract, amendment or phase that holds it."""
        for one in self.book.declarations:
            if isinstance(one, (syntax.Plan, syntax.AddOn, syntax.Contract, syntax.Amendment)):
                for charge in every(one, syntax.Charge):
                    yield one, charge


def unit_of(amount: syntax.Amount) -> Name:
    """The unit of a quantity, the currency of money."""
    return amount.currency if isinstance(amount, syntax.Money) else amount.unit


def known_currency(code: str) -> bool:
    """Whether ISO 4217 has this code."""
    return code in CURRENCIES


def scope_of(book: syntax.Book, used: tuple[syntax.Book, ...] = ()) -> Scope:
    """Index a book and the shared nouns of the files it uses."""
    scope = Scope(book, used)
    for file in (*used, book):
        for one in file.declarations:
            noun = NOUNS.get(type(one))
            if noun is None or (file is not book and not isinstance(one, SHARED)):
                continue
            name = name_of(one)
            scope.by_noun.setdefault(noun, {}).setdefault(name.text, []).append(one)
    return scope


def described(holder: Node) -> str:
    """`plan standard`, `contract globex`, `amendment 1 of globex`, for a note."""
    if isinstance(holder, syntax.Amendment):
        return f"amendment {holder.number.value} of {holder.contract.text}"
    name = name_of(holder)
    return f"{NOUNS.get(type(holder), type(holder).__name__.lower())} {name.text}"
