"""The JSON form of the model: lossless, canonical, and the digest of a book's meaning."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import types
from fractions import Fraction
from functools import cache
from typing import Any

from engine.model import book as book_module
from engine.model import calendars, charges, contracts, examples, extras, meters, place, plans, prices, units
from engine.model.book import Book

_MODULES: tuple[types.ModuleType, ...] = (
    calendars, charges, contracts, examples, extras, meters, place, plans, prices, units, book_module,
)  # fmt: skip


@cache
def _classes() -> dict[str, type]:
    found = {}
    for module in _MODULES:
        for value in vars(module).values():
            if isinstance(value, type) and dataclasses.is_dataclass(value):
                found[value.__name__] = value
    return found


def encode(value: object, *, places: bool = True) -> Any:
    """JSON-ready data of a model object. `places=False` leaves out what does not carry meaning."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, Fraction):
        return {"$q": str(value)}
    if isinstance(value, dt.datetime):
        return {"$t": value.isoformat()}
    if isinstance(value, dt.date):
        return {"$d": value.isoformat()}
    if isinstance(value, tuple):
        return [encode(v, places=places) for v in value]
    if isinstance(value, frozenset):
        return {"$s": sorted(value)}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _encode_object(value, places)
    raise TypeError(f"{type(value).__name__} has no place in the model")


def _encode_object(value: Any, places: bool) -> dict[str, Any]:
    data: dict[str, Any] = {"$": type(value).__name__}
    for field in dataclasses.fields(value):
        if not field.compare and not places:
            continue
        item = getattr(value, field.name)
        if item != field.default:
            data[field.name] = encode(item, places=places)
    return data


def decode(data: Any) -> Any:
    """The model object that `encode` wrote."""
    if isinstance(data, list):
        return tuple(decode(item) for item in data)
    if not isinstance(data, dict):
        return data
    if "$q" in data:
        return Fraction(data["$q"])
    if "$t" in data:
        return dt.datetime.fromisoformat(data["$t"])
    if "$d" in data:
        return dt.date.fromisoformat(data["$d"])
    if "$s" in data:
        return frozenset(data["$s"])
    cls = _classes()[data["$"]]
    return cls(**{key: decode(item) for key, item in data.items() if key != "$"})


def canonical(value: object) -> str:
    """One text per meaning: sorted keys, no white space, no places."""
    return json.dumps(encode(value, places=False), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(book: Book) -> str:
    """SHA-256 (hex) over what the book means: examples and places stay out."""
    bare = dataclasses.replace(book, examples=(), digest="")
    return hashlib.sha256(canonical(bare).encode()).hexdigest()


def seal(book: Book) -> Book:
    """The book with its digest filled in."""
    return dataclasses.replace(book, digest=digest(book))
