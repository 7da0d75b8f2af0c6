"""RB4: calendars."""


class RB401:
    """A minute that no band covers.

    Example:
        calendar c {
          band day { every day 08:00 to 20:00 }
        }

    Mended:
        calendar c {
          band day { every day 08:00 to 20:00 }
          band night { every day 20:00 to 08:00 }
        }

    Fix: add a band, or `band rest { otherwise }`.
    """


class RB402:
    """A minute that two bands cover.

    Example:
        calendar c {
          band peak { weekdays 18:00 to 23:00 }
          band valley { every day 22:00 to 05:00 }
          band rest { otherwise }
        }

    Mended:
        calendar c {
          band peak { weekdays 18:00 to 23:00 }
          band valley { every day 23:00 to 05:00 }
          band rest { otherwise }
        }

    Fix: let one band start where the other ends.
    """


class RB403:
    """A band whose two hours are equal.

    Example:
        calendar c {
          band day { every day 08:00 to 08:00 }
          band rest { otherwise }
        }

    Mended:
        calendar c {
          band day { every day 08:00 to 20:00 }
          band rest { otherwise }
        }

    Fix: leave the hours out for the whole day.
    """


class RB404:
    """A holiday outside the book's dates (a warning).

    Example:
        calendar c {
          holidays {
            1999-12-25 "Christmas"
          }
          band rest { otherwise }
        }

    Mended:
        calendar c {
          holidays {
            2026-12-25 "Christmas"
          }
          band rest { otherwise }
        }

    Fix: check the year.
    """


class RB405:
    """A band that is never used (a warning).

    The other bands cover every minute, or no day and hour fits what the band says.

    Example:
        calendar c {
          band day { every day }
          band rest { otherwise }
        }

    Mended:
        calendar c {
          band day { every day 08:00 to 20:00 }
          band rest { otherwise }
        }

    Fix: remove the band, or widen its hours.
    """


class RB406:
    """A band over the night when the clock changes (a note).

    One night of the year such a band lasts an hour longer, one night an hour less.

    Example:
        calendar c {
          timezone "Europe/Madrid"
          band night { every day 22:00 to 06:00 }
          band rest { otherwise }
        }

    Mended:
        calendar c {
          timezone "UTC"
          band night { every day 22:00 to 06:00 }
          band rest { otherwise }
        }

    Fix: nothing to fix; bands follow the clock on the wall.
    """


class RB407:
    """A holiday listed twice.

    Example:
        calendar c {
          holidays {
            2026-12-25
            2026-12-25 "Christmas"
          }
          band rest { otherwise }
        }

    Mended:
        calendar c {
          holidays {
            2026-12-25 "Christmas"
          }
          band rest { otherwise }
        }

    Fix: keep one of the two.
    """


class RB408:
    """A band that begins or ends within a minute.

    Example:
        calendar c {
          band day { every day 08:00:30 to 20:00 }
          band rest { otherwise }
        }

    Mended:
        calendar c {
          band day { every day 08:00 to 20:00 }
          band rest { otherwise }
        }

    Fix: write whole minutes.
    """
