"""Metering: a whole tenant's usage in one relational pass, equal to the scalar reference on every input."""

from engine.metering.connect import open_duck
from engine.metering.errors import MeterError, QuantityOverflow
from engine.metering.evidence import EventPage, Line, events_of
from engine.metering.files import EventFile, describe, files_read_by, from_segments
from engine.metering.job import Job, Slicing
from engine.metering.plan import axis_columns
from engine.metering.properties import Want, wanted, wanted_by_type
from engine.metering.readings import Fetch, fetch_readings
from engine.metering.relational import not_relational
from engine.metering.run import meter_ordered, meter_unmeasured, meter_usage

__all__ = [
    "EventFile",
    "EventPage",
    "Fetch",
    "Job",
    "Line",
    "MeterError",
    "QuantityOverflow",
    "Slicing",
    "Want",
    "axis_columns",
    "describe",
    "events_of",
    "fetch_readings",
    "files_read_by",
    "from_segments",
    "meter_ordered",
    "meter_unmeasured",
    "meter_usage",
    "not_relational",
    "open_duck",
    "wanted",
    "wanted_by_type",
]
