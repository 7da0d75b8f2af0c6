"""Which event properties the published meters name, and as what: the typed columns of the event log."""

from __future__ import annotations

from collections.abc import Iterable

from engine.events import Property, PropertySchema
from engine.metering import wanted_by_type
from engine.model import Book
from engine.rating.terms import slicing_names


def properties_of(books: Iterable[Book]) -> dict[str, PropertySchema]:
    """Event type -> property -> wanted as number, text or both, over all meters and every price that slices them."""
    found = wanted_by_type((meter, slicing_names(book, meter)) for book in books for meter in book.meters)
    return {
        kind: {name: Property(number=want.number, text=want.text) for name, want in sorted(wants.items())}
        for kind, wants in sorted(found.items())
    }
