"""What a table of events leaves unsaid: its source, and its type where the mapped columns can mean only one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from engine.events import IngestOptions, PropertySchema, Source
from engine.workspace.errors import WorkspaceError

TABLE = "table"
"""`source` of rows whose mapping names none: the same row in two files is then the same event."""
_ENVELOPE = frozenset({"id", "source", "type", "subject", "time"})


def with_defaults(
    options: IngestOptions, sources: Iterable[Source], properties: Mapping[str, PropertySchema]
) -> IngestOptions:
    """Options with the defaults that mapped tables need. Raises `WorkspaceError` RBW07 where a type is not plain."""
    mapped = [s for s in sources if s.mapping]
    if not mapped:
        return options
    if not options.default_source:
        options = replace(options, default_source=TABLE)
    if options.default_type or all("type" in s.mapping for s in mapped):
        return options
    named = {name for s in mapped for name in s.mapping} - _ENVELOPE
    return replace(options, default_type=_only_type(named, properties))


def _only_type(named: set[str], properties: Mapping[str, PropertySchema]) -> str:
    """The one event type whose meters read mapped columns; of several the one that all its numbers are mapped for."""
    reading = [kind for kind, wanted in properties.items() if named & wanted.keys()]
    if len(reading) > 1:
        reading = [k for k in reading if {p for p, want in properties[k].items() if want.number} <= named]
    if not reading and len(properties) == 1:
        reading = list(properties)
    if len(reading) != 1:
        known = ", ".join(sorted(properties)) or "none: publish the book first"
        raise WorkspaceError("RBW07", "the rows name no event type", f"add --type TYPE, one of {known}")
    return reading[0]
