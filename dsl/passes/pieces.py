"""A declaration with every node below it by class, and what it tells the rest of the book: worked out once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar, cast

from dsl import syntax
from dsl.syntax import every, walk
from dsl.syntax.base import Name, Node

Kind = TypeVar("Kind", bound=Node)
# What may be asked of a whole book: a noun and what it is asked of, e.g. ("meter", "calls")
Question: TypeAlias = tuple[str, ...]
# A declared node where the question is which ones there are, a name where it is what they are called
Fact: TypeAlias = tuple[Question, Node | str]

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
_ALONE: dict[type[Node], str] = {
    syntax.Header: "header",
    syntax.Currency: "currency",
    syntax.Timezone: "timezone",
}
# Most nodes of a tree, and none of them is looked for by its class
_WORDS: frozenset[type[Node]] = frozenset((syntax.Name, syntax.Text, syntax.Number))
HOLDERS = (syntax.Plan, syntax.AddOn, syntax.Contract, syntax.Amendment)


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """One declaration. `facts` is what other declarations may ask about it."""

    node: Node
    by_kind: dict[type[Node], list[Node]]
    facts: tuple[Fact, ...]

    def of(self, kind: type[Kind]) -> Sequence[Kind]:
        """The nodes of exactly this class, in the order written."""
        return cast(Sequence[Kind], self.by_kind.get(kind, ()))

    def any_of(self, *kinds: type[Kind]) -> Iterator[Kind]:
        """The nodes of these classes, class by class."""
        for kind in kinds:
            yield from self.of(kind)

    def charges(self) -> Sequence[syntax.Charge]:
        """The charges that a plan, add-on, contract or amendment declares."""
        return self.of(syntax.Charge) if isinstance(self.node, HOLDERS) else ()

    def overrides(self) -> Sequence[syntax.Override]:
        """The overrides of a contract or amendment, those of its phases included."""
        return self.of(syntax.Override) if isinstance(self.node, (syntax.Contract, syntax.Amendment)) else ()


def piece_of(node: Node) -> Piece:
    """Walk a declaration once."""
    by_kind: dict[type[Node], list[Node]] = {}
    for one in walk(node, _WORDS):
        kind = type(one)
        if kind in by_kind:
            by_kind[kind].append(one)
        else:
            by_kind[kind] = [one]
    piece = Piece(node, by_kind, ())
    return Piece(node, by_kind, tuple(_facts(piece)))


def _facts(piece: Piece) -> Iterator[Fact]:
    node = piece.node
    noun = NOUNS.get(type(node))
    name = getattr(node, "name", None)
    if noun is not None and isinstance(name, Name):
        yield (noun, name.text), node
    if type(node) in _ALONE:
        yield (_ALONE[type(node)],), node
    if isinstance(node, syntax.Contract):
        yield ("contract on", node.plan.text), node
    if isinstance(node, syntax.Amendment):
        yield ("amendment of", node.contract.text), node
    for charge in piece.charges():
        yield ("charge", charge.name.text), charge
    for override in piece.overrides():
        yield ("override of", override.charge.text), override
    for noun, used in (*mentions(piece), *_sliced(piece)):
        yield (f"mention of {noun}", used.text), used.text
    for events in piece.of(syntax.Events):
        yield from ((("events", kind.value), kind.value) for kind in events.types)
    if isinstance(node, syntax.Example):
        yield from _tried(node)


def _sliced(piece: Piece) -> Iterator[tuple[str, Name]]:
    """Names that are used where they need not be declared: an event's properties, a quantity that is expected."""
    for by in piece.of(syntax.By):
        yield from (("dimension", name) for name in by.properties)
    for weigh in piece.of(syntax.Weigh):
        yield "dimension", weigh.property
    for expected in piece.of(syntax.ExpectQuantity):
        yield "meter", expected.name


def _tried(example: syntax.Example) -> Iterator[Fact]:
    for plan in every(example, syntax.GivenPlan):
        yield ("example of plan", plan.plan.text), plan.plan.text
    for add_on in every(example, syntax.GivenAddOn):
        yield ("example of plan", add_on.add_on.text), add_on.add_on.text
    for contract in every(example, syntax.GivenContract):
        yield ("example of contract", contract.contract.text), contract.contract.text


def mentions(piece: Piece) -> Iterator[tuple[str, Name]]:
    """Names whose noun follows from the clause alone, with that noun."""
    for kind in _MENTIONING:
        for node in piece.by_kind.get(kind, ()):
            yield from _mentioned(node)


_MENTIONING: tuple[type[Node], ...] = (
    *(syntax.ForMeter, syntax.MeteredFeature, syntax.GivenEarlier, syntax.GivenUsage, syntax.BoundUnit),
    *(syntax.BandAxis, syntax.Follow, syntax.Taxed, syntax.Grant, syntax.GivenGrant, syntax.ByIndex),
    *(syntax.Contract, syntax.GivenPlan, syntax.GivenAddOn, syntax.AddOn, syntax.Plans, syntax.Amendment),
    *(syntax.GivenContract, syntax.Coterm, syntax.GivenCoupon, syntax.GivenWallet, syntax.InBand),
)


def _mentioned(node: Node) -> Iterator[tuple[str, Name]]:
    match node:
        case syntax.ForMeter(meter=name) | syntax.MeteredFeature(meter=name) | syntax.GivenEarlier(meter=name):
            yield "meter", name
        case syntax.GivenUsage(meter=name) | syntax.BoundUnit(of=Name() as name):
            yield "meter", name
        case syntax.BandAxis(calendar=name) | syntax.InBand(calendar=name):
            yield "calendar", name
        case syntax.Follow(dunning=name):
            yield "dunning", name
        case syntax.Taxed(names=names):
            yield from (("tax", name) for name in names)
        case syntax.Grant(feature=name) | syntax.GivenGrant(feature=name):
            yield "feature", name
        case syntax.ByIndex(index=name):
            yield "index", name
        case syntax.Contract(plan=name) | syntax.GivenPlan(plan=name):
            yield "plan", name
        case syntax.GivenAddOn(add_on=name):
            yield "add_on", name
        case syntax.AddOn(attaches_to=tuple() as names) | syntax.Plans(names=names):
            yield from (("plan", name) for name in names)
        case syntax.Amendment(contract=name) | syntax.GivenContract(contract=name):
            yield "contract", name
        case syntax.Coterm(contracts=names):
            yield from (("contract", name) for name in names)
        case syntax.GivenCoupon(coupon=name):
            yield "coupon", name
        case syntax.GivenWallet(wallet=name):
            yield "wallet", name
