"""RB2: units that do not fit together, money of another currency, prices that cannot be computed."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from dsl import syntax
from dsl.diagnostics.model import Diagnostic, Label, error, warning
from dsl.passes.pieces import HOLDERS, Piece
from dsl.passes.scope import Family, Scope, described, is_code, unit_of
from dsl.syntax import every, only, walk
from dsl.syntax.base import Node


def check_units(scope: Scope, piece: Piece) -> list[Diagnostic]:
    """Findings about units and money. Names that do not exist are RB1 and pass here in silence."""
    found = _declarations(scope, piece) + _currencies(scope, piece) + _overrides(scope, piece)
    for charge in piece.charges():
        found += _charge(scope, piece.node, charge)
    for example in piece.of(syntax.Example):
        found += _example(scope, example)
    return found


def _declarations(scope: Scope, piece: Piece) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    for unit in piece.of(syntax.Unit):
        if unit.multiple is None:
            continue
        if unit.multiple.factor.value == 0:
            found.append(error("RB206", unit.multiple.factor.span, "a unit cannot be zero times another"))
        elif scope.named("unit", unit.multiple.of.text) and scope.family(unit.name.text) is None:
            found.append(
                error(
                    "RB208",
                    unit.name.span,
                    f"unit {unit.name.text} is defined by itself",
                    help="give it a base unit that has no `=`",
                )
            )
    return found


def _currencies(scope: Scope, piece: Piece) -> list[Diagnostic]:
    """All money of a declaration is in one currency: the book's, or the first one written in a plan or contract."""
    monies = piece.of(syntax.Money)
    declared: list[str] = [one.name.text for one in scope.look("currency") if is_code(one.name.text)]
    holds = isinstance(piece.node, HOLDERS)
    if not monies or isinstance(piece.node, syntax.Currency) or not (holds or declared):
        return []
    first = monies[0]
    expected = declared[0] if declared else first.currency.text
    for money in monies:
        code = money.currency.text
        if code != expected and scope.is_currency(code):
            return [
                error(
                    "RB202",
                    money.currency.span,
                    f"two currencies in {described(piece.node)}: {expected} and {code}"
                    if holds
                    else f"an amount in {code} in a book in {expected}",
                    caret=f"the book is in {expected}" if declared and holds else "",
                    labels=() if declared else (Label(first.span, f"{expected} here"),),
                    help=f"write it in {expected}; another currency is a book of its own",
                )
            ]
    return []


def _counted(scope: Scope, charge: syntax.Charge) -> Family | None:
    meter, licensed = only(charge, syntax.ForMeter), only(charge, syntax.ForLicensed)
    if meter is not None:
        return scope.meter_family(meter.meter.text)
    return scope.family(licensed.unit.text) if licensed is not None else None


def _charge(scope: Scope, holder: Node, charge: syntax.Charge) -> list[Diagnostic]:
    counted = _counted(scope, charge)
    where = f"in charge {charge.name.text} of {described(holder)}"
    found: list[Diagnostic] = []
    if counted is not None:
        price = only(charge, syntax.PriceClause)
        if price is not None:
            found += _price(scope, price.price, counted, where)
        for clause in every(charge, syntax.RoundUsage):
            found += _fits(scope, clause.step, counted, where)
        for free in every(charge, syntax.Free):
            found += _free(scope, free, counted, where)
    return found


def _free(scope: Scope, free: syntax.Free, counted: Family, where: str) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    for amount in (free.amount, free.other):
        if amount is None:
            continue
        value = amount.amount if isinstance(amount, syntax.Money) else amount.value
        if value <= 0:
            found.append(error("RB206", amount.span, "an allowance of zero", notes=(where,), help="remove the clause"))
        if unit_of(amount).text not in ("event", "events"):
            found += _fits(scope, amount, counted, where)
    return found


def _overrides(scope: Scope, piece: Piece) -> list[Diagnostic]:
    overrides = piece.overrides()
    charges = scope.plan_charges(piece.node) if overrides else {}
    found: list[Diagnostic] = []
    for node in overrides:
        counted = _counted(scope, charges[node.charge.text]) if node.charge.text in charges else None
        if counted is not None:
            where = f"in the override of {node.charge.text} in {described(piece.node)}"
            found += _price(scope, node.price, counted, where)
    return found


def _rates(node: Node) -> Iterator[Node]:
    for one in walk(node):
        if isinstance(one, (syntax.PerUnit, syntax.Package, syntax.Series, syntax.Percentage, syntax.Committed)):
            yield one


def _price(scope: Scope, price: syntax.Price, counted: Family, where: str) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    money = scope.is_currency(counted.base)
    for rate in _rates(price):
        found += _turned(scope, rate, where)
        match rate:
            case syntax.PerUnit(per=per) | syntax.Package(per=per) | syntax.Series(per=per):
                found += _per(scope, per, counted, where)
            case syntax.Percentage(of=None) if not money:
                found.append(
                    error(
                        "RB203",
                        rate.span,
                        f"a percentage of {counted.base}, which is not money",
                        notes=(where,),
                        help="price per unit, or measure an amount `as` a currency",
                    )
                )
            case syntax.Committed(quantity=quantity):
                found += _fits(scope, quantity, counted, where)
    for node in walk(price):
        if isinstance(node, syntax.Bound) and node.per is None:
            found += _fits(scope, node.amount, counted, where)
    return found


def _turned(scope: Scope, rate: Node, where: str) -> list[Diagnostic]:
    """`0.02 USD per GB` reads as a price in a wallet's unit named like a currency; nobody means that."""
    if not isinstance(rate, (syntax.PerUnit, syntax.Package)) or not isinstance(rate.amount, syntax.Quantity):
        return []
    amount = rate.amount
    if scope.named("unit", amount.unit.text) or not scope.is_currency(amount.unit.text):
        return []
    return [
        error(
            "RB213",
            amount.span,
            "the currency stands after the amount",
            caret="the currency comes first",
            notes=(where,),
            help=f"write `{amount.unit.text} {amount.value:f}`",
        )
    ]


def _per(scope: Scope, per: syntax.Per, counted: Family, where: str) -> list[Diagnostic]:
    family = scope.family(per.unit.text)
    if family is None:
        return []
    if family.base != counted.base:
        return [
            error(
                "RB201",
                per.unit.span,
                f"a rate per {per.unit.text} for a quantity in {counted.base}",
                caret=f"{per.unit.text} is no multiple of {counted.base}",
                notes=(where,),
            )
        ]
    size = family.size / counted.size
    if 0 < size < 1 and Fraction(1, 1) % size != 0:
        return [
            warning(
                "RB207", per.unit.span, f"one measured unit is not a whole number of {per.unit.text}", notes=(where,)
            )
        ]
    return []


def _fits(scope: Scope, amount: syntax.Amount, counted: Family, where: str) -> list[Diagnostic]:
    unit = unit_of(amount)
    family = scope.family(unit.text)
    if family is None or family.base == counted.base:
        return []
    return [error("RB211", amount.span, f"{unit.text} does not measure a quantity in {counted.base}", notes=(where,))]


def _example(scope: Scope, example: syntax.Example) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    for given in example.clauses:
        if not isinstance(given, (syntax.GivenUsage, syntax.GivenEarlier)):
            continue
        counted = scope.meter_family(given.meter.text)
        if counted is not None:
            found += _fits(scope, given.amount, counted, f"usage of meter {given.meter.text}")
    for expect in every(example, syntax.Expect):
        found += _expected(scope, expect)
    return found


def _expected(scope: Scope, expect: syntax.Expect) -> list[Diagnostic]:
    """A quantity is compared with a quantity, an amount with money."""
    quantity = isinstance(expect.subject, (syntax.ExpectQuantity, syntax.ExpectBillable))
    bare = isinstance(expect.value, syntax.Number)
    counts = isinstance(expect.subject, syntax.ExpectAmount) and expect.subject.name.text == "quarantined"
    if isinstance(expect.subject, syntax.ExpectQuantity) and isinstance(expect.value, (syntax.Money, syntax.Quantity)):
        counted = scope.meter_family(expect.subject.name.text)
        return _fits(scope, expect.value, counted, f"quantity of {expect.subject.name.text}") if counted else []
    if quantity or counts or isinstance(expect.value, syntax.Money):
        return []
    value: Node = expect.value
    message = "an amount of money is expected here" if not bare else "this expectation has no currency"
    return [error("RB212", value.span, message, help="write e.g. `USD 5.00`, or `expect quantity ...`")]
