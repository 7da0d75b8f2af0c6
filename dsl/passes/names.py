"""RB1: names that do not exist, stand twice, are reserved, or are never used."""

from __future__ import annotations

from dsl import syntax
from dsl.diagnostics.model import Diagnostic, Label, error, warning
from dsl.passes.pieces import HOLDERS, NOUNS, Piece
from dsl.passes.references import STEPS, measure_unit, references_of
from dsl.passes.scope import Scope, described, is_code
from dsl.suggest import did_you_mean, one_of
from dsl.syntax import every, name_of, only
from dsl.syntax.base import Name, Node

# Words that compete with a name somewhere in the grammar
RESERVED = ("any", "otherwise", "not", "everything", "band", "licensed", "total")
# Nouns that are there to be used; plans, contracts, coupons and wallets are sold without being named
USED_NOUNS = ("meter", "calendar", "dimension", "dunning", "index", "tax")
# More names than this are no help
MAX_LISTED = 8
EVENT_UNITS = ("event", "events")


def check_names(scope: Scope, piece: Piece) -> list[Diagnostic]:
    """Findings about names."""
    found = _duplicates(scope, piece) + _reserved(piece) + _charges(piece) + _units(scope, piece)
    for reference in references_of(scope, piece):
        if reference.name.text not in reference.known:
            found.append(undefined(reference.noun, reference.name, tuple(reference.known), reference.code))
    return found + _bands(scope, piece) + _unused(scope, piece.node)


def _duplicates(scope: Scope, piece: Piece) -> list[Diagnostic]:
    one = piece.node
    found: list[Diagnostic] = []
    noun = NOUNS.get(type(one))
    if noun is not None and noun not in ("plan", "add_on"):
        first = scope.named(noun, name_of(one).text)[0]
        if first is not one:
            found.append(_duplicate(f"two declarations of {noun} {name_of(one).text}", first, one))
    if isinstance(one, HOLDERS):
        found += _twice(every(one, syntax.Charge), "charge", described(one))
        found += _twice(every(one, syntax.Phase), "phase", described(one))
    if isinstance(one, syntax.Calendar):
        found += _twice(every(one, syntax.Band), "band", described(one))
    if isinstance(one, syntax.Dimension):
        found += _values_twice(one)
    return found


def _duplicate(message: str, first: Node, second: Node) -> Diagnostic:
    before = name_of(first)
    again = name_of(second)
    return error("RB102", again.span, message, caret="and again here", labels=(Label(before.span, "first here"),))


def _twice(nodes: tuple[Node, ...], noun: str, holder: str) -> list[Diagnostic]:
    seen: dict[str, Node] = {}
    found: list[Diagnostic] = []
    for node in nodes:
        name = name_of(node)
        if name.text in seen:
            found.append(_duplicate(f"two {noun}s named {name.text} in {holder}", seen[name.text], node))
        seen.setdefault(name.text, node)
    return found


def _values_twice(dimension: syntax.Dimension) -> list[Diagnostic]:
    seen: set[str] = set()
    found: list[Diagnostic] = []
    for value in dimension.values:
        text = value.text if isinstance(value, Name) else value.value
        if text in seen:
            found.append(
                error("RB102", value.span, f"the value {text} stands twice in dimension {dimension.name.text}")
            )
        seen.add(text)
    return found


def _reserved(piece: Piece) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    for node in piece.any_of(*NOUNS, syntax.Charge, syntax.Band, syntax.Phase):
        name = name_of(node)
        if isinstance(node, syntax.Charge) and name.text in STEPS:
            found.append(
                error(
                    "RB106",
                    name.span,
                    f"a charge cannot be named `{name.text}`",
                    caret="the name of a step of every invoice",
                    help=f"e.g. `{name.text}_fee`",
                )
            )
        elif name.text in RESERVED:
            found.append(
                error("RB107", name.span, f"`{name.text}` cannot be a name", caret="it has a meaning of its own")
            )
    return found


def _charges(piece: Piece) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    for charge in piece.charges():
        price = only(charge, syntax.PriceClause)
        counted = only(charge, syntax.ForMeter) or only(charge, syntax.ForLicensed)
        if price is None:
            continue
        form = price.price.form
        alone = isinstance(form, syntax.Flat) or (isinstance(form, syntax.Percentage) and form.of is not None)
        where = (f"in charge {charge.name.text} of {described(piece.node)}",)
        if counted is None and not alone:
            found.append(
                error(
                    "RB104",
                    charge.name.span,
                    f"charge {charge.name.text} does not say what it counts",
                    help="add `for METER` or `for licensed UNIT`",
                    notes=where,
                )
            )
        if counted is not None and isinstance(form, syntax.Flat):
            found.append(
                error(
                    "RB105",
                    counted.span,
                    "a flat price counts nothing",
                    notes=where,
                    caret="this has no effect",
                    help="remove the `for` clause, or price per unit",
                )
            )
    return found


def undefined(noun: str, name: Name, known: tuple[str, ...], code: str = "RB101") -> Diagnostic:
    """The finding for a name that nothing declares."""
    guess = did_you_mean(name.text, known)
    return error(
        code,
        name.span,
        f"no {noun} named `{name.text}`",
        caret=f"did you mean `{guess}`?" if guess else "",
        notes=(f"here one of: {one_of(known)}",) if not guess and 0 < len(known) <= MAX_LISTED else (),
        help="" if guess or " " in noun or noun in ("charge", "step") else f"declare it: `{noun} {name.text} ...`",
    )


_MEASURED: tuple[type[Node], ...] = (
    *(syntax.Money, syntax.Quantity, syntax.Per, syntax.ForLicensed, syntax.Licensed, syntax.Holds),
    *(syntax.Multiple, syntax.Meter, syntax.Currency),
)


def _units(scope: Scope, piece: Piece) -> list[Diagnostic]:
    """Units in every place that takes one; a currency may stand for a unit where something is measured."""
    found: list[Diagnostic] = []
    for node in piece.any_of(*_MEASURED):
        match node:
            case syntax.Currency(name=name) if not is_code(name.text):
                message = f"`{name.text}` is not the code of a currency"
                found.append(error("RB210", name.span, message, help="a code is written in capitals: `currency USD`"))
            case syntax.Money(currency=name) if not scope.is_currency(name.text):
                found.append(
                    error(
                        "RB210",
                        name.span,
                        f"`{name.text}` is not a currency",
                        help="use an ISO 4217 code, or declare it: `currency NAME worth USD 1`",
                    )
                )
            case syntax.Quantity(unit=name) if not _is_unit(scope, name) and name.text not in EVENT_UNITS:
                found.append(undefined("unit", name, scope.names("unit")))
            case (
                syntax.Per(unit=name)
                | syntax.ForLicensed(unit=name)
                | syntax.Licensed(unit=name)
                | syntax.Holds(unit=name)
            ):
                found += [] if _is_unit(scope, name) else [undefined("unit", name, scope.names("unit"))]
            case syntax.Multiple(of=name):
                found += [] if _is_unit(scope, name) else [undefined("unit", name, scope.names("unit"))]
            case syntax.Meter():
                unit = measure_unit(node)
                if unit is not None and not _is_unit(scope, unit):
                    found.append(undefined("unit", unit, scope.names("unit")))
    return found


def _is_unit(scope: Scope, name: Name) -> bool:
    return bool(scope.named("unit", name.text)) or scope.is_currency(name.text)


def _bands(scope: Scope, piece: Piece) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    for node in piece.of(syntax.InBand):
        calendar = scope.calendar(node.calendar.text)
        names = tuple(band.name.text for band in every(calendar, syntax.Band)) if calendar else ()
        if calendar is not None and node.band.text not in names:
            found.append(undefined("band", node.band, names))
    return found


def _unused(scope: Scope, node: Node) -> list[Diagnostic]:
    noun = NOUNS.get(type(node), "")
    # a file without a `book` line is for others to use
    if noun not in USED_NOUNS or scope.header is None:
        return []
    name = name_of(node)
    if scope.look(f"mention of {noun}", name.text):
        return []
    return [warning("RB103", name.span, f"{noun} {name.text} is never used", help="remove it, or use it")]
