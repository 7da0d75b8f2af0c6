"""Wall seconds of steps, for people: nothing computed depends on them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from engine.runs.run import milliseconds


@dataclass(slots=True)
class Stopwatch:
    """Names and seconds (decimal text) of the steps so far, in order."""

    found: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time one step; a step that fails is not noted."""
        began = time.perf_counter_ns()
        yield
        self.found[name] = milliseconds(time.perf_counter_ns() - began)
