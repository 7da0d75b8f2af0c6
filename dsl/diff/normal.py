"""What a part of a book means, freed of how it is written: no places, no labels, rates per one base unit."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from fractions import Fraction
from typing import Any

from engine.model import AnyOf, Bound, Cell, Committed, Discount, Meter, OneOf, Rate, Tier
from engine.model.meters import All

WRITTEN = (Bound, Cell, Committed, Discount, Rate, Tier)
"""Whose `label` is the text of the clause itself."""

UNORDERED = {"on", "plans", "charges", "draws", "pays", "taxed", "coterm", "values", "by"}
"""Lists of names whose order says nothing."""


def bare(value: Any) -> Any:
    """The part without the texts of its clauses."""
    if isinstance(value, tuple):
        return tuple(bare(item) for item in value)
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return value
    changed = {
        field.name: bare(getattr(value, field.name)) for field in dataclasses.fields(value) if field.compare
    }  # fmt: skip
    if isinstance(value, WRITTEN):
        changed["label"] = ""
    return replace(value, **changed)


def normal(value: Any) -> Any:
    """Equal for parts that mean the same: rates per one base unit, lists of names and conditions in one order."""
    if isinstance(value, tuple):
        return tuple(normal(item) for item in value)
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return value
    fields = [(field.name, field_of(value, field.name)) for field in dataclasses.fields(value) if field.compare]
    return (type(value).__name__, *fields)


def field_of(value: Any, name: str) -> Any:
    """What one field of a part means."""
    item = getattr(value, name)
    if isinstance(value, Meter) and name in ("event_type", "more_types"):
        return tuple(sorted(value.event_types))
    if name == "label" and isinstance(value, WRITTEN):
        return ""
    if isinstance(value, Rate) and value.kind == "unit" and name in ("amount", "per"):
        return Fraction(1) if name == "per" else Fraction(value.amount) / value.per
    if name in UNORDERED or (isinstance(value, OneOf) and name == "values"):
        return tuple(sorted(item, key=repr))
    if isinstance(value, All | AnyOf) and name == "parts":
        return tuple(sorted((normal(part) for part in item), key=repr))
    return normal(item)
