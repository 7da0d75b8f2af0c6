"""RB315: weights of a charge. Each declared value of the property has one."""

from __future__ import annotations

from collections.abc import Iterator

from dsl import syntax
from dsl.diagnostics.model import Diagnostic, Label, error
from dsl.passes.examples import text_of
from dsl.passes.pieces import Piece
from dsl.passes.scope import Scope, described
from dsl.suggest import did_you_mean
from dsl.syntax import every


def check_weights(scope: Scope, piece: Piece) -> list[Diagnostic]:
    """Findings about `weigh` clauses."""
    found: list[Diagnostic] = []
    for charge in piece.charges():
        for weigh in every(charge, syntax.Weigh):
            note = f"in charge {charge.name.text} of {described(piece.node)}"
            found += _values(scope, weigh, note)
    return found


def _values(scope: Scope, weigh: syntax.Weigh, note: str) -> Iterator[Diagnostic]:
    dimension = scope.dimension(weigh.property.text)
    seen: dict[str, syntax.Weight] = {}
    for weight in weigh.clauses:
        value = text_of(weight.value)
        if value in seen:
            label = Label(seen[value].span, "first here")
            yield error("RB315", weight.span, f"two weights for {value}", labels=(label,), notes=(note,))
        seen.setdefault(value, weight)
    if dimension is None:
        return
    known = [text_of(value) for value in dimension.values]
    for value, weight in seen.items():
        if value not in known:
            guess = did_you_mean(value, known)
            yield error(
                "RB308",
                weight.value.span,
                f"`{value}` is not a value of dimension {dimension.name.text}",
                caret=f"did you mean `{guess}`?" if guess else "",
                notes=(note,),
            )
    missing = [value for value in known if value not in seen]
    if missing:
        shown = ", ".join(missing)
        yield error(
            "RB315", weigh.span, f"no weight for {shown}", notes=(note,), help=f"add e.g. `{missing[0]}: 1` to the list"
        )
