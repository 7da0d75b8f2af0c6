"""The event log: CloudEvents in, exactly once, into immutable sorted Parquet segments.

A segment holds one event type and one UTC date, sorted by subject, time, id. Columns: `seq` BIGINT, `id`, `source`,
`subject` VARCHAR, `time` TIMESTAMP (UTC microseconds, no zone in the file), `digest` BIGINT (64 bits of SHA-256 over
type, subject, time, canonical data and extensions), `n_<property>` DECIMAL(18,6) or DECIMAL(38,12), `t_<property>`
VARCHAR, `data` VARCHAR (JSON text as it came), `ext` VARCHAR (other attributes as JSON, or NULL).

`seq` grows from batch to batch; inside a batch it follows the sort order, so that it does not depend on the order of
arrival. Of two conflicting events the first to arrive stays and the other is quarantined with both digests. A key
that occurs twice in one JSON object counts with its last value.
"""

from engine.events.catalogue import Connect, Segment, high_water, metadata, segments
from engine.events.compact import CompactReport, compact
from engine.events.errors import IngestError
from engine.events.ingest import ingest
from engine.events.mapping import parse_map
from engine.events.options import IngestOptions, Property, PropertySchema, Source, number, text
from engine.events.purge import PurgeReport, purge
from engine.events.quarantine import Entry, dismiss, entries, raw_of
from engine.events.read import Page, read_events, scan_sql
from engine.events.replay import replay
from engine.events.report import BatchReport, IngestReport
from engine.events.watermarks import watermark
from engine.events.widen import WidenReport, widen
from engine.events.withdrawals import RETRACTION
from engine.events.withdrawn import withdrawn_count, withdrawn_subjects

__all__ = [
    "RETRACTION",
    "BatchReport",
    "CompactReport",
    "Connect",
    "Entry",
    "IngestError",
    "IngestOptions",
    "IngestReport",
    "Page",
    "Property",
    "PropertySchema",
    "PurgeReport",
    "Segment",
    "Source",
    "WidenReport",
    "compact",
    "dismiss",
    "entries",
    "high_water",
    "ingest",
    "metadata",
    "number",
    "parse_map",
    "purge",
    "raw_of",
    "read_events",
    "replay",
    "scan_sql",
    "segments",
    "text",
    "watermark",
    "widen",
    "withdrawn_count",
    "withdrawn_subjects",
]
