"""RB1: names."""


class RB101:
    """A name that nothing declares.

    Example:
        plan p {
          bill monthly in arrears
          charge c {
            for stord
            price USD 1 per GB
          }
        }

    Fix: write the name that was meant, or declare it.
    """


class RB102:
    """A name declared twice.

    Example:
        unit call

    Fix: rename one of the two. A new version of a plan keeps the name and has its own dates.
    """


class RB103:
    """Declared and never used (a warning).

    Example:
        calendar idle {
          band all { otherwise }
        }

    Fix: remove the declaration, or use it.
    """


class RB104:
    """A charge that does not say what it counts.

    Example:
        plan p {
          bill monthly in arrears
          charge c {
            price USD 1 per GB
          }
        }

    Fix: add `for METER` or `for licensed UNIT`.
    """


class RB105:
    """A flat price that counts something.

    Example:
        price flat USD 5

    Fix: remove the `for` clause, or price per unit.
    """


class RB106:
    """A charge with the name of an invoice step.

    `discount minimum cap commit credit tax wallet due` are the steps that `expect` may name.

    Example:
        plan p {
          bill monthly in arrears
          charge tax {
            price flat USD 5
          }
        }

    Fix: choose another name.
    """


class RB107:
    """A reserved word as a name.

    `any otherwise not everything band licensed total` mean something wherever a name may stand.

    Example:
        unit any

    Fix: choose another name.
    """


class RB108:
    """A declaration without a clause that it needs.

    Example:
        meter more {
          events "x"
        }

    Fix: add the clause that the message names.
    """


class RB109:
    """An unknown time zone.

    Example:
        calendar c {
          timezone "Mars/Olympus"
          band all { otherwise }
        }

    Fix: use an IANA name, e.g. "America/Argentina/Cordoba".
    """
