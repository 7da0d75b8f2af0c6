"""Tax, credit notes and wallets in the order that the book says: from the total to the amount due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from engine.model import Book
from engine.rating.adjustments import in_order
from engine.rating.lines import Line
from engine.rating.settle import Settled, settle
from engine.rating.shares import Cycle
from engine.rating.subject import Subject
from engine.rating.taxes import tax_lines

STEPS = ("tax", "credit", "wallet")


def closed(book: Book, lines: Sequence[Line], subject: Subject, cycle: Cycle, apply: Sequence[str]) -> Settled:
    """The lines after the total. What pays before tax lowers what is taxed; early bills come off after it."""
    rounding = book.currency.rounding
    taxes, wallets = {t.name: t for t in book.taxes}, {w.name: w for w in book.wallets}
    last, issued = last_day(cycle), cycle.end.date()
    order = in_order(apply, STEPS)
    early = set(order[: order.index("tax")])

    def paid(so_far: Sequence[Line], words: set[str], final: bool) -> Settled:
        credits = subject.credits if "credit" in words else ()
        lots = subject.wallets if "wallet" in words else ()
        billed = subject.billed if final else ()
        return settle(so_far, billed, credits, lots, wallets, taxes, last, issued, rounding.step)

    if not early:
        taxed = tax_lines(lines, taxes, rounding)
        after = paid([*lines, *taxed], set(order), final=True)
        return replace(after, lines=(*taxed, *after.lines))
    before = paid(lines, early, final=False)
    marks = {line.charge: line.taxed for line in lines if line.taxed}
    spent = [replace(line, taxed=marks.get(line.charge, ())) for line in before.lines]
    taxed = tax_lines([*lines, *spent], taxes, rounding)
    after = paid([*lines, *spent, *taxed], set(order) - early, final=True)
    return Settled(
        (*spent, *taxed, *after.lines),
        before.lots if "wallet" in early else after.lots,
        before.credits if "credit" in early else after.credits,
    )


def last_day(cycle: Cycle) -> dt.date:
    """The last local day of a period."""
    return (cycle.end - dt.timedelta(microseconds=1)).date()
