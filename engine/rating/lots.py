"""Wallet lots that come by themselves: what a wallet grants every span, and what rolls over when a span ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from engine.calendar import add_span, periods_from
from engine.model import GivenWallet, Span, Wallet
from engine.rating.shares import DAILY, Cycle, Interval, share

_DAY = dt.timedelta(days=1)


def lots_of_period(wallets: Sequence[Wallet], lots: Iterable[GivenWallet], cycle: Cycle,
                   served: Interval) -> tuple[GivenWallet, ...]:  # fmt: skip
    """The lots that pay the invoice of a period: those there are, rolled over where their span has ended, and those
    granted in it. `served` is the part of the period with service: a grant that is `prorated` shrinks with it."""
    by_name = {w.name: w for w in wallets}
    kept = [rolled(lot, by_name[lot.wallet], cycle.start.date()) for lot in lots]
    fresh = [lot for wallet in wallets for lot in granted(wallet, cycle, served)]
    return tuple([lot for lot in kept if lot.quantity] + fresh)


def granted(wallet: Wallet, cycle: Cycle, served: Interval) -> list[GivenWallet]:
    """A lot for every span of the wallet's grant that begins in the period; it ends with its span."""
    if wallet.grant is None or served[0] >= served[1]:
        return []
    quantity, span, prorated = wallet.grant
    result = []
    for start, end in _spans(span, cycle):
        part = Fraction(1)
        if prorated:
            inside = (max(_midnight(start), served[0]), min(_midnight(end), served[1]))
            whole = _midnight(start), _midnight(end)
            part = share(inside, replace(cycle, whole=whole), DAILY)
        if part:
            result.append(GivenWallet(wallet.name, quantity * part, end - _DAY, origin="granted"))
    return result


def _spans(span: Span, cycle: Cycle) -> list[tuple[dt.date, dt.date]]:
    """Spans that begin in the period; the first of a period of the same length is the whole one, also for a stub."""
    first = cycle.whole[0].date()
    if (span.count, span.unit) == (cycle.length.count, cycle.length.unit):
        return [(first, cycle.whole[1].date())]
    anchor = first if cycle.length.unit in ("month", "quarter", "half_year", "year") else first.replace(day=1)
    found: list[tuple[dt.date, dt.date]] = []
    for start, end in periods_from(anchor, span.count, span.unit, cycle.start.date()):
        if start >= cycle.end.date():
            return found
        if start >= cycle.start.date():
            found.append((start, end))
    return found


def rolled(lot: GivenWallet, wallet: Wallet, start: dt.date) -> GivenWallet:
    """A granted lot whose span ended before `start`: the share that rolls over, for as long as the wallet says.

    Without `rollover` it stays expired. A rolled lot does not roll again.
    """
    if lot.origin != "granted" or lot.expires is None or lot.expires >= start or wallet.rollover is None:
        return lot
    part, most, lasting = wallet.rollover
    quantity = lot.quantity * (Fraction(1) if part is None else part)
    if most is not None:
        quantity = min(quantity, most)
    expires = None if lasting is None else add_span(lot.expires + _DAY, lasting.count, lasting.unit) - _DAY
    return replace(lot, quantity=quantity, expires=expires, origin="rolled")


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day)
