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

    Fix: start the later version on the day after the earlier one, or leave `through` out.
    """


class RB503:
    """An end before its start.

    Example:
        plan p from 2026-06-01 through 2026-01-31 {
          bill monthly in arrears
        }

    Fix: both days are included, so they may be equal but not reversed.
    """


class RB504:
    """Version numbers that do not increase with time.

    Found when several versions of a book are checked together.
    """
