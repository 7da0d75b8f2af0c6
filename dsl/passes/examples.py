"""RB7 without rating: examples that cannot say anything, and plans that no example tries."""

from __future__ import annotations

from collections.abc import Iterator

from dsl import syntax
from dsl.diagnostics.model import Diagnostic, error, warning
from dsl.passes.dates import sort_key
from dsl.passes.pieces import Piece
from dsl.passes.scope import PlanLike, Scope
from dsl.suggest import did_you_mean
from dsl.syntax import every, only
from dsl.syntax.base import Name, Node, Number, Text


def check_examples(scope: Scope, piece: Piece) -> list[Diagnostic]:
    """Findings about examples."""
    found: list[Diagnostic] = []
    for example in piece.of(syntax.Example):
        found += _complete(example) + _inside(example) + _attributes(scope, example) + _unread(scope, example)
    if isinstance(piece.node, (syntax.Plan, syntax.AddOn)):
        found += _untried(scope, piece.node)
    return found


def _untried(scope: Scope, plan: PlanLike) -> list[Diagnostic]:
    """A plan, told once for all its versions."""
    name = plan.name.text
    if scope.plans(name)[0] is not plan or scope.look("example of plan", name):
        return []
    contracts = scope.look("contract on", name)
    if any(scope.look("example of contract", contract.name.text) for contract in contracts):
        return []
    return [
        warning(
            "RB702",
            plan.name.span,
            f"no example tries plan {name}",
            help=f'add `example "..." {{ given plan {name} ... }}`',
        )
    ]


def plans_of(scope: Scope, example: syntax.Example) -> Iterator[str]:
    """The names of the plans that an example gives, its contract's included."""
    for given in example.clauses:
        match given:
            case syntax.GivenPlan(plan=name) | syntax.GivenAddOn(add_on=name):
                yield name.text
            case syntax.GivenContract(contract=name):
                contract = scope.contract(name.text)
                if contract is not None:
                    yield contract.plan.text


def _complete(example: syntax.Example) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    if not (only(example, syntax.GivenPlan) or only(example, syntax.GivenContract)):
        found.append(
            error(
                "RB704", example.title.span, "the example gives no plan and no contract", help="add `given plan NAME`"
            )
        )
    if only(example, syntax.GivenPeriod) is None:
        found.append(
            error(
                "RB704",
                example.title.span,
                "the example gives no period",
                help="add `given period 2026-01-01 through 2026-01-31`",
            )
        )
    found += [error("RB704", node.span, f"a second {what} in one example") for what, node in _seconds(example)]
    if only(example, syntax.Expect) is None:
        found.append(
            warning("RB705", example.title.span, "the example expects nothing", help="add `expect total = ...`")
        )
    return found


def _seconds(example: syntax.Example) -> Iterator[tuple[str, Node]]:
    """What is given again although there is one of it: a plan that is changed to says from when."""
    for what, kind in (
        ("period", syntax.GivenPeriod),
        ("contract", syntax.GivenContract),
        ("`as of`", syntax.GivenAsOf),
    ):
        yield from ((what, node) for node in every(example, kind)[1:])
    seen: set[str] = set()
    for plan in every(example, syntax.GivenPlan):
        if plan.plan.text in seen and plan.start is None:
            yield f"plan {plan.plan.text}", plan
        seen.add(plan.plan.text)


def _unread(scope: Scope, example: syntax.Example) -> list[Diagnostic]:
    """Events that no meter of the book reads."""
    types = [g.type for g in every(example, syntax.GivenEvent)] + [g.type for g in every(example, syntax.GivenEvents)]
    return [
        warning("RB710", kind.span, f"no meter reads events of type `{kind.value}`")
        for kind in types
        if not scope.look("events", kind.value)
    ]


def _inside(example: syntax.Example) -> list[Diagnostic]:
    period = only(example, syntax.GivenPeriod)
    if period is None:
        return []
    first, last = sort_key(period.first), sort_key(period.last)
    found: list[Diagnostic] = []
    for usage in every(example, syntax.GivenUsage):
        if usage.at is None:
            continue
        day = sort_key(usage.at)
        after = day > last if period.last.time else day[0] > last[0]
        if day < first or after:
            found.append(warning("RB706", usage.at.span, "this usage is outside the example's period"))
    return found


def _attributes(scope: Scope, example: syntax.Example) -> list[Diagnostic]:
    """Values of closed dimensions, in what is given and in what is asked."""
    found: list[Diagnostic] = []
    for clause in example.clauses:
        for attribute in getattr(clause, "attributes", ()):
            dimension = scope.dimension(attribute.property.text)
            if dimension is None:
                continue
            known = [text_of(value) for value in dimension.values]
            if text_of(attribute.value) not in known:
                guess = did_you_mean(text_of(attribute.value), known)
                found.append(
                    error(
                        "RB308",
                        attribute.value.span,
                        f"`{text_of(attribute.value)}` is not a value of dimension {dimension.name.text}",
                        caret=f"did you mean `{guess}`?" if guess else "",
                    )
                )
    return found


def text_of(value: Name | Text | Number) -> str:
    """A value as its author wrote it, without quotes."""
    match value:
        case Name(text=text) | Text(value=text):
            return text
    return str(value.value)
