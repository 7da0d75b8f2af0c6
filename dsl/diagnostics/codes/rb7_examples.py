"""RB7: examples; RB8: what customers read."""


class RB701:
    """An expectation that the book does not meet.

    Found when the examples are rated; the message shows how the amount came about.

    Example:
        example "e" {
          given plan basic
          given period 2026-01-01 through 2026-01-31
          expect fee = USD 2
        }

    Fix: one of the two is wrong, the price or the expectation.
    """


class RB702:
    """A plan that no example tries (a warning).

    Example:
        plan untried {
          bill monthly in arrears
        }

    Fix: add an example; it is the proof that the plan means what it should.
    """


class RB703:
    """An example that cannot be computed.

    Usage without a price, a date on which no version is in force, usage that is not sold. Found when the examples are
    rated; the place is the rule on which the bill stumbled.
    """


class RB704:
    """An example that lacks a plan or a period, or has two periods.

    Example:
        example "e" {
          given plan basic
          expect fee = USD 1
        }

    Fix: add `given plan NAME` and one `given period D through D`.
    """


class RB705:
    """An example that expects nothing (a warning).

    Example:
        example "e" {
          given plan basic
          given period 2026-01-01 through 2026-01-31
        }

    Fix: add `expect total = ...`.
    """


class RB706:
    """Usage outside the example's period (a warning).

    Example:
        example "e" {
          given plan basic
          given period 2026-01-01 through 2026-01-31
          given usage calls = 1 call at 2026-02-01
          expect fee = USD 1
        }

    Fix: move the usage into the period; this period's bill does not see it.
    """


class RB707:
    """Usage without a time, on a charge whose price depends on the hour.

    Example:
        calendar clock {
          band day { every day 08:00 to 20:00 }
          band night { otherwise }
        }
        meter timed {
          events "timed"
          measure count as call
        }
        plan by_hour {
          bill monthly in arrears
          charge hours "Hours" {
            for timed
            price matrix by band of clock {
              day: USD 2 per call
              night: USD 1 per call
            }
          }
        }
        example "e" {
          given plan by_hour
          given period 2026-01-01 through 2026-01-31
          given usage timed = 5 call
          expect hours = USD 10
        }

    Fix: add `at DATE TIME`: the band that holds it decides the price.
    """


class RB708:
    """An expectation about a tier that the charge does not have.

    Example:
        example "e" {
          given plan basic
          given period 2026-01-01 through 2026-01-31
          expect fee tier 2 = USD 0
        }

    Fix: count the rows from the first, which is 1.
    """


class RB801:
    """A charge without a label (a warning).

    Example:
        plan p {
          bill monthly in arrears
          charge c {
            price flat USD 1
          }
        }

    Fix: add the words that the invoice should say.
    """
