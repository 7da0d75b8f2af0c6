"""`--map`: which column, literal or row number each attribute and property of a table's rows comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.events.errors import IngestError
from engine.events.rows import CORE

__all__ = ["Plan", "parse_map", "plan_columns"]


@dataclass(frozen=True, slots=True)
class Plan:
    """Attributes and properties of a row: name → column, or name → literal."""

    columns: dict[str, str]
    """CloudEvents attribute → column."""
    literals: dict[str, str]
    """CloudEvents attribute → text for every row."""
    properties: dict[str, str]
    """Data property → column; unmapped columns keep their own name, so nothing is dropped."""
    fixed: dict[str, str]
    """Data property → text for every row."""
    id_from: str
    """`column`, `row` (name of the file and row number) or `content` (hash of the row)."""


def parse_map(text: str) -> dict[str, str]:
    """`time=Start,subject='house-a',bytes=Bytes` as a mapping; a quoted literal may hold commas."""
    mapping: dict[str, str] = {}
    rest = text.strip()
    while rest:
        name, equals, rest = rest.partition("=")
        if not equals or not name.strip():
            raise _wrong(f"`{name}` is no `name=column`", "write time=COLUMN,subject='text',property=COLUMN", text)
        if rest.startswith("'"):
            value, closed, rest = rest[1:].partition("'")
            if not closed or (rest and not rest.startswith(",")):
                raise _wrong(f"the literal of `{name}` is not closed", "end it with a single quote", text)
            value, rest = f"'{value}'", rest[1:]
        else:
            value, _, rest = rest.partition(",")
        if name.strip() in mapping:
            raise _wrong(f"`{name.strip()}` is mapped twice", "leave one of them out", text)
        mapping[name.strip()] = value.strip()
    return mapping


def _literal(value: str) -> str | None:
    if value.startswith("="):
        return value[1:]
    if len(value) >= 2 and value[0] == value[-1] == "'":
        return value[1:-1]
    return None


def plan_columns(header: Sequence[str], mapping: Mapping[str, str], defaults: Mapping[str, str], origin: str) -> Plan:
    """Settle where everything comes from; an attribute that is not mapped is the column of its own name, if any.

    Raises RBE08 for a column that is not there, a doubled column, or an attribute that comes from nowhere.
    """
    if len(set(header)) < len(header):
        doubled = sorted({name for name in header if list(header).count(name) > 1})
        raise _wrong(f"the column `{doubled[0]}` is there twice", "rename one of them", origin)
    plan = Plan({}, {}, {}, {}, _id_source(header, mapping))
    for name, value in mapping.items():
        literal = _literal(value)
        if name == "id" and value == "@row":
            continue
        if literal is not None:
            (plan.literals if name in CORE else plan.fixed)[name] = literal
        elif value in header:
            (plan.columns if name in CORE else plan.properties)[name] = value
        else:
            raise _wrong(f"there is no column `{value}` for `{name}`", f"the columns are {', '.join(header)}", origin)
    for name in CORE:
        if name in plan.columns or name in plan.literals or (name == "id" and plan.id_from != "column"):
            continue
        if name in header:
            plan.columns[name] = name
        elif defaults.get(name):
            plan.literals[name] = defaults[name]
        else:
            raise _wrong(f"no column gives the events' `{name}`", f"map it: {name}=COLUMN or {name}='text'", origin)
    used = {*plan.columns.values(), *plan.properties.values(), "specversion"}
    plan.properties.update({name: name for name in header if name not in used and name not in plan.properties})
    return plan


def _id_source(header: Sequence[str], mapping: Mapping[str, str]) -> str:
    if mapping.get("id") == "@row":
        return "row"
    return "column" if "id" in mapping or "id" in header else "content"


def _wrong(message: str, hint: str, place: str) -> IngestError:
    return IngestError("RBE08", message, hint, place)
