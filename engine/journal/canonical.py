"""Canonical JSON: one text for one value, so that a digest means the value.

Keys are sorted, there is no insignificant white space, and text is UTF-8 without escapes beyond JSON's own.
Exact numbers that JSON has no type for (`Decimal`, `Fraction`) are written as strings; binary floats are refused.
"""

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any, TypeAlias, Union

Json: TypeAlias = Union[bool, int, str, "list[Json]", "dict[str, Json]", None]


def canonical_json(value: object) -> str:
    """The canonical text of a value of dicts, lists, tuples, str, int, bool, None, Decimal and Fraction.

    Raises TypeError on a float (money and quantities are exact), on a key that is no text, and on any other type.
    """
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def parse_json(text: str) -> Any:
    """The value of a canonical text; a number with a point or an exponent raises TypeError."""
    return json.loads(text, parse_float=_refuse_float, parse_constant=_refuse_float)


def digest_text(text: str) -> str:
    """SHA-256 of a text's UTF-8 bytes as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def digest(value: object) -> str:
    """SHA-256 of the canonical JSON of a value, as 64 hexadecimal digits."""
    return digest_text(canonical_json(value))


def _plain(value: object) -> Json:
    if value is None or isinstance(value, (str, bool)):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, Decimal):
        return _decimal_text(value)
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, Mapping):
        return {_key(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    raise TypeError(f"a {type(value).__name__} has no canonical JSON form; use an int, a Decimal, a Fraction or text")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a canonical JSON key is text, not a {type(key).__name__}")
    return key


def _decimal_text(value: Decimal) -> str:
    """Fixed-point text without trailing zeros: equal decimals have one text."""
    if not value.is_finite():
        raise TypeError("only a finite Decimal has a canonical JSON form")
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def _refuse_float(text: str) -> None:
    raise TypeError(f"{text} is not exact JSON; write it as a string")
