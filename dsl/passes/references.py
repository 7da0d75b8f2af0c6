"""Every place where a book says a name that is declared elsewhere: the noun expected there, and the name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dsl import syntax
from dsl.passes.scope import PlanLike, Scope
from dsl.syntax import every, only, walk
from dsl.syntax.base import Name, Node

# Names of the steps of an invoice, which `expect` may ask for and no charge may take
STEPS = ("discount", "minimum", "cap", "commit", "credit", "tax", "wallet", "due")
TOTALS = ("total", "quarantined", "overage")


class Reference(NamedTuple):
    """A name that must exist. `possible` lists the names where these depend on the place; `code` is the finding's."""

    noun: str
    name: Name
    possible: tuple[str, ...] | None = None
    code: str = "RB101"


def references(scope: Scope) -> Iterator[Reference]:
    """All references of the book, in no particular order."""
    for one in scope.book.declarations:
        yield from _plain(one)
        yield from _targets(scope, one)
        if isinstance(one, syntax.Example):
            yield from _example(scope, one)


def _plain(root: Node) -> Iterator[Reference]:
    """References whose noun follows from the clause alone."""
    for node in walk(root):
        match node:
            case syntax.ForMeter(meter=name) | syntax.MeteredFeature(meter=name) | syntax.GivenEarlier(meter=name):
                yield Reference("meter", name)
            case syntax.GivenUsage(meter=name):
                yield Reference("meter", name)
            case syntax.BoundUnit(of=Name() as name):
                yield Reference("meter", name)
            case syntax.BandAxis(calendar=name):
                yield Reference("calendar", name)
            case syntax.Follow(dunning=name):
                yield Reference("dunning", name)
            case syntax.Taxed(names=names):
                yield from (Reference("tax", name) for name in names)
            case syntax.Grant(feature=name) | syntax.GivenGrant(feature=name):
                yield Reference("feature", name)
            case syntax.ByIndex(index=name):
                yield Reference("index", name)
            case syntax.Contract(plan=name) | syntax.GivenPlan(plan=name):
                yield Reference("plan", name)
            case syntax.GivenAddOn(add_on=name):
                yield Reference("add_on", name)
            case syntax.AddOn(attaches_to=tuple() as names):
                yield from (Reference("plan", name) for name in names)
            case syntax.Plans(names=names):
                yield from (Reference("plan", name) for name in names)
            case syntax.Amendment(contract=name) | syntax.GivenContract(contract=name):
                yield Reference("contract", name)
            case syntax.Coterm(contracts=names):
                yield from (Reference("contract", name) for name in names)
            case syntax.GivenCoupon(coupon=name):
                yield Reference("coupon", name)
            case syntax.GivenWallet(wallet=name):
                yield Reference("wallet", name)
            case syntax.InBand(calendar=name):
                yield Reference("calendar", name)


def _targets(scope: Scope, root: Node) -> Iterator[Reference]:
    """Charges named by discounts, commitments, wallets and percentages: those of the plan concerned."""
    possible = charges_near(scope, root)
    drawn = {id(node.targets) for node in walk(root) if isinstance(node, syntax.Draws)}
    for node in walk(root):
        match node:
            case syntax.Charges(names=names):
                code = "RB608" if id(node) in drawn else "RB101"
                yield from (Reference("charge", name, possible, code) for name in names)
            case syntax.Percentage(of=tuple() as names) if [name.text for name in names] != ["gross"]:
                yield from (Reference("charge", name, possible) for name in names)
            case syntax.Override(charge=name):
                yield Reference("charge", name, possible, "RB606")


def charges_near(scope: Scope, root: Node) -> tuple[str, ...]:
    """The charges that a declaration may name: its plan's and its own, or every charge of the book."""
    plans: list[PlanLike] = []
    match root:
        case syntax.Plan(name=name) | syntax.AddOn(name=name):
            plans = scope.plans(name.text)
        case syntax.Contract(plan=name):
            plans = scope.plans(name.text)
        case syntax.Amendment(contract=name):
            contract = scope.contract(name.text)
            plans = scope.plans(contract.plan.text) if contract else []
            own = tuple(charge.name.text for charge in every(contract, syntax.Charge)) if contract else ()
            return (*own, *_charges(plans), *_own(root))
        case _:
            return tuple(charge.name.text for _, charge in scope.all_charges())
    return (*_charges(plans), *_own(root))


def _charges(plans: list[PlanLike]) -> tuple[str, ...]:
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
    charges = example_charges(scope, example)
    grants = tuple(grant.name.text for grant in every(example, syntax.GivenGrant))
    lines = (*charges, *STEPS, *TOTALS, *(name for noun in ("coupon", "tax", "wallet") for name in scope.names(noun)))
    counted = (*scope.names("meter"), *scope.names("wallet"), *scope.names("feature"), *grants, "overage")
    for expect in every(example, syntax.Expect):
        match expect.subject:
            case syntax.ExpectAmount(name=name):
                yield Reference("charge, step, coupon, tax or wallet", name, lines)
            case syntax.ExpectTier(charge=name) | syntax.ExpectPart(charge=name) | syntax.ExpectBillable(charge=name):
                yield Reference("charge", name, charges)
            case syntax.ExpectOn(charge=name):
                yield Reference("charge", name, charges)
            case syntax.ExpectQuantity(name=name):
                yield Reference("meter, wallet or grant", name, counted)
    for billed in every(example, syntax.GivenBilled):
        if billed.charge is not None:
            yield Reference("charge", billed.charge, charges)


def measure_unit(meter: syntax.Meter) -> Name | None:
    """The unit that a meter measures in."""
    measure = only(meter, syntax.Measure)
    return measure.unit if measure else None
