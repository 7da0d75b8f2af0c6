"""A price applied to ordered portions: the scalar reference of every price form (semantics.md §5).

`price_parts` is the function F of all the portions of a scope. What a version, an early invoice or an event costs is
always a difference of two values of F.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from engine.model import Bound, Cell, Committed, Matrix, PercentOf, Price, Rate, Series, Tiered
from engine.money import exact_sum
from engine.rating.errors import BadRequest, NoPrice
from engine.rating.modifiers import modified
from engine.rating.parts import Part
from engine.rating.rates import rate_parts
from engine.rating.readings import Portion, band_axis
from engine.rating.tiers import fill_tiers, volume_tier


@dataclass(frozen=True, slots=True)
class Context:
    """What a price may look at besides the portions.

    `spans`: how many of a span (`day`, `hour`, `month`) the period holds, for moving bounds. `meters`: quantities of
    other meters of the plan in base units. `bill_zero`: a first tier's flat amount is billed at zero usage.
    `itemised`: parts are shared out over events. `subject`: what error messages call the usage. `series_at`: the price
    (pico) of a series at an instant.
    """

    spans: Mapping[str, Fraction]
    meters: Mapping[str, Fraction]
    bill_zero: bool = False
    itemised: bool = False
    subject: str = "usage"
    series_at: Callable[[Series, int], int] | None = None
    tier_share: Fraction = Fraction(1)


def price_parts(price: Price, portions: Sequence[Portion], context: Context) -> list[Part]:
    """F(portions): the parts of the amount; portions in event-time order."""
    if isinstance(price, Rate) and not portions:
        return rate_parts(price, (), reached=True, itemised=False, path=("rate",))
    return _parts(price, portions, context, ())


def _parts(price: Price, portions: Sequence[Portion], context: Context, path: tuple[str, ...]) -> list[Part]:
    match price:
        case Rate():
            reached = not path or exact_sum(p.quantity for p in portions) > 0 or context.bill_zero
            return rate_parts(price, portions, reached=reached, itemised=context.itemised, path=(*path, "rate"))
        case Tiered():
            return _tiered(price, portions, context, path)
        case Matrix():
            inner = _needs_items(price, context)
            return modified(price, _matrix(price, portions, inner, path), portions, context.itemised, path)
        case Committed():
            inner = _needs_items(price, context)
            return modified(price, _committed(price, portions, inner, path), portions, context.itemised, path)
        case Series():
            return _series(price, portions, context, path)
        case PercentOf():
            raise BadRequest("a percentage of other charges is priced after them", price.place)
    raise TypeError(f"not a price: {price!r}")


def _needs_items(price: Tiered | Matrix | Committed, context: Context) -> Context:
    bounded = price.at_least is not None or price.at_most is not None
    return replace(context, itemised=True) if bounded else context


def _tiered(price: Tiered, portions: Sequence[Portion], context: Context, path: tuple[str, ...]) -> list[Part]:
    inner = _needs_items(price, context)
    if not price.each_event:
        return modified(price, _one_fill(price, portions, inner, path), portions, context.itemised, path)
    parts: list[Part] = []
    for event in dict.fromkeys(p.event for p in portions):
        parts += _one_fill(price, [p for p in portions if p.event == event], inner, path)
    return modified(price, parts, portions, context.itemised, path)


def _one_fill(price: Tiered, portions: Sequence[Portion], context: Context, path: tuple[str, ...]) -> list[Part]:
    """One filling of the tiers from zero by all the portions."""
    uppers = [resolve(t.upper, context) for t in price.tiers]
    total = exact_sum(p.quantity for p in portions)
    if price.mode == "volume":
        chosen = volume_tier(uppers, total, price.place, context.subject)
        buckets: list[list[Portion]] = [[] for _ in uppers]
        buckets[chosen] = list(portions)
    else:
        buckets, chosen = fill_tiers(uppers, portions, price.place, context.subject)
    parts: list[Part] = []
    lower = Fraction(0)
    for number, tier in enumerate(price.tiers):
        reached = number == chosen if price.mode == "volume" else total > lower or (number == 0 and not total)
        live = reached and (total > 0 or (number == 0 and context.bill_zero))
        if buckets[number] or live:
            parts += _tier_parts(tier.price, buckets[number], context, (*path, f"tier {number + 1}"), live)
        upper = uppers[number]
        lower = upper if upper is not None else lower
    return [p if p.tier else replace(p, tier=_tier_number(p.path)) for p in parts]


def _tier_number(path: tuple[str, ...]) -> int | None:
    first = next((step for step in path if step.startswith("tier ")), None)
    return int(first[5:]) if first else None


def _tier_parts(
    price: Price, bucket: Sequence[Portion], context: Context, path: tuple[str, ...], live: bool
) -> list[Part]:
    if isinstance(price, Rate):
        return rate_parts(price, bucket, reached=live, itemised=context.itemised, path=(*path, "rate"))
    return _parts(price, bucket, context, path)


def resolve(bound: Bound | None, context: Context) -> Fraction | None:
    """The upper bound of a tier in this period, in base units; None is without end."""
    if bound is None:
        return None
    value = bound.value if context.tier_share == 1 else bound.value * context.tier_share
    if bound.per_span is not None:
        return value * context.spans[bound.per_span.unit] / bound.per_span.count
    if bound.per_meter is not None:
        return value * context.meters[bound.per_meter]
    return value


def _matrix(price: Matrix, portions: Sequence[Portion], context: Context, path: tuple[str, ...]) -> list[Part]:
    rows: dict[int, list[Portion]] = {}
    for portion in portions:
        rows.setdefault(row_of(price, portion, context.subject), []).append(portion)
    parts: list[Part] = []
    for number in sorted(rows):
        inner = price.cells[number].price if number < len(price.cells) else price.otherwise
        assert inner is not None
        parts += _parts(inner, rows[number], context, (*path, f"row {number + 1}"))
    return parts


def row_of(price: Matrix, portion: Portion, subject: str) -> int:
    """The index of the row that prices a portion: exact keys before `any`; `otherwise` is one past the last row."""
    wanted = tuple(portion.value(band_axis(axis.calendar) if axis.calendar else axis.name) for axis in price.axes)
    fitting = [i for i, cell in enumerate(price.cells) if fits(cell, wanted)]
    if fitting:
        return min(fitting, key=lambda i: (sum(k is None for k in price.cells[i].keys), i))
    if price.otherwise is not None:
        return len(price.cells)
    shown = ", ".join(f"{a.name} = {w or 'unknown'}" for a, w in zip(price.axes, wanted, strict=True))
    raise NoPrice(f"no price for {subject} with {shown}", price.place, "add a row for it, or `otherwise`")


def fits(cell: Cell, values: Sequence[str | None]) -> bool:
    """Whether a row's keys match the values of a slice."""
    return all(key is None or key == value for key, value in zip(cell.keys, values, strict=True))


def _committed(price: Committed, portions: Sequence[Portion], context: Context, path: tuple[str, ...]) -> list[Part]:
    buckets, _ = fill_tiers([price.quantity, None], portions, price.place, context.subject)
    inside = exact_sum(p.quantity for p in buckets[0])
    items = ((portions[0].event if portions else 0, Fraction(price.amount)),) if context.itemised else ()
    label = price.label or "committed amount"
    first = Part((*path, "committed"), inside, Fraction(price.amount), label, 1, price.place, items)
    if not buckets[1]:
        return [first]
    beyond = _parts(price.then, buckets[1], context, (*path, "then"))
    return [first, *(replace(p, tier=2) for p in beyond)]


def _series(price: Series, portions: Sequence[Portion], context: Context, path: tuple[str, ...]) -> list[Part]:
    if context.series_at is None:
        raise NoPrice(f"no data for the price series {price.name}", price.place)
    parts = []
    for number, portion in enumerate(portions):
        amount = portion.quantity * context.series_at(price, portion.time) / price.per
        items = ((portion.event, amount),) if context.itemised else ()
        parts.append(Part((*path, f"at {number}"), portion.quantity, amount, price.name, None, price.place, items))
    return parts
