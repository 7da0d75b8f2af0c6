"""RB6: contracts."""


class RB601:
    """A phase outside the term.

    Example:
        contract k with "cus" on basic from 2026-01-01 through 2026-12-31 {
          phase one from 2025-01-01 through 2026-12-31 {
          }
        }

    Mended:
        contract k with "cus" on basic from 2026-01-01 through 2026-12-31 {
          phase one from 2026-01-01 through 2026-12-31 {
          }
        }

    Fix: keep the phase inside the contract's dates.
    """


class RB602:
    """Phases that overlap.

    Example:
        contract k with "cus" on basic from 2026-01-01 through 2026-12-31 {
          phase one from 2026-01-01 through 2026-06-30 {
          }
          phase two from 2026-06-30 through 2026-12-31 {
          }
        }

    Mended:
        contract k with "cus" on basic from 2026-01-01 through 2026-12-31 {
          phase one from 2026-01-01 through 2026-06-30 {
          }
          phase two from 2026-07-01 through 2026-12-31 {
          }
        }

    Fix: start each phase on the day after the one before.
    """


class RB603:
    """A hole between phases.

    Example:
        contract k with "cus" on basic from 2026-01-01 through 2026-12-31 {
          phase one from 2026-01-01 through 2026-06-30 {
          }
          phase two from 2026-08-01 through 2026-12-31 {
          }
        }

    Mended:
        contract k with "cus" on basic from 2026-01-01 through 2026-12-31 {
          phase one from 2026-01-01 through 2026-06-30 {
          }
          phase two from 2026-07-01 through 2026-12-31 {
          }
        }

    Fix: start each phase on the day after the one before.
    """


class RB604:
    """Amendment numbers with a hole.

    Example:
        contract k with "cus" on basic from 2026-01-01 {
        }
        amendment 2 of k from 2026-02-01 {
        }

    Mended:
        contract k with "cus" on basic from 2026-01-01 {
        }
        amendment 1 of k from 2026-02-01 {
        }

    Fix: number the amendments 1, 2, 3.
    """


class RB605:
    """An amendment outside the term.

    Example:
        contract k with "cus" on basic from 2026-01-01 {
        }
        amendment 1 of k from 2025-02-01 {
        }

    Mended:
        contract k with "cus" on basic from 2026-01-01 {
        }
        amendment 1 of k from 2026-02-01 {
        }

    Fix: an amendment starts within the contract's dates.
    """


class RB606:
    """An override of a charge that is not on the plan.

    Example:
        contract k with "cus" on basic from 2026-01-01 {
          override fees price flat USD 5
        }

    Mended:
        contract k with "cus" on basic from 2026-01-01 {
          override fee price flat USD 5
        }

    Fix: write a charge of the contract's plan, or add a charge to the contract.
    """


class RB607:
    """Contracts that should end together and do not.

    Example:
        contract k with "cus" on basic from 2026-01-01 through 2026-12-31 {
          coterm with l
        }
        contract l with "cus" on basic from 2026-01-01 through 2027-12-31 {
        }

    Mended:
        contract k with "cus" on basic from 2026-01-01 through 2026-12-31 {
          coterm with l
        }
        contract l with "cus" on basic from 2026-01-01 through 2026-12-31 {
        }

    Fix: give both the same last day.
    """


class RB608:
    """A commitment that draws on a charge that is not there.

    Example:
        contract k with "cus" on basic from 2026-01-01 {
          commit USD 100 per year {
            draws fees
          }
        }

    Mended:
        contract k with "cus" on basic from 2026-01-01 {
          commit USD 100 per year {
            draws fee
          }
        }

    Fix: write charges of the contract's plan, or `draws everything`.
    """


class RB609:
    """An escalation before the contract.

    Example:
        contract k with "cus" on basic from 2026-01-01 {
          escalate 3% every 12 months from 2025-01-01 on everything rounded to 4 decimals
        }

    Mended:
        contract k with "cus" on basic from 2026-01-01 {
          escalate 3% every 12 months from 2027-01-01 on everything rounded to 4 decimals
        }

    Fix: the first escalation is on or after the first day.
    """


class RB610:
    """A discount of more than 100%.

    Example:
        coupon k {
          discount 120% on everything
        }

    Mended:
        coupon k {
          discount 20% on everything
        }

    Fix: a discount takes at most the whole price.
    """


class RB611:
    """A minimum above the cap.

    Example:
        plan p {
          bill monthly in arrears
          minimum USD 10
          cap USD 5
        }

    Mended:
        plan p {
          bill monthly in arrears
          minimum USD 10
          cap USD 50
        }

    Fix: raise the cap, or lower the minimum.
    """


class RB612:
    """Two prices at the same level.

    Amendment beats phase beats contract beats plan; two overrides of one level on one day have no order.

    Example:
        contract k with "cus" on basic from 2026-01-01 {
          override fee price flat USD 5
          override fee price flat USD 6
        }

    Mended:
        contract k with "cus" on basic from 2026-01-01 {
          override fee price flat USD 5
        }

    Fix: keep one, or put one into a phase or an amendment.
    """


class RB613:
    """Rates that escalate without being rounded (a note).

    Rates stay exact, so each step adds decimals: after three years of 3 % the rate has six more than the first one.
    Nothing is wrong with the amounts; a price list that is printed for the customer ends somewhere.

    Example:
        contract k with "cus" on basic from 2026-01-01 {
          escalate 3% every 12 months from 2027-01-01 on everything
        }

    Mended:
        contract k with "cus" on basic from 2026-01-01 {
          escalate 3% every 12 months from 2027-01-01 on everything rounded to 4 decimals
        }

    Fix: say where the rates end if the contract does.
    """
