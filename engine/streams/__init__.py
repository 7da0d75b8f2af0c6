"""Streams into the event log: a buffer inside the process that is metered, its spool, and folders where files land."""

from engine.streams.buffer import BufferError, BufferLimits, MeterBuffer
from engine.streams.landing import Landing, landed, look, take_landed
from engine.streams.spool import drain, spooled

__all__ = ["BufferError", "BufferLimits", "Landing", "MeterBuffer", "drain", "landed", "look", "spooled", "take_landed"]
