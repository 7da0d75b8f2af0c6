"""RB5: dates and versions."""


class RB501:
    """Versions that overlap.

    Example:
        plan p from 2026-01-01 through 2026-06-30 {
          bill monthly in arrears
        }
        plan p from 2026-06-01 {
          bill monthly in arrears
        }

    Mended:
        plan p from 2026-01-01 through 2026-05-31 {
          bill monthly in arrears
        }
        plan p from 2026-06-01 {
          bill monthly in arrears
        }

    Fix: end the earlier version on the day before the later one.
    """


class RB502:
    """A gap between versions.

    Example:
        plan p from 2026-01-01 through 2026-05-31 {
          bill monthly in arrears
        }
        plan p from 2026-07-01 {
          bill monthly in arrears
        }

    Mended:
        plan p from 2026-01-01 through 2026-06-30 {
          bill monthly in arrears
        }
        plan p from 2026-07-01 {
          bill monthly in arrears
        }

    Fix: start the later version on the day after the earlier one, or leave `through` out.
    """


class RB503:
    """An end before its start.

    Example:
        plan p from 2026-06-01 through 2026-01-31 {
          bill monthly in arrears
        }

    Mended:
        plan p from 2026-06-01 through 2026-06-30 {
          bill monthly in arrears
        }

    Fix: both days are included, so they may be equal but not reversed.
    """


class RB504:
    """Version numbers that do not increase with time.

    Found when the versions of a book are checked together: `ratebook check pricebooks/`.

    Fix: number the versions 1, 2, 3 in the order of their first days.
    """


class RB505:
    """A sealed version whose text changed.

    A published version never changes: invoices name it. Found by `ratebook check --published WS`, and by publishing.

    Fix: take the text back as it was published, and write the change as the next version.
    """


class RB506:
    """A trial longer than the first period (a warning).

    Whole periods pass without a bill, which is rarely meant: `trial 45 days` of a month, `trial 14 months` for days.

    Example:
        plan p {
          bill monthly in arrears
          trial 14 months
        }

    Mended:
        plan p {
          bill monthly in arrears
          trial 14 days
        }

    Fix: check the unit of the trial.
    """
