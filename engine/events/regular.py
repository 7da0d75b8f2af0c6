"""The regular lane: a whole block decoded by a few calls in C; None as soon as anything needs a closer look.

It accepts only what the single lane accepts, with the same values: a test compares the two on generated events.
"""

from __future__ import annotations

from operator import attrgetter
from typing import Any

import msgspec
import numpy as np

from engine.events.blocks import Block
from engine.events.options import MAX_EVENT_BYTES
from engine.events.rows import CORE, NUMBER_HOOK, Rows
from engine.events.single import CANONICAL, extension_text

__all__ = ["RegularLane"]

_ANY_LIST = msgspec.json.Decoder(list[Any], float_hook=NUMBER_HOOK)
_MAX_LEARNT = 24
_KNOWN = frozenset((*CORE, "specversion", "data", "data_base64"))
_NEWLINE, _OPEN, _CLOSE = 10, 123, 125


class RegularLane:
    """Decodes blocks whose events share a known set of attributes; learns further extension attributes."""

    def __init__(self) -> None:
        self._extensions: tuple[str, ...] = ("datacontenttype", "dataschema")
        self._build()

    def learn(self, names: set[str]) -> None:
        """Add extension attributes met by the single lane, so that later blocks with them are regular."""
        fresh = sorted(name for name in names - _KNOWN - set(self._extensions) if name.isascii() and name.isalnum())
        if fresh and len(self._extensions) + len(fresh) <= _MAX_LEARNT:
            self._extensions = (*self._extensions, *fresh)
            self._build()

    def _build(self) -> None:
        fields: list[tuple[str, Any, Any]] = [(name, str, "") for name in (*CORE, "specversion")]
        fields.append(("data", msgspec.Raw, msgspec.Raw(b"")))
        rename = {}
        for place, name in enumerate(self._extensions):
            fields.append((f"x{place}", Any, msgspec.UNSET))
            rename[f"x{place}"] = name
        # gc=False: events hold no cycles, and a million objects less to trace
        event = msgspec.defstruct("Event", fields, rename=rename, forbid_unknown_fields=True, gc=False)
        self._decoder = msgspec.json.Decoder(list[event], float_hook=NUMBER_HOOK)  # type: ignore[valid-type]
        self._line_decoder = msgspec.json.Decoder(event, float_hook=NUMBER_HOOK)

    def decode(self, block: Block) -> Rows | None:
        """The block's events as columns, or None when some record is irregular."""
        try:
            events = self._events(block)
            if events is None or set(map(attrgetter("specversion"), events)) - {"1.0"}:
                return None
            data = list(map(bytes, map(attrgetter("data"), events)))
            values = _ANY_LIST.decode(b"[" + b",".join([raw or b"null" for raw in data]) + b"]")
        except (msgspec.DecodeError, UnicodeDecodeError, ArithmeticError, RecursionError):
            return None
        rows = Rows(row=list(range(len(events))))
        for name in CORE:
            setattr(rows, name, list(map(attrgetter(name), events)))
        rows.data = [raw or None for raw in data]
        rows.canonical = bytearray(CANONICAL.encode_lines(values))
        rows.payloads = [value if isinstance(value, dict) else None for value in values]
        rows.ext = self._ext(events)
        return rows

    def _events(self, block: Block) -> list[Any] | None:
        if block.lines is None:
            records = block.records()
            if max(map(len, records), default=0) > MAX_EVENT_BYTES:
                return None
            return list(self._decoder.decode(b"[" + b",".join(records) + b"]"))
        count = _one_object_a_line(block.lines)
        if count is None:
            return None
        events = self._line_decoder.decode_lines(block.lines)
        return events if len(events) == count else None

    def _ext(self, events: list[Any]) -> list[str | None]:
        columns = [list(map(attrgetter(f"x{place}"), events)) for place in range(len(self._extensions))]
        present = {
            name: column
            for name, column in zip(self._extensions, columns, strict=True)
            if not all(value is msgspec.UNSET for value in column)
        }
        content = present.get("datacontenttype")
        if content is not None and all(value == "application/json" for value in content if value is not msgspec.UNSET):
            del present["datacontenttype"]
        if not present:
            return []
        return [
            extension_text(
                {name: value for name, value in zip(present, row, strict=True) if value is not msgspec.UNSET}
            )
            for row in zip(*present.values(), strict=True)
        ]


def _one_object_a_line(lines: bytes) -> int | None:
    """The number of lines when each one starts with `{`, ends with `}` and is not too long; else None.

    Inside one JSON value a `}` is never followed by a newline and a `{`, so each line end is a record's end.
    """
    view = np.frombuffer(lines, np.uint8)
    ends = np.flatnonzero(view == _NEWLINE)
    if len(ends) == 0 or view[0] != _OPEN or ends[0] == 0:
        return None
    if not (view[ends - 1] == _CLOSE).all() or not (view[ends[:-1] + 1] == _OPEN).all():
        return None
    longest = int(np.diff(ends, prepend=-1).max()) - 1
    return None if longest > MAX_EVENT_BYTES else len(ends)
