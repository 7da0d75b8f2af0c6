"""What one bill leaves for the next: lots, open notes, commitments, what coupons gave, what ratchets remember."""

from __future__ import annotations

from dataclasses import replace

from engine.model import Book
from engine.rating.bill import Bill
from engine.rating.coupons import after_coupons
from engine.rating.subject import Subject


def after_bill(book: Book, subject: Subject, last: Bill) -> Subject:
    """The customer when the period after `last` is billed."""
    day = last.cycle.start.date()
    return replace(
        subject,
        billed=(),
        credits=last.credits,
        wallets=last.lots,
        held=last.held,
        coupons=after_coupons(book, subject.coupons, last.lines),
        earlier=(*subject.earlier, *((meter, quantity, day) for meter, quantity in sorted(last.measured.items()))),
    )
