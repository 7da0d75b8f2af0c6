"""The single lane: one record at a time, for anything irregular; it knows why a record cannot be used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from engine.events.options import MAX_EVENT_BYTES
from engine.events.rows import CORE, NUMBER_HOOK, Rejection, Rows

__all__ = ["CANONICAL", "decode_singly", "extension_names", "extension_text"]

CANONICAL = msgspec.json.Encoder(order="sorted", decimal_format="number")
_ATTRIBUTES = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ANY = msgspec.json.Decoder(Any, float_hook=NUMBER_HOOK)
_EXTENSIONS = msgspec.json.Decoder(dict[str, Any], float_hook=NUMBER_HOOK)
_NOT_EXTENSIONS = frozenset((*CORE, "specversion", "data"))
_BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def decode_singly(records: Sequence[bytes]) -> Rows:
    """Decode each record by itself; blank ones are passed over, unusable ones become rejections."""
    rows = Rows()
    for row, raw in enumerate(records):
        if raw and not raw.isspace():
            rejection = _decode(rows, row, raw)
            if rejection is not None:
                rows.rejections.append(rejection)
    return rows


def _decode(rows: Rows, row: int, raw: bytes) -> Rejection | None:
    if len(raw) > MAX_EVENT_BYTES:
        return Rejection(row, "too-large", f"{len(raw)} bytes")
    try:
        attributes = _ATTRIBUTES.decode(raw)
    except msgspec.ValidationError:
        return Rejection(row, "not-an-object")
    except _BROKEN as error:
        return Rejection(row, "not-json", str(error))
    try:
        values = {name: _ANY.decode(text) for name, text in attributes.items()}
    except _BROKEN as error:
        return Rejection(row, "not-json", str(error))
    except ArithmeticError:
        return Rejection(row, "out-of-range", "a number's exponent is beyond all use")
    return _place(rows, row, attributes, values)


def _place(rows: Rows, row: int, attributes: dict[str, msgspec.Raw], values: dict[str, Any]) -> Rejection | None:
    if values.get("specversion") != "1.0":
        return Rejection(row, "specversion", f"found {str(values.get('specversion'))[:40]}")
    core = {name: values.get(name) for name in CORE}
    for name, value in core.items():
        if value is not None and not isinstance(value, str):
            return Rejection(row, "attribute-not-text", f"`{name}`")
    if "data" in values and values.get("data_base64") is not None:
        return Rejection(row, "two-payloads")
    for name, value in core.items():
        getattr(rows, name).append(value or "")
    payload = values.get("data")
    rows.row.append(row)
    rows.data.append(bytes(attributes["data"]) if "data" in attributes else None)
    rows.canonical += CANONICAL.encode(payload) + b"\n"
    rows.payloads.append(payload if isinstance(payload, dict) else None)
    rows.ext.append(extension_text({name: value for name, value in values.items() if name not in _NOT_EXTENSIONS}))
    return None


def extension_text(extensions: dict[str, Any]) -> str | None:
    """Extension attributes as canonical JSON; the default content type says nothing and is left out."""
    kept = {name: value for name, value in extensions.items() if value is not None}
    if kept.get("datacontenttype") == "application/json":
        del kept["datacontenttype"]
    return CANONICAL.encode(kept).decode() if kept else None


def extension_names(rows: Rows) -> set[str]:
    """Names of the extension attributes met in these rows."""
    return {name for text in set(rows.ext) - {None} for name in _EXTENSIONS.decode(text or "{}")}
