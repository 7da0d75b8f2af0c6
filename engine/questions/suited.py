"""What a question cannot follow with one open quantity, refused by name before anything is computed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction

from engine.model import Charge, Committed, Matrix, PercentOf, Place, Price, Rate, Series, Tiered
from engine.questions.asked import Asked
from engine.questions.errors import BadQuestion, NotOneVariable
from engine.rating.axes import axes_of, bounds_of
from engine.rating.cycles import cycles_of
from engine.rating.quote import subject_of
from engine.rating.terms import Segment, segments


def check(*questions: Asked) -> None:
    """Raise `BadQuestion` or `NotOneVariable` for what the answers would depend on besides the open quantity."""
    used = False
    for asked in questions:
        check_variable(asked)
        cut = _cut(asked)
        charges = [charge for segment in cut for charge in segment.plan.charges]
        used = used or any(_uses(charge, asked.variable) for charge in charges)
        for charge in charges:
            if charge.meter is not None and charge.meter == asked.variable:
                _check_charge(asked, charge)
        if not asked.is_licensed:
            _check_change(asked, cut)
    if not used:
        names = " and ".join(asked.name for asked in questions)
        raise BadQuestion(f"no charge of {names} depends on `{questions[0].variable}`")


def _uses(charge: Charge, variable: str) -> bool:
    moved = any(bound.per_meter == variable for bound in bounds_of(charge.price))
    return variable in (charge.meter, charge.licensed) or moved


def check_variable(asked: Asked) -> None:
    """Raise `BadQuestion` where nothing of that name is measured or licensed."""
    book = asked.book
    if asked.is_licensed and all(u.name != asked.variable for u in book.units):
        raise BadQuestion(
            f"the book has no meter and no licensed unit `{asked.variable}`",
            hint=f"meters: {', '.join(m.name for m in book.meters) or 'none'}",
        )


def _cut(asked: Asked) -> list[Segment]:
    """The terms of the plan over the period, which must be one billing period."""
    book = asked.book
    try:
        contract = book.contract(asked.contract) if asked.contract is not None else None
        plan = contract.plan if contract is not None else (asked.plan or "")
        book.plan_versions(plan)
    except KeyError as name:
        kind = "plan" if asked.contract is None else "contract"
        raise BadQuestion(f"the book has no {kind} `{name.args[0]}`") from None
    first, last = asked.period[0].date(), asked.period[1].date()
    if contract is not None:
        first = min(max(first, contract.start), last - dt.timedelta(days=1))
    cut = segments(book, plan, contract, first, last)
    subject = subject_of(book, asked.givens(Fraction(0)), book.timezone)
    found = cycles_of(cut[0].plan, subject, asked.period, book.timezone)
    if len(found) != 1:
        raise BadQuestion(
            f"the period holds {len(found)} billing periods of plan {plan}: usage could fall into any of them",
            cut[0].plan.place,
            "ask about one billing period with `--period`",
        )
    return cut


def _check_change(asked: Asked, cut: list[Segment]) -> None:
    """A price that changes inside the period makes the bill depend on when usage happened."""
    last: dict[str, Charge] = {}
    for segment in cut:
        for charge in segment.plan.charges:
            if charge.meter != asked.variable:
                continue
            if last.setdefault(charge.name, charge) != charge:
                raise NotOneVariable(
                    f"the price of {charge.name} changes on {segment.start} inside the period: "
                    "it depends on when the usage happened",
                    charge.place,
                    "ask about a period without a change with `--period`",
                )


def _check_charge(asked: Asked, charge: Charge) -> None:
    def refuse(why: str, place: Place = charge.place, hint: str = "") -> None:
        raise NotOneVariable(f"the price of {charge.name} depends on more than a quantity: {why}", place, hint)

    given = {name for name, _ in asked.slice_}
    for axis in axes_of(charge.price):
        if axis.calendar is not None:
            refuse(f"on the hours of calendar {axis.calendar} in which usage happens")
        if axis.name not in given:
            refuse(f"on {axis.name}", hint=f'fix it: `--usage "{asked.variable} {axis.name}=VALUE"`')
    if charge.weigh is not None and charge.weigh[0] not in given:
        refuse(f"on {charge.weigh[0]}", hint=f'fix it: `--usage "{asked.variable} {charge.weigh[0]}=VALUE"`')
    if (charge.rounding or asked.book.currency.rounding).per == "event":
        refuse("on how much each event is, since each is rounded")
    if charge.round_to is not None and charge.round_to.each_event:
        refuse("on how much each event is, since each is rounded up")
    if charge.free is not None and charge.free.events is not None:
        refuse("on which events come first, since events are free", charge.free.place)
    for price in _prices(charge.price):
        if isinstance(price, Series):
            refuse("on the moment, since it follows a series", price.place)
        if isinstance(price, Tiered) and price.each_event:
            refuse("on how much each event is, since tiers start anew in each", price.place)
        if isinstance(price, (Rate, Tiered, Matrix)) and not asked.whole:
            bounded = price.at_least is not None or price.at_most is not None
            if price.plus_each or bounded:
                refuse("on how many events there are, since each has an amount of its own", price.place)
        if isinstance(price, (Tiered, Matrix)) and (price.at_least is not None or price.at_most is not None):
            refuse("on how much each event is, since each is bounded", price.place)
    others = any(u.meter == asked.variable for u in asked.usage)
    if others and any(axes_of(charge.price)) and (charge.free is not None or isinstance(charge.price, Tiered)):
        refuse("on the order of events, which fill its rows")


def _prices(price: Price) -> Iterator[Price]:
    """A price and all prices inside it."""
    yield price
    match price:
        case Tiered():
            for tier in price.tiers:
                yield from _prices(tier.price)
        case Matrix():
            for cell in price.cells:
                yield from _prices(cell.price)
            if price.otherwise is not None:
                yield from _prices(price.otherwise)
        case Committed():
            yield from _prices(price.then)
        case Rate() | Series() | PercentOf():
            return
