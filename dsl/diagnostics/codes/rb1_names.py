"""RB1: names."""


class RB101:
    """A name that nothing declares.

    Example:
        plan p {
          bill monthly in arrears
          charge c "Storage" {
            for stord
            price USD 1 per GB
          }
        }

    Mended:
        plan p {
          bill monthly in arrears
          charge c "Storage" {
            for stored
            price USD 1 per GB
          }
        }

    Fix: write the name that was meant, or declare it.
    """


class RB102:
    """A name declared twice.

    Example:
        unit call

    Mended:
        unit message

    Fix: rename one of the two. A new version of a plan keeps the name and has its own dates.
    """


class RB103:
    """Declared and never used (a warning).

    Example:
        calendar idle {
          band all { otherwise }
        }

    Mended:
        calendar used {
          band all { otherwise }
        }
        plan p {
          bill monthly in arrears
          charge c "Calls" {
            for calls
            price matrix by band of used {
              all: USD 1 per call
            }
          }
        }

    Fix: remove the declaration, or use it.
    """


class RB104:
    """A charge that does not say what it counts.

    Example:
        plan p {
          bill monthly in arrears
          charge c "Storage" {
            price USD 1 per GB
          }
        }

    Mended:
        plan p {
          bill monthly in arrears
          charge c "Storage" {
            for stored
            price USD 1 per GB
          }
        }

    Fix: add `for METER` or `for licensed UNIT`.
    """


class RB105:
    """A flat price that counts something.

    Example:
        price flat USD 5

    Mended:
        price USD 5 per GB

    Fix: remove the `for` clause, or price per unit.
    """


class RB106:
    """A charge with the name of an invoice step.

    `discount minimum cap commit credit tax wallet due` are the steps that `expect` may name.

    Example:
        plan p {
          bill monthly in arrears
          charge tax "Tax" {
            price flat USD 5
          }
        }

    Mended:
        plan p {
          bill monthly in arrears
          charge tax_fee "Tax" {
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

    Mended:
        unit message

    Fix: choose another name.
    """


class RB108:
    """A declaration without a clause that it needs.

    Example:
        meter more {
          events "x"
        }

    Mended:
        meter more {
          events "x"
          measure count as call
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

    Mended:
        calendar c {
          timezone "Europe/Madrid"
          band all { otherwise }
        }

    Fix: use an IANA name, e.g. "America/Argentina/Cordoba".
    """
