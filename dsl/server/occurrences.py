"""Every place where a name is declared or used: what navigation and renaming go by.

A symbol is a noun and a name. Charges are one symbol a name throughout the book, because coupons, wallets and other
versions of a plan mean them by name; bands belong to their calendar, values to their dimension, grants to an example.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dsl import syntax
from dsl.passes.examples import text_of
from dsl.passes.references import references
from dsl.passes.scope import Scope
from dsl.syntax import every, walk
from dsl.syntax.base import Name, Node, Text


class Symbol(NamedTuple):
    """What a name stands for."""

    noun: str
    name: str


class Occurrence(NamedTuple):
    """One place of a symbol: the name or the quoted value there, and whether it declares the symbol."""

    symbol: Symbol
    node: Name | Text
    declares: bool


# What a reference of several possible nouns means, in the order in which examples look names up
_EITHER = {
    "charge, step, coupon, tax or wallet": ("charge", "coupon", "tax", "wallet"),
    "meter, wallet or grant": ("meter", "wallet", "feature"),
    "plan": ("plan", "add_on"),
    "unit": ("unit", "currency"),
}


def occurrences(scope: Scope) -> list[Occurrence]:
    """All places of all symbols in the book's own text and, for what it uses of other files, their declarations."""
    declared = [*_declared(scope)]
    known = {one.symbol for one in declared}
    found = {id(one.node): one for one in declared}
    for symbol, node in _used(scope, known):
        found.setdefault(id(node), Occurrence(symbol, node, False))
    return sorted(found.values(), key=lambda one: (one.node.span.path, one.node.span.line, one.node.span.column))


def _declared(scope: Scope) -> Iterator[Occurrence]:
    for noun, names in scope.by_noun.items():
        for name, nodes in names.items():
            for node in nodes:
                yield from _of_declaration(Symbol(noun, name), node)
    for one in every(scope.book, syntax.Currency):
        yield Occurrence(Symbol("currency", one.name.text), one.name, True)
    for node in walk(scope.book):
        match node:
            case syntax.Charge(name=own):
                yield Occurrence(Symbol("charge", own.text), own, True)
            case syntax.Phase(name=own):
                yield Occurrence(Symbol("phase", own.text), own, True)
            case syntax.Example():
                for grant in every(node, syntax.GivenGrant):
                    yield Occurrence(Symbol(_grants(node), grant.name.text), grant.name, True)


def _of_declaration(symbol: Symbol, node: Node) -> Iterator[Occurrence]:
    name = getattr(node, "name", None)
    if isinstance(name, Name):
        yield Occurrence(symbol, name, True)
    if isinstance(node, syntax.Calendar):
        for band in every(node, syntax.Band):
            yield Occurrence(Symbol(bands_of(symbol.name), band.name.text), band.name, True)
    if isinstance(node, syntax.Dimension):
        for value in node.values:
            yield Occurrence(Symbol(values_of(symbol.name), text_of(value)), value, True)


def bands_of(calendar: str) -> str:
    """The noun of a calendar's bands."""
    return f"band of {calendar}"


def values_of(dimension: str) -> str:
    """The noun of a dimension's values."""
    return f"value of {dimension}"


def _grants(example: syntax.Example) -> str:
    return f"grant of {example.title.value}"


def _used(scope: Scope, known: set[Symbol]) -> Iterator[tuple[Symbol, Name | Text]]:
    """The symbol that each used name stands for; names of nothing known are left out."""
    for example in every(scope.book, syntax.Example):
        for expect in every(example, syntax.Expect):
            if isinstance(expect.subject, syntax.ExpectQuantity):
                yield from _first(known, (_grants(example),), expect.subject.name, unless=("meter",))
    for reference in references(scope):
        yield from _first(known, _EITHER.get(reference.noun, (reference.noun,)), reference.name)
    for node in walk(scope.book):
        for name in _units(node):
            yield from _first(known, _EITHER["unit"], name)
        for noun, value in _slices(scope, node):
            yield from _first(known, (noun,), value)


def _first(
    known: set[Symbol], nouns: tuple[str, ...], node: Name | Text, unless: tuple[str, ...] = ()
) -> Iterator[tuple[Symbol, Name | Text]]:
    text = text_of(node)
    if any(Symbol(noun, text) in known for noun in unless):
        return
    for noun in nouns:
        if Symbol(noun, text) in known:
            yield Symbol(noun, text), node
            return


def _units(node: Node) -> Iterator[Name]:
    """Units and currencies that a node says."""
    match node:
        case syntax.Money(currency=name) | syntax.Quantity(unit=name) | syntax.Per(unit=name):
            yield name
        case syntax.ForLicensed(unit=name) | syntax.Licensed(unit=name) | syntax.Holds(unit=name):
            yield name
        case syntax.Multiple(of=name) | syntax.BoundUnit(unit=name) | syntax.Measure(unit=Name() as name):
            yield name


def _slices(scope: Scope, node: Node) -> Iterator[tuple[str, Name | Text]]:
    """Dimensions, their values, and bands."""
    match node:
        case syntax.By(properties=names):
            yield from (("dimension", name) for name in names)
        case syntax.Weigh(property=name, clauses=weights):
            yield "dimension", name
            yield from ((values_of(name.text), weight.value) for weight in weights)
        case syntax.Property(name=name) | syntax.Defaulted(property=name):
            yield "dimension", name
        case syntax.Attribute(property=name, value=value):
            yield "dimension", name
            if isinstance(value, Name | Text):
                yield values_of(name.text), value
        case syntax.Matrix():
            yield from _matrix(node)
        case syntax.InBand(band=band, calendar=calendar):
            yield bands_of(calendar.text), band


def _matrix(matrix: syntax.Matrix) -> Iterator[tuple[str, Name | Text]]:
    nouns = [bands_of(a.calendar.text) if isinstance(a, syntax.BandAxis) else values_of(a.text) for a in matrix.axes]
    yield from (("dimension", axis) for axis in matrix.axes if isinstance(axis, Name))
    for row in matrix.clauses:
        for noun, key in zip(nouns, row.keys, strict=False):
            if isinstance(key, Name | Text):
                yield noun, key
