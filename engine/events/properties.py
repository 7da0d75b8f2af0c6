"""Typed columns for the properties that meters name: `n_<path>` exact numbers, `t_<path>` text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from engine.events.decimals import plain_text, read_number
from engine.events.options import Property, PropertySchema

__all__ = ["NARROW", "PLAIN", "WIDE", "Columns", "property_columns", "union_of"]

WIDE = pa.decimal128(38, 12)
NARROW = pa.decimal128(18, 6)
PLAIN = r"^-?[0-9]{1,26}(\.[0-9]{1,12})?$"
_COMPACT = msgspec.json.Encoder(order="sorted", decimal_format="number")


@dataclass(slots=True)
class Columns:
    """Typed columns of some rows, and which of the rows cannot be stored."""

    arrays: dict[str, pa.Array]
    problems: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Row → (reason, detail)."""
    rounded: set[int] = field(default_factory=set)
    """Rows in which a number was rounded to 12 places."""


def union_of(properties: Mapping[str, PropertySchema]) -> dict[str, Property]:
    """Every property any type wants, with the wants of all types together."""
    union: dict[str, Property] = {}
    for schema in properties.values():
        for path, want in schema.items():
            known = union.get(path, Property())
            union[path] = Property(known.number or want.number, known.text or want.text)
    return union


def property_columns(
    payloads: Sequence[dict[str, Any] | None],
    types: Sequence[str],
    properties: Mapping[str, PropertySchema],
    round_decimals: bool,
) -> Columns:
    """Read the wanted properties of each row; a number that cannot be stored counts only where its type wants it."""
    result = Columns({})
    for path, want in sorted(union_of(properties).items()):
        values = _values(payloads, path.split("."))
        kinds = set(map(type, values))
        if want.number:
            wanting = {name for name, schema in properties.items() if schema.get(path, Property()).number}
            result.arrays[f"n_{path}"] = _numbers(values, kinds, path, types, wanting, round_decimals, result)
        if want.text:
            result.arrays[f"t_{path}"] = _texts(values, kinds)
    return result


def _values(payloads: Sequence[dict[str, Any] | None], steps: list[str]) -> list[Any]:
    if len(steps) == 1:
        key = steps[0]
        return [payload.get(key) if payload is not None else None for payload in payloads]
    return [_walk(payload, steps) for payload in payloads]


def _walk(payload: Any, steps: list[str]) -> Any:
    for step in steps:
        if not isinstance(payload, dict):
            return None
        payload = payload.get(step)
    return payload


def _numbers(
    values: list[Any],
    kinds: set[type],
    path: str,
    types: Sequence[str],
    wanting: set[str],
    round_decimals: bool,
    result: Columns,
) -> pa.Array:
    quick = _quick_numbers(values, kinds)
    if quick is not None:
        return quick
    numbers: list[Decimal | None] = []
    for row, value in enumerate(values):
        reading = read_number(value, round_decimals)
        numbers.append(reading.value)
        if types[row] in wanting:
            if reading.reason is not None:
                result.problems.setdefault(row, (reading.reason, f"`{path}` is {str(value)[:60]}"))
            if reading.rounded:
                result.rounded.add(row)
    return pa.array(numbers, WIDE)


def _quick_numbers(values: list[Any], kinds: set[type]) -> pa.Array | None:
    """All integers, or all plain decimal strings: converted at once, exactly; None when it takes a closer look."""
    if kinds <= {int, type(None)}:
        try:
            return pc.cast(pa.array(values, pa.int64()), WIDE)
        except (OverflowError, pa.ArrowInvalid):
            return None
    if kinds <= {str, type(None)}:
        array = pa.array(values, pa.string())
        if pc.all(pc.match_substring_regex(array, PLAIN), min_count=0).as_py():
            return pc.cast(array, WIDE)
    return None


def _texts(values: list[Any], kinds: set[type]) -> pa.Array:
    if kinds <= {str, type(None)}:
        return pa.array(values, pa.string())
    if kinds <= {int, type(None)}:
        return pa.array([None if value is None else str(value) for value in values], pa.string())
    return pa.array(list(map(text_of, values)), pa.string())


def text_of(value: Any) -> str | None:
    """A property as text: strings as they are, numbers canonical, booleans true/false, lists and objects as JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return plain_text(value)
    return _COMPACT.encode(value).decode()
