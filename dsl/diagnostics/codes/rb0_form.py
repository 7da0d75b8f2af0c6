"""RB0: the form of the text."""


class RB001:
    """Unknown declaration.

    A line at the top of the file starts with a word that declares nothing.

    Example:
        metre calls { }

    Mended:
        meter more {
          events "x"
          measure count as call
        }

    Fix: write one of the words that the message lists.
    """


class RB002:
    """Unknown clause.

    A line in a block starts with a word that the block does not know.

    Example:
        meter more {
          events "x"
          mesure count as call
        }

    Mended:
        meter more {
          events "x"
          measure count as call
        }

    Fix: write the clause that was meant, or move it to the block where it belongs.
    """


class RB003:
    """Two clauses on one line.

    One line says one thing, so that one changed line is one changed fact.

    Example:
        plan p {
          bill monthly in arrears prorate daily
        }

    Mended:
        plan p {
          bill monthly in arrears
          prorate daily
        }

    Fix: start a new line before the second clause.
    """


class RB004:
    """Unknown price form.

    What follows `price`, or the colon of a tier, is neither an amount nor a form.

    Example:
        price gradated {
          up to 1 GB: USD 1 per GB
        }

    Mended:
        price graduated {
          up to 1 GB: USD 1 per GB
          above 1 GB: USD 0.50 per GB
        }

    Fix: write one of the forms that the message lists.
    """


class RB005:
    """`and` mixed with `or`.

    Readers disagree on which of the two binds first, so the language does not choose.

    Example:
        meter more {
          events "x"
          where a = 1 and b = 2 or c = 3
          measure count as call
        }

    Mended:
        meter more {
          events "x"
          where a = 1 and (b = 2 or c = 3)
          measure count as call
        }

    Fix: put one of the two in parentheses.
    """


class RB006:
    """A comma inside a number.

    The comma is a decimal mark in half of the markets.

    Example:
        minimum USD 1,000

    Mended:
        minimum USD 1_000
        price USD 1 per GB

    Fix: write `1_000` for thousands and a point for decimals.
    """


class RB007:
    """A money sign instead of a currency.

    `$` is the sign of some twenty currencies.

    Example:
        minimum $5

    Mended:
        minimum USD 5
        price USD 1 per GB

    Fix: write the code first: `USD 5`.
    """


class RB008:
    """A date that is not ISO.

    Example:
        plan p from 01/02/2026 {
          bill monthly in arrears
        }

    Mended:
        plan p from 2026-02-01 {
          bill monthly in arrears
        }

    Fix: write year-month-day, `2026-02-01`.
    """


class RB009:
    """A day or a time that does not exist.

    Example:
        plan p from 2026-02-30 {
          bill monthly in arrears
        }

    Mended:
        plan p from 2026-02-28 {
          bill monthly in arrears
        }

    Fix: write a day of the calendar; the message says which is the last one of that month.
    """


class RB010:
    """Braces that do not balance.

    A block is opened and never closed, or closed and never opened.

    Example:
        plan p {
          bill monthly in arrears

    Mended:
        plan p {
          bill monthly in arrears
        }

    Fix: add the missing brace where the message points.
    """


class RB011:
    """The `book` line.

    A book starts with one line that says its name, version and first day.

    Example:
        book a version 1 from 2026-01-01
        book b version 1 from 2026-01-01

    Mended:
        book a version 1 from 2026-01-01
        currency USD

    Fix: keep one `book` line, at the top.
    """


class RB012:
    """Something else was expected.

    Example:
        plan p {
          bill monthly in arears
        }

    Mended:
        plan p {
          bill monthly in arrears
        }

    Fix: the message lists what can stand here.
    """


class RB014:
    """Not a length of time.

    A duration is a whole number of seconds, minutes, hours, days, weeks, months, quarters or years.

    Example:
        plan p {
          bill monthly in arrears
          trial 2 fortnights
        }

    Mended:
        plan p {
          bill monthly in arrears
          trial 14 days
        }

    Fix: write `trial 14 days`.
    """


class RB015:
    """A part of a clause said twice.

    Example:
        tax vat 20% included included

    Mended:
        tax vat 20% included

    Fix: keep one of the two.
    """


class RB016:
    """Quotes.

    A text is never closed, or opens with a typographic quote.

    Example:
        plan p “Plan” {
          bill monthly in arrears
        }

    Mended:
        plan p "Plan" {
          bill monthly in arrears
        }

    Fix: use straight double quotes and close the text on the same line.
    """


class RB017:
    """A character without meaning.

    Example:
        unit kB = 1_000 B;

    Mended:
        unit kB = 1_000 B

    Fix: remove it.
    """


class RB018:
    """A clause that stands twice in its block.

    Example:
        plan p {
          bill monthly in arrears
          bill weekly in arrears
        }

    Mended:
        plan p {
          bill monthly in arrears
        }

    Fix: keep one of the two.
    """


class RB019:
    """Prices nested deeper than two.

    A matrix may hold tiers and tiers may hold a matrix; a third level could not be explained.

    Example:
        price matrix by region {
          any: graduated {
            above 0 GB: matrix by region {
              any: volume {
                above 0 GB: USD 1 per GB
              }
            }
          }
        }

    Mended:
        price matrix by region {
          any: graduated {
            above 0 GB: USD 1 per GB
          }
        }

    Fix: write the inner level as a charge of its own.
    """


class RB020:
    """A number out of its range.

    Counts, days and versions are whole; a percentile lies above 0 and at most at 100; only 0 needs no currency.

    Example:
        plan p {
          bill monthly in arrears on day 32
        }

    Mended:
        plan p {
          bill monthly in arrears on day 31
        }

    Fix: write a number in the range that the message gives.
    """
