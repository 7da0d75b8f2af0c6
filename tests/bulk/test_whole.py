"""Whole bills: the set-based engine equals the scalar reference to the pico on random books and events."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings

from engine.model import Book
from tests.bulk.books import World, books, by_bulk, by_reference, events
from tests.metering.worlds import Event


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(books(), events())
def test_bills_are_equal(book: Book, found: list[Event]) -> None:
    world = World(book, found)
    expected = by_reference(world)
    with tempfile.TemporaryDirectory() as folder:
        outcome, lines = by_bulk(world, Path(folder))
    for sub, _, cohort in world.members():
        if cohort.number in outcome.irregular or sub in outcome.subs:
            assert sub not in lines
        else:
            assert list(map(str, lines.get(sub, []))) == list(map(str, expected[sub]))
