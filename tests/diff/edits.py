"""Single edits of a compiled book: where one can be made, and what exactly must be found afterwards."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from engine.model import Book, Charge, Contract, Escalation, Limit, Meter, Plan, Rate, Tiered

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Edit:
    """A book with one change, and the one difference it makes: its kind, and names that stand in its path."""

    book: Book
    kind: str
    named: tuple[str, ...]
    what: str


def parts(value: Any, path: Path = (), above: tuple[Any, ...] = ()) -> Iterator[tuple[Path, Any, tuple[Any, ...]]]:
    """Every part of a book, its path and the parts around it; examples are no meaning and left out."""
    if isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from parts(item, (*path, number), above)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        yield path, value, above
        for field in dataclasses.fields(value):
            if field.compare and field.name != "examples":
                yield from parts(getattr(value, field.name), (*path, field.name), (*above, value))


def put(value: Any, path: Path, new: Any) -> Any:
    """The value with another part at a path; `...` takes an item out of its list."""
    if not path:
        return new
    head, rest = path[0], path[1:]
    if isinstance(head, int):
        items = list(value)
        if new is ... and not rest:
            del items[head]
        else:
            items[head] = put(items[head], rest, new)
        return tuple(items)
    return replace(value, **{head: put(getattr(value, head), rest, new)})


def edits(book: Book) -> Iterator[Edit]:
    """Every edit of the kinds below that a book has room for."""
    for path, part, above in parts(book):
        named = tuple(x.name for x in (*above, part) if isinstance(x, Plan | Charge | Contract))
        for make in MAKERS:
            for kind, new, what in make(part):
                yield Edit(put(book, path, new), kind, named, f"{what} at {path}")


def _rate(part: Any) -> Iterator[tuple[str, Any, str]]:
    if not isinstance(part, Rate) or part.kind == "not_sold":
        return
    dearer = {"share": part.share + Fraction(1, 1000)} if part.kind == "percent" else {"amount": part.amount + 10**9}
    yield "changed", replace(part, label="", **dearer), "a dearer rate"
    if part.kind == "unit" and part.amount:
        yield "rewritten", replace(part, label="", amount=part.amount * 8, per=part.per * 8), "the same rate for more"


def _border(part: Any) -> Iterator[tuple[str, Any, str]]:
    if isinstance(part, Tiered) and len(part.tiers) > 1 and part.tiers[0].upper is not None:
        first = part.tiers[0]
        upper = replace(part.tiers[0].upper, value=part.tiers[0].upper.value / 2, label="")
        yield "changed", replace(part, tiers=(replace(first, upper=upper, label=""), *part.tiers[1:])), "a moved border"
        rate = Rate("unit", 123 * 10**9, Fraction(7))
        yield "added", replace(part, tiers=(replace(first, upper=upper, label="", price=rate), *part.tiers)), "a tier"


def _charge(part: Any) -> Iterator[tuple[str, Any, str]]:
    if isinstance(part, Charge):
        yield "removed", ..., "no charge"
        yield "reworded", replace(part, label="Another label"), "a label"
        limit = part.minimum.amount + 1 if part.minimum else 10**12
        yield ("changed" if part.minimum else "added"), replace(part, minimum=Limit(limit)), "a minimum"


def _limit(part: Any) -> Iterator[tuple[str, Any, str]]:
    if isinstance(part, Limit):
        yield "changed", Limit(part.amount + 10**10), "another limit"
    if isinstance(part, Escalation) and part.share is not None:
        yield "changed", replace(part, share=part.share + Fraction(1, 100)), "a steeper escalation"
    if isinstance(part, Meter):
        yield "changed", replace(part, event_type="other.event"), "other events"


MAKERS: tuple[Callable[[Any], Iterator[tuple[str, Any, str]]], ...] = (_rate, _border, _charge, _limit)
