"""RB0 after parsing: the header, clauses that stand twice, clauses that are missing, and nesting."""

from __future__ import annotations

from dsl import syntax
from dsl.diagnostics.model import Diagnostic, error, warning
from dsl.passes.pieces import Piece
from dsl.passes.scope import Scope
from dsl.syntax import clauses_of, name_of, only
from dsl.syntax.base import Node, Span

# Clauses of which a block may hold several; every other clause stands once
REPEATABLE: frozenset[type[Node]] = frozenset(
    (
        *(syntax.BandRule, syntax.Holiday, syntax.Band, syntax.Where, syntax.BillEarly, syntax.Grant),
        *(syntax.Alert, syntax.Discount, syntax.RecurringCredit, syntax.ChangePolicy, syntax.Source, syntax.Charge),
        *(syntax.Tier, syntax.Row, syntax.TopUp, syntax.WalletGrants, syntax.Retry, syntax.IndexValue),
        *(syntax.Weight, syntax.Coterm, syntax.Override, syntax.Escalate, syntax.Commit, syntax.Phase),
        *(syntax.Expect, syntax.Timezone),
    )
)
REQUIRED: dict[type[Node], tuple[tuple[type[Node], str], ...]] = {
    syntax.Meter: ((syntax.Events, 'events "type"'), (syntax.Measure, "measure count as UNIT")),
    syntax.Charge: ((syntax.PriceClause, "price FORM"),),
    syntax.Wallet: ((syntax.Holds, "holds UNIT"),),
    syntax.Coupon: ((syntax.Discount, "discount 20% on everything"),),
    syntax.Dunning: ((syntax.Retry, "retry 3 days after failure"),),
    syntax.Index: ((syntax.IndexValue, "2026-01-01: 3%"),),
}
MAX_PRICE_NESTING = 2


def check_form(scope: Scope, piece: Piece) -> list[Diagnostic]:
    """Findings about the shape of blocks."""
    found: list[Diagnostic] = []
    for kind, nodes in piece.by_kind.items():
        if "clauses" in kind.__dataclass_fields__:
            for node in nodes:
                found += _twice(node)
                found += _missing(node)
    found += [one for clause in piece.of(syntax.PriceClause) for one in _nesting(clause.price, 0)]
    found += [one for clause in piece.of(syntax.Override) for one in _nesting(clause.price, 0)]
    for measure in piece.of(syntax.Measure):
        if measure.unit is None:
            found.append(error("RB108", measure.span, "the measure does not say its unit", help="add `as UNIT`"))
    return found


def check_head(scope: Scope) -> list[Diagnostic]:
    """Findings about the lines that a book has once: its name and version, its currency, its time zone."""
    book = scope.book
    headers: tuple[syntax.Header, ...] = scope.look("header")
    if not headers:
        if all(
            isinstance(one, (syntax.Unit, syntax.Calendar, syntax.Dimension, syntax.Timezone))
            for one in book.declarations
        ):
            return []
        span = Span(book.path, 1, 1, 1, 2)
        return [
            error(
                "RB011",
                span,
                "the book does not say its name and version",
                help="start the file with `book NAME version 1 from 2026-01-01`",
            )
        ]
    found = [
        error("RB011", extra.span, "a second `book` line", caret="a file holds one version of one book")
        for extra in headers[1:]
    ]
    sells = scope.names("plan") or scope.names("add_on")
    if sells and not scope.look("currency"):
        message = "the book does not say its currency"
        found.append(error("RB108", headers[0].span, message, help="add e.g. `currency USD`"))
    if book.declarations[0] is not headers[0]:
        found.append(
            error("RB011", headers[0].span, "the `book` line is not the first one", caret="move it to the top")
        )
    for word in ("currency", "timezone"):
        for one in scope.look(word)[1:]:
            found.append(error("RB018", one.span, f"a second `{word}`", caret="a book has one"))
    return found


def _twice(node: Node) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    seen: set[type[Node]] = set()
    for clause in clauses_of(node):
        kind = type(clause)
        if kind in REPEATABLE or kind.__name__.startswith("Given"):
            continue
        if kind in seen:
            found.append(
                error("RB018", clause.span, "this clause stands twice in its block", caret="keep one of the two")
            )
        seen.add(kind)
    return found


def _missing(node: Node) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    for kind, words in REQUIRED.get(type(node), ()):
        if only(node, kind) is None:
            name = name_of(node)
            what = type(node).__name__.lower()
            found.append(
                error(
                    "RB108",
                    name.span,
                    f"{what} {name.text} has no `{words.split()[0]}`"
                    if kind is not syntax.IndexValue
                    else f"index {name.text} is empty",
                    help=f"add `{words}`",
                )
            )
    if isinstance(node, syntax.Plan) and only(node, syntax.Bill) is None:
        found.append(
            warning(
                "RB108",
                node.name.span,
                f"plan {node.name.text} does not say when it bills: monthly in arrears is taken",
                help="add `bill monthly in arrears`",
            )
        )
    return found


def _nesting(price: syntax.Price, depth: int) -> list[Diagnostic]:
    form = price.form
    if not isinstance(form, (syntax.Graduated, syntax.Volume, syntax.Matrix)):
        return []
    if depth == MAX_PRICE_NESTING:
        return [
            error(
                "RB019",
                form.span,
                "prices nest deeper than two",
                caret="the third level",
                help="tiers in a matrix or a matrix in tiers is the most; write another charge",
            )
        ]
    return [one for row in form.clauses for one in _nesting(row.price, depth + 1)]
