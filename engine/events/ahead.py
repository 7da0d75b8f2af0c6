"""One step ahead: the next item is made in a second thread while the caller works on this one."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

__all__ = ["ahead"]

T = TypeVar("T")


def ahead(items: Iterator[T]) -> Iterator[T]:
    """The same items in the same order; an error is raised after the items made before it.

    At most one item waits, so that memory holds two. A caller that stops early waits for the one being made.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as pool:
        step = pool.submit(next, items, None)
        while (item := step.result()) is not None:
            step = pool.submit(next, items, None)
            yield item
