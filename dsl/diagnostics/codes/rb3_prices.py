"""RB3: tiers and matrices."""


class RB301:
    """A gap between tiers.

    Example:
        price graduated {
          up to 5 GB: USD 2 per GB
          above 6 GB: USD 1 per GB
        }

    Mended:
        price graduated {
          up to 5 GB: USD 2 per GB
          above 5 GB: USD 1 per GB
        }

    Fix: start each tier where the one before ends.
    """


class RB302:
    """Tiers that overlap.

    Example:
        price graduated {
          up to 5 GB: USD 2 per GB
          above 4 GB: USD 1 per GB
        }

    Mended:
        price graduated {
          up to 5 GB: USD 2 per GB
          above 5 GB: USD 1 per GB
        }

    Fix: start each tier where the one before ends.
    """


class RB303:
    """Borders that do not ascend.

    Example:
        price graduated {
          up to 5 GB: USD 2 per GB
          up to 3 GB: USD 1 per GB
          above 3 GB: USD 1 per GB
        }

    Mended:
        price graduated {
          up to 3 GB: USD 2 per GB
          up to 5 GB: USD 1 per GB
          above 5 GB: USD 1 per GB
        }

    Fix: order the tiers from the smallest to the largest.
    """


class RB304:
    """A tier after the open one.

    Example:
        price graduated {
          up to 1 GB: USD 3 per GB
          above 1 GB: USD 2 per GB
          above 5 GB: USD 1 per GB
        }

    Mended:
        price graduated {
          up to 1 GB: USD 3 per GB
          above 1 GB up to 5 GB: USD 2 per GB
          above 5 GB: USD 1 per GB
        }

    Fix: give the earlier tier an end with `up to`.
    """


class RB305:
    """The last tier has an end.

    Example:
        price graduated {
          up to 5 GB: USD 2 per GB
        }

    Mended:
        price graduated {
          up to 5 GB: USD 2 per GB
          above 5 GB: USD 1 per GB
        }

    Fix: add an `above` row; `not sold` is a price too.
    """


class RB306:
    """A matrix cell without a price.

    Example:
        price matrix by region {
          eu: USD 1 per GB
        }

    Mended:
        price matrix by region {
          eu: USD 1 per GB
          us: USD 1 per GB
        }

    Fix: add the row, or an `otherwise` row.
    """


class RB307:
    """A matrix cell priced twice.

    Example:
        price matrix by region {
          eu: USD 1 per GB
          any: USD 2 per GB
        }

    Mended:
        price matrix by region {
          eu: USD 1 per GB
          us: USD 2 per GB
        }

    Fix: write `otherwise` for the values that no other row names.
    """


class RB308:
    """Not a value of its dimension.

    Example:
        price matrix by region {
          eu: USD 1 per GB
          uss: USD 2 per GB
        }

    Mended:
        price matrix by region {
          eu: USD 1 per GB
          us: USD 2 per GB
        }

    Fix: write a declared value, or declare this one.
    """


class RB309:
    """An open axis without `otherwise`.

    A property that is no declared dimension may take any value.

    Example:
        meter open {
          events "x"
          measure count as call
          by tag
        }
        plan p {
          bill monthly in arrears
          charge c "Tagged" {
            for open
            price matrix by tag {
              a: USD 1 per call
            }
          }
        }

    Mended:
        meter open {
          events "x"
          measure count as call
          by tag
        }
        plan p {
          bill monthly in arrears
          charge c "Tagged" {
            for open
            price matrix by tag {
              a: USD 1 per call
              otherwise: USD 2 per call
            }
          }
        }

    Fix: add an `otherwise` row, or declare the dimension.
    """


class RB310:
    """A price cliff (a warning).

    With `volume`, all units take the price of the tier that is reached: one more unit may cost less in total.

    Example:
        price volume {
          up to 5 GB: USD 2 per GB
          above 5 GB: USD 1 per GB
        }

    Mended:
        price graduated {
          up to 5 GB: USD 2 per GB
          above 5 GB: USD 1 per GB
        }

    Fix: use `graduated` if only the part above should be cheaper.
    """


class RB311:
    """Borders that cannot be compared.

    Example:
        price graduated {
          up to 5 GB per day: USD 2 per GB
          above 5 GB: USD 1 per GB
        }

    Mended:
        price graduated {
          up to 5 GB per day: USD 2 per GB
          above 5 GB per day: USD 1 per GB
        }

    Fix: write all borders in one family of units, all fixed or all moving.
    """


class RB312:
    """A row with too few or too many keys.

    Example:
        price matrix by region {
          eu, eu: USD 1 per GB
          us: USD 1 per GB
        }

    Mended:
        price matrix by region {
          eu: USD 1 per GB
          us: USD 1 per GB
        }

    Fix: one key for each axis.
    """


class RB313:
    """An axis by which the meter is not sliced.

    Example:
        price matrix by colour {
          any: USD 1 per GB
        }

    Mended:
        price matrix by region {
          any: USD 1 per GB
        }

    Fix: add the property to the meter's `by`.
    """


class RB314:
    """A row that is never reached (a warning).

    Of the rows that fit, the one with the most exact keys prices; a row that always loses says nothing.

    Example:
        price matrix by region {
          eu: USD 1 per GB
          us: USD 2 per GB
          otherwise: USD 3 per GB
        }

    Mended:
        price matrix by region {
          eu: USD 1 per GB
          otherwise: USD 3 per GB
        }

    Fix: remove the row, or one of the rows that it should stand for.
    """


class RB315:
    """Weights that are missing, or stand twice.

    A charge with `weigh` multiplies each quantity by the weight of its value: every declared value needs one.

    Example:
        weigh by region {
          eu: 1
        }
        price USD 1 per GB

    Mended:
        weigh by region {
          eu: 1
          us: 0.5
        }
        price USD 1 per GB

    Fix: write one weight for each value of the dimension.
    """


class RB316:
    """A matrix too large to check.

    Example:
        dimension d1 { a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, b0, b1, b2, b3, b4, b5, b6, b7, b8, b9 }
        meter wide {
          events "x"
          measure count as call
          by d1
        }
        plan p {
          bill monthly in arrears
          charge c "Wide" {
            for wide
            price matrix by d1, d1, d1, d1, d1 {
              any, any, any, any, any: USD 1 per call
            }
          }
        }

    Mended:
        dimension d1 { a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, b0, b1, b2, b3, b4, b5, b6, b7, b8, b9 }
        meter wide {
          events "x"
          measure count as call
          by d1
        }
        plan p {
          bill monthly in arrears
          charge c "Wide" {
            for wide
            price matrix by d1 {
              any: USD 1 per call
            }
          }
        }

    Fix: split it into several charges.
    """


class RB317:
    """A percentage of a percentage.

    Percentages of other charges are priced after all of them; among themselves they have no order.

    Example:
        plan p {
          bill monthly in arrears
          charge base "Base" {
            price flat USD 100
          }
          charge support "Support" {
            price 10% of base
          }
          charge surcharge "Surcharge" {
            price 2% of support
          }
        }

    Mended:
        plan p {
          bill monthly in arrears
          charge base "Base" {
            price flat USD 100
          }
          charge support "Support" {
            price 10% of base
          }
          charge surcharge "Surcharge" {
            price 0.2% of base
          }
        }

    Fix: take the percentage of the charges below it.
    """
