"""Every place where a book says a name that is declared elsewhere: the noun expected there, and the name."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from dsl import syntax
from dsl.passes.pieces import Piece, mentions
from dsl.passes.scope import PlanLike, Scope
from dsl.syntax import every, only
from dsl.syntax.base import Name, Node

# Names of the steps of an invoice, which `expect` may ask for and no charge may take
STEPS = ("discount", "minimum", "cap", "commit", "credit", "tax", "wallet", "due")
# Groups of steps that may change places among themselves: of a charge or plan, and of the end of an invoice
AMOUNT_STEPS = ("discount", "minimum", "cap")
CLOSING_STEPS = ("tax", "credit", "wallet")
# Those that are told apart by charge
PARTS = ("discount", "minimum", "cap", "credit", "tax", "wallet")
TOTALS = ("total", "quarantined", "overage")


class Known:
    """Names that a reference may stand for: those of some nouns of the book, and some of its own."""

    __slots__ = ("nouns", "others", "scope")

    def __init__(self, scope: Scope, *nouns: str, others: Collection[str] = ()) -> None:
        self.scope = scope
        self.nouns = nouns
        self.others = others

    def __contains__(self, name: object) -> bool:
        return name in self.others or any(self.scope.look(noun, str(name)) for noun in self.nouns)

    def __iter__(self) -> Iterator[str]:
        yield from self.others
        for noun in self.nouns:
            yield from self.scope.names(noun)


class Reference(NamedTuple):
    """A name that must be one of `known`; `code` is the finding's."""

    noun: str
    name: Name
    known: Known
    code: str = "RB101"


def references(scope: Scope) -> Iterator[Reference]:
    """All references of the book, in no particular order."""
    for piece in scope.pieces:
        yield from references_of(scope, piece)


def references_of(scope: Scope, piece: Piece) -> Iterator[Reference]:
    """The references of one declaration."""
    for noun, name in mentions(piece):
        yield Reference(noun, name, Known(scope, *(("plan", "add_on") if noun == "plan" else (noun,))))
    yield from _targets(scope, piece)
    yield from _steps(scope, piece)
    if isinstance(piece.node, syntax.Example):
        yield from _example(scope, piece.node)


def _steps(scope: Scope, piece: Piece) -> Iterator[Reference]:
    """Steps that change places: a charge has fewer of them than an invoice."""
    inside = {id(clause) for charge in piece.of(syntax.Charge) for clause in charge.clauses}
    for apply in piece.of(syntax.Apply):
        steps = AMOUNT_STEPS if id(apply) in inside else (*AMOUNT_STEPS, *CLOSING_STEPS)
        yield from (Reference("step", name, Known(scope, others=steps)) for name in apply.steps)


def _targets(scope: Scope, piece: Piece) -> Iterator[Reference]:
    """Charges named by discounts, commitments, wallets and percentages: those of the plan concerned."""
    targets, percentages = piece.of(syntax.Charges), piece.of(syntax.Percentage)
    if not (targets or percentages or piece.of(syntax.Override)):
        return
    known = charges_near(scope, piece.node)
    drawn = {id(node.targets) for node in piece.of(syntax.Draws)}
    for node in targets:
        code = "RB608" if id(node) in drawn else "RB101"
        yield from (Reference("charge", name, known, code) for name in node.names)
    for percentage in percentages:
        if percentage.of is not None and [name.text for name in percentage.of] != ["gross"]:
            yield from (Reference("charge", name, known) for name in percentage.of)
    for override in piece.of(syntax.Override):
        yield Reference("charge", override.charge, known, "RB606")


def charges_near(scope: Scope, root: Node) -> Known:
    """The charges that a declaration may name: its plan's and its own, or every charge of the book."""
    match root:
        case syntax.Plan(name=name) | syntax.AddOn(name=name) | syntax.Contract(plan=name):
            return Known(scope, others=dict.fromkeys((*_charges(scope.plans(name.text)), *_own(root))))
        case syntax.Amendment():
            contract = scope.contract_of(root)
            plans = scope.plans(contract.plan.text) if contract else ()
            own = _own(contract) if contract else ()
            return Known(scope, others=dict.fromkeys((*own, *_charges(plans), *_own(root))))
    return Known(scope, "charge")


def _charges(plans: tuple[PlanLike, ...]) -> tuple[str, ...]:
    return tuple(charge.name.text for plan in plans for charge in every(plan, syntax.Charge))


def _own(root: Node) -> tuple[str, ...]:
    return tuple(charge.name.text for charge in every(root, syntax.Charge))


def example_charges(scope: Scope, example: syntax.Example) -> tuple[str, ...]:
    """The charges of every plan, add-on and contract that an example gives."""
    names: list[str] = []
    for given in example.clauses:
        match given:
            case syntax.GivenPlan(plan=name) | syntax.GivenAddOn(add_on=name):
                names += _charges(scope.plans(name.text))
            case syntax.GivenContract(contract=name):
                contract = scope.contract(name.text)
                if contract is not None:
                    names += charges_near(scope, contract)
    return tuple(names)


def _example(scope: Scope, example: syntax.Example) -> Iterator[Reference]:
    own = dict.fromkeys(example_charges(scope, example))
    charges = Known(scope, others=own)
    parts = Known(scope, others=PARTS)
    lines = Known(scope, "coupon", "tax", "wallet", others=dict.fromkeys((*own, *STEPS, *TOTALS)))
    grants = (grant.name.text for grant in every(example, syntax.GivenGrant))
    counted = Known(scope, "meter", "wallet", "feature", others=dict.fromkeys((*grants, "overage")))
    for expect in every(example, syntax.Expect):
        match expect.subject:
            case syntax.ExpectAmount(name=name):
                yield Reference("charge, step, coupon, tax or wallet", name, lines)
            case syntax.ExpectTier(charge=name) | syntax.ExpectPart(charge=name) | syntax.ExpectBillable(charge=name):
                yield Reference("charge", name, charges)
            case syntax.ExpectOn(charge=name):
                yield Reference("charge", name, charges)
        match expect.subject:
            case syntax.ExpectPart(part=name) | syntax.ExpectOn(step=name):
                yield Reference("step of a charge", name, parts)
            case syntax.ExpectQuantity(name=name):
                yield Reference("meter, wallet or grant", name, counted)
    for billed in every(example, syntax.GivenBilled):
        if billed.charge is not None:
            yield Reference("charge", billed.charge, charges)


def measure_unit(meter: syntax.Meter) -> Name | None:
    """The unit that a meter measures in."""
    measure = only(meter, syntax.Measure)
    return measure.unit if measure else None
