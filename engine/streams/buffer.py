"""`meter()`: events from inside a running service, durable before they are acknowledged, never dropped.

A call costs a clock read and an append. One thread writes what has gathered to the spool: a batch is a file that is
synced and renamed, and only then are its tickets acknowledged. What a killed process had not acknowledged may be lost;
what it had is in the spool, from where `drain` brings it into the log exactly once, however often it is tried.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from engine.streams.spool import Batch, Event, write_batch

Write = Callable[[Path, Batch], None]


_kind = type
"""`type` is also what an event's kind is called below."""


class BufferError(Exception):
    """An event that was not accepted. It is not in the buffer: the caller still has it."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


@dataclass(frozen=True, slots=True)
class BufferLimits:
    """When a batch is written, and how much may wait."""

    events: int = 1_000
    """A batch is written when so many wait..."""
    milliseconds: int = 5_000
    """... or so long after the last one."""
    capacity: int = 1_000_000
    """With so many waiting, `meter` waits for the writer. Looked at once in `events` calls."""
    patience_ms: int = 30_000
    """How long it waits before it says that the event was not accepted."""


class MeterBuffer:
    """One buffer of one process. Use it in a `with` block, or call `close`.

    `folder` is the spool; `source` names the process in its events; `instance` tells its lives apart and must never
    come again (by default the moment of its start). `clock` gives nanoseconds since 1970.
    """

    def __init__(
        self, folder: Path, source: str, *, limits: BufferLimits | None = None, instance: str = "",
        clock: Callable[[], int] = time.time_ns, write: Write = write_batch,
    ) -> None:  # fmt: skip
        self._folder, self._source, self._clock, self._write = folder, source, clock, write
        self._limits = limits or BufferLimits()
        self._instance = instance or f"{clock():x}"
        self._waiting: deque[Event] = deque()
        self._append: Callable[[Event], None] = self._waiting.append
        self._every, self._capacity = self._limits.events, self._limits.capacity
        self._next = itertools.count(1).__next__
        self._wake, self._moved = threading.Event(), threading.Condition()
        self._acknowledged, self._beyond = 0, set[int]()
        self._files = itertools.count(1)
        self._failure: Exception | None = None
        self._closing = False
        self._thread = threading.Thread(target=self._run, name=f"meter {source}", daemon=True)
        self._thread.start()

    def meter(self, type: str, subject: str, data: Mapping[str, object], id: str = "") -> int:
        """Note one event that happens now; its ticket comes back. Quantities are ints, Decimals or text.

        Raises TypeError for a binary float, `BufferError` RBE20 after `close`, RBE21 when there is no room for it.
        """
        if float in map(_kind, data.values()):
            raise TypeError("a quantity is an int, a Decimal or text, never a binary float")
        ticket = self._next()
        if not ticket % self._every:
            self._make_room(ticket)
        self._append((ticket, self._clock(), type, subject, data, id))
        return ticket

    @property
    def acknowledged(self) -> int:
        """All tickets up to this one are durable."""
        return self._acknowledged

    def wait(self, ticket: int, timeout_ms: int = 60_000) -> bool:
        """Wait until a ticket is acknowledged; False when the time is over first."""
        self._wake.set()
        with self._moved:
            return self._moved.wait_for(lambda: self._acknowledged >= ticket, timeout_ms / 1000)

    def close(self, timeout_ms: int = 60_000) -> None:
        """Write what waits and stop; raises `BufferError` RBE22 when it could not all be written."""
        self._append, self._closing = _refuse, True
        self._wake.set()
        self._thread.join(timeout_ms / 1000)
        if self._waiting:
            raise BufferError(
                "RBE22", f"{len(self._waiting)} events could not be written: {self._failure}",
                "mend the spool's disk and close again: they are still held",
            )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _make_room(self, ticket: int) -> None:
        """Wake the writer; back-pressure: where too much waits, wait for it. A refused ticket is settled."""
        self._wake.set()
        if len(self._waiting) < self._capacity:
            return
        with self._moved:
            room = self._moved.wait_for(lambda: len(self._waiting) < self._capacity, self._limits.patience_ms / 1000)
            if not room:
                self._acknowledge([ticket])
        if not room:
            why = f": {self._failure}" if self._failure else ""
            raise BufferError(
                "RBE21", f"the buffer is full and is not being written{why}; the event was not accepted",
                "free the spool's disk, then meter it again",
            )  # fmt: skip

    def _run(self) -> None:
        while True:
            self._wake.wait(self._limits.milliseconds / 1000)
            self._wake.clear()
            closing = self._closing
            written = True
            while self._waiting and written:
                written = self._flush()
            if closing:
                return
            if not written:
                self._wake.wait(_PAUSE_MS / 1000)

    def _flush(self) -> bool:
        """Write the oldest events as one batch; they leave the buffer only when they are durable."""
        events = list(itertools.islice(self._waiting, min(len(self._waiting), _MOST)))
        batch = Batch(self._source, self._instance, next(self._files), events)
        try:
            self._write(self._folder, batch)
        except Exception as error:
            self._failure = error
            return False
        self._failure = None
        for _ in events:
            self._waiting.popleft()
        with self._moved:
            self._acknowledge([event[0] for event in events])
            self._moved.notify_all()
        return True

    def _acknowledge(self, tickets: list[int]) -> None:
        """Tickets may come out of order where several threads meter: only a whole run of them is acknowledged."""
        if tickets[0] == self._acknowledged + 1 and tickets[-1] - tickets[0] + 1 == len(tickets) and not self._beyond:
            self._acknowledged = tickets[-1]
            return
        self._beyond.update(tickets)
        while self._acknowledged + 1 in self._beyond:
            self._acknowledged += 1
            self._beyond.remove(self._acknowledged)


_MOST = 50_000
"""Events of one file: bounds what is encoded at once."""
_PAUSE_MS = 200
"""How long the writer rests after a failure."""


def _refuse(event: Event) -> None:
    raise BufferError("RBE20", "the buffer is closed; the event was not accepted", "meter before closing")
