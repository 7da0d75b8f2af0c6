"""RB7: examples."""


class RB701:
    """An expectation that the book does not meet.

    Found when the examples are rated; the message shows how the amount came about.

    Example:
        example "e" {
          given plan basic
          given period 2026-01-01 through 2026-01-31
          expect fee = USD 2
        }

    Mended:
        example "e" {
          given plan basic
          given period 2026-01-01 through 2026-01-31
          expect fee = USD 1
        }

    Fix: one of the two is wrong, the price or the expectation.
    """


class RB702:
    """A plan that no example tries (a warning).

    Example:
        plan untried {
          bill monthly in arrears
        }

    Mended:
        plan tried {
          bill monthly in arrears
        }
        example "tried" {
          given plan tried
          given period 2026-01-01 through 2026-01-31
          expect total = USD 0
        }

    Fix: add an example; it is the proof that the plan means what it should.
    """


class RB703:
    """An example that cannot be computed.

    Usage without a price, a date on which no version is in force, usage that is not sold. Found when the examples are
    rated; the place is the rule on which the bill stumbled.

    Example:
        plan p {
          bill monthly in arrears
          charge c "Calls" {
            for calls
            price graduated {
              up to 5 call: USD 1 per call
              above 5 call: not sold
            }
          }
        }
        example "more than is sold" {
          given plan p
          given period 2026-01-01 through 2026-01-31
          given usage calls = 6 call
          expect c = USD 6
        }

    Mended:
        plan p {
          bill monthly in arrears
          charge c "Calls" {
            for calls
            price graduated {
              up to 5 call: USD 1 per call
              above 5 call: not sold
            }
          }
        }
        example "all that is sold" {
          given plan p
          given period 2026-01-01 through 2026-01-31
          given usage calls = 5 call
          expect c = USD 5
        }

    Fix: give usage that has a price, on a day on which the plan holds.
    """


class RB704:
    """An example that lacks a plan or a period, or has two of what there is one of.

    Example:
        example "e" {
          given plan basic
          expect fee = USD 1
        }

    Mended:
        example "e" {
          given plan basic
          given period 2026-01-01 through 2026-01-31
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

    Mended:
        example "e" {
          given plan basic
          given period 2026-01-01 through 2026-01-31
          expect fee = USD 1
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

    Mended:
        example "e" {
          given plan basic
          given period 2026-01-01 through 2026-01-31
          given usage calls = 1 call at 2026-01-20
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

    Mended:
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
          given usage timed = 5 call at 2026-01-20 10:00
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

    Mended:
        example "e" {
          given plan basic
          given period 2026-01-01 through 2026-01-31
          expect fee = USD 1
        }

    Fix: count the rows from the first, which is 1.
    """


class RB709:
    """A price that no example reaches (a warning).

    A tier or a row that nothing has tried may say anything. Found when the examples are rated, for the plans and
    contracts that some example is about.

    Example:
        plan p {
          bill monthly in arrears
          charge c "Calls" {
            for calls
            price graduated {
              up to 5 call: USD 2 per call
              above 5 call: USD 1 per call
            }
          }
        }
        example "only the first tier" {
          given plan p
          given period 2026-01-01 through 2026-01-31
          given usage calls = 5 call
          expect c = USD 10
        }

    Mended:
        plan p {
          bill monthly in arrears
          charge c "Calls" {
            for calls
            price graduated {
              up to 5 call: USD 2 per call
              above 5 call: USD 1 per call
            }
          }
        }
        example "into the second tier" {
          given plan p
          given period 2026-01-01 through 2026-01-31
          given usage calls = 6 call
          expect c = USD 11
        }

    Fix: add an example whose usage falls there.
    """


class RB710:
    """Events that no meter of the book reads (a warning).

    The example says that they happened, and nothing counts them: most often the type is misspelled.

    Example:
        example "e" {
          given plan basic
          given period 2026-01-01 through 2026-01-31
          given event "nobody.reads" at 2026-01-02 10:00
          expect fee = USD 1
        }

    Mended:
        example "e" {
          given plan basic
          given period 2026-01-01 through 2026-01-31
          expect fee = USD 1
        }

    Fix: write the type as a meter's `events` says it, or remove the event.
    """
