"""Sample events beside a book: `given events "type" from "samples.csv"`."""

from __future__ import annotations

import datetime as dt

from dsl import syntax
from dsl.lowering.context import Context, Unlowerable
from dsl.lowering.files import table
from engine.model import GivenEvent, Scalar
from engine.money import parse_decimal

OWN = ("id", "source", "time", "known")


def sample_events(node: syntax.GivenEvents, context: Context) -> list[GivenEvent]:
    """One event a row: `time`, `id`, `source`, `known` are the event's own, all other columns its properties.

    An empty cell is an absent property.
    """
    found: list[GivenEvent] = []
    for number, row in enumerate(table(node.file, ("time",), context), start=2):
        try:
            at = dt.datetime.fromisoformat(row["time"])
            known = dt.datetime.fromisoformat(row["known"]) if row.get("known") else None
        except ValueError as problem:
            raise Unlowerable(node.file, f"line {number} of the file: {problem}") from None
        properties = tuple((name, _value(text)) for name, text in row.items() if name not in OWN and text)
        own = row.get("id") or None, row.get("source") or None, known
        found.append(GivenEvent(node.type.value, at, properties, *own, place=context.place(node)))
    return found


def _value(text: str) -> Scalar:
    """`true` and `false`, plain decimals as exact numbers, all else as text."""
    if text in ("true", "false"):
        return text == "true"
    try:
        return parse_decimal(text)
    except ValueError:
        return text
