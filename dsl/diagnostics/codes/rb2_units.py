"""RB2: units and money."""


class RB201:
    """A rate per a unit of another family.

    Example:
        price USD 1 per call

    Mended:
        price USD 1 per GB

    Fix: price per the meter's unit, or per a declared multiple of it.
    """


class RB202:
    """Two currencies in one plan.

    Example:
        price EUR 1 per GB

    Mended:
        price USD 1 per GB

    Fix: write every amount of the plan in the currency of the book.
    """


class RB203:
    """A percentage of something that is not money.

    Example:
        price 2.9%

    Mended:
        price USD 0.029 per GB

    Fix: price per unit, or measure an amount `as USD`.
    """


class RB204:
    """More than 12 decimals.

    Money is exact to a million-millionth; more digits would be lost, and the language loses none in silence.

    Example:
        price USD 0.0000000000001 per GB

    Mended:
        price USD 0.0000000001 per GB

    Fix: round the number, or price per a larger unit.
    """


class RB205:
    """A number of more than 38 digits.

    Example:
        price USD 1_000_000_000_000_000_000_000_000_000_000_000_000_000 per GB

    Mended:
        price USD 1_000 per GB

    Fix: check the number.
    """


class RB206:
    """Zero where nothing can be divided or given.

    Example:
        free 0 GB
        price USD 1 per GB

    Mended:
        free 1 GB
        price USD 1 per GB

    Fix: remove the clause, or write the number that was meant.
    """


class RB207:
    """A price unit that does not divide the measured unit (a warning).

    Example:
        unit third = 3 B
        unit two = 2 B
        meter thirds {
          events "x"
          measure sum of n as third
        }
        plan p {
          bill monthly in arrears
          charge c "Thirds" {
            for thirds
            price USD 1 per two
          }
        }

    Mended:
        unit third = 3 B
        unit two = 2 B
        meter thirds {
          events "x"
          measure sum of n as third
        }
        plan p {
          bill monthly in arrears
          charge c "Thirds" {
            for thirds
            price USD 1 per third
          }
        }

    Fix: price per the measured unit or a multiple of it.
    """


class RB208:
    """A unit defined by itself.

    Example:
        unit a = 2 b
        unit b = 2 a

    Mended:
        unit a
        unit b = 2 a

    Fix: one unit of a family has no `=`.
    """


class RB210:
    """Not a currency.

    Example:
        minimum XQZ 5
        price USD 1 per GB

    Mended:
        minimum USD 5
        price USD 1 per GB

    Fix: use an ISO 4217 code, or declare a unit of account: `currency CRD worth USD 0.50`.
    """


class RB211:
    """A quantity of another family.

    Example:
        free 5 call
        price USD 1 per GB

    Mended:
        free 5 GB
        price USD 1 per GB

    Fix: write the quantity in a unit of what the charge counts.
    """


class RB212:
    """An expectation of the wrong kind.

    Example:
        example "e" {
          given plan basic
          given period 2026-01-01 through 2026-01-31
          expect fee = 5 GB
        }

    Mended:
        example "e" {
          given plan basic
          given period 2026-01-01 through 2026-01-31
          expect fee = USD 1
        }

    Fix: a charge is expected in money; a quantity with `expect quantity NAME = ...`.
    """


class RB213:
    """An amount whose currency stands behind it.

    Money begins with its currency, so that it differs from a quantity at the first word.

    Example:
        price 0.02 USD per GB

    Mended:
        price USD 0.02 per GB

    Fix: write the currency first.
    """
