"""What the set-based engine relies on in the scalar reference: amounts are differences of one function of position."""

from __future__ import annotations

from fractions import Fraction

from engine.model import Bound, Free, Rate, Tier, Tiered
from engine.money import PICO
from engine.rating.allowance import after_free
from engine.rating.evaluate import Context, price_parts
from engine.rating.parts import step, total
from engine.rating.readings import Portion


def ways(*quantities: int) -> list[Portion]:
    """Portions one after another, each an event."""
    return [Portion(Fraction(q), time, (), time, 1) for time, q in enumerate(quantities)]


def test_a_correction_gives_back_to_the_allowance() -> None:
    left = after_free(Free(Fraction(5)), ways(10, -8, 4))
    assert [p.quantity for p in left] == [5, -5, 1]


def test_an_allowance_of_events_ends_with_its_last_event() -> None:
    assert [p.quantity for p in after_free(Free(None, 2), ways(3, 4, 5))] == [5]
    assert [p.quantity for p in after_free(Free(Fraction(4), 2), ways(3, 4, 5))] == [3, 5]


def test_a_closed_last_tier_looks_only_at_the_end() -> None:
    price = Tiered("graduated", (Tier(Bound(Fraction(10)), Rate("unit", PICO)),))
    assert total(price_parts(price, ways(12, -4), Context({}, {}))) == 8 * PICO


def test_a_later_version_pays_only_its_own_events() -> None:
    """Shares of events are stepped like amounts: rounding each event must not count the earlier ones again."""
    price, context = Rate("unit", PICO // 2), Context({}, {}, itemised=True)
    events = ways(3, 5)
    parts = step(price_parts(price, events, context), price_parts(price, events[:1], context))
    shares: dict[int, Fraction] = {}
    for part in parts:
        for event, amount in part.by_event:
            shares[event] = shares.get(event, Fraction(0)) + amount
    assert shares == {0: 0, 1: 5 * PICO // 2}
