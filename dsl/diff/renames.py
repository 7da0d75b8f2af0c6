"""The same content under another name: found first, so that what names it counts as no change."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dsl.diff.normal import normal
from engine.model import (
    Bound,
    Charge,
    Commit,
    Contract,
    Discount,
    Escalation,
    Feature,
    Override,
    PercentOf,
    Plan,
    RecurringCredit,
    Wallet,
)

REFERENCES: dict[tuple[type, str], str] = {
    (Charge, "meter"): "meter", (Bound, "per_meter"): "meter", (Feature, "target"): "meter",
    (Contract, "plan"): "plan", (Plan, "add_on_to"): "plan", (Discount, "plans"): "plan",
    (Discount, "on"): "charge", (Escalation, "on"): "charge", (Commit, "draws"): "charge",
    (Override, "charge"): "charge", (PercentOf, "charges"): "charge", (RecurringCredit, "on"): "charge",
    (Wallet, "pays"): "charge", (Contract, "coterm"): "contract",
}  # fmt: skip
"""Where a book names a meter, a plan, a charge or a contract."""

Renames = Mapping[tuple[str, str], str]
"""New names by (what it names, old name)."""


def renamed(one: Iterable[Any], other: Iterable[Any]) -> dict[str, str]:
    """New names by old ones: parts that are only in one of the books and are the same but for their name."""
    before, after = {item.name: item for item in one}, {item.name: item for item in other}
    gone = [item for name, item in before.items() if name not in after]
    come = [item for name, item in after.items() if name not in before]
    found: dict[str, str] = {}
    for item in gone:
        match = next((c for c in come if _content(c) == _content(item)), None)
        if match is not None:
            found[item.name] = match.name
            come.remove(match)
    return found


def _content(item: Any) -> Any:
    return normal(replace(item, name="", **({"label": None} if hasattr(item, "label") else {})))


def with_names(value: Any, names: Renames) -> Any:
    """A part of a book with every name it uses replaced."""
    if not names:
        return value
    if isinstance(value, tuple):
        return tuple(with_names(item, names) for item in value)
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return value
    changed = {}
    for field in dataclasses.fields(value):
        item = getattr(value, field.name)
        kind = REFERENCES.get((type(value), field.name))
        changed[field.name] = with_names(item, names) if kind is None else _named(item, kind, names)
    return replace(value, **changed)


def _named(item: str | Sequence[str] | None, kind: str, names: Renames) -> Any:
    if item is None or isinstance(item, str):
        return names.get((kind, item or ""), item)
    return tuple(names.get((kind, name), name) for name in item)
