"""Price books of any length for the benchmarks of the language, the same for the same number."""

from __future__ import annotations

_HEAD = """book large version 1 from 2026-01-01

currency USD
timezone "UTC"

unit B
unit GB = 1_000_000_000 B

dimension region { eu, us }
"""
_METER = """
meter stored_{n} {{
  events "storage_{n}"
  where status = 200 and kind in ["a", "b"]
  measure sum of bytes as B
  by region
}}
"""
_OPEN = """
plan plan_{n} "Plan {n}" {{
  bill monthly in arrears on day 1
  prorate daily
  minimum USD 5
"""
_CHARGES = """
  charge storage_{c} "Storage {c}" {{
    for stored_{m}
    free 10 GB
    price graduated {{
      up to 50 GB:                USD 0.023 per GB
      above 50 GB up to 500 GB:   USD 0.022 per GB
      above 500 GB:               USD 0.021 per GB
    }}
  }}

  charge transfer_{c} "Transfer {c}" {{
    for stored_{m}
    price matrix by region {{
      eu:   USD 0.05 per GB
      us:   USD 0.04 per GB
    }}
  }}

  charge fee_{c} "Fee {c}" {{
    price flat USD {n}.50
  }}
"""
_EXAMPLE = """
example "plan {n}" {{
  given plan plan_{n}
  given period 2026-10-01 through 2026-10-31
  given usage stored_{m} = 60 GB with region = eu
  expect storage_0 = USD 1.15
  expect fee_0 = USD {n}.50
}}
"""


def book(plans: int, charges: int, meters: int | None = None, *, examples: bool = True) -> str:
    """A book of so many plans: three charges for each of `charges`, a meter (or one of `meters`) and an example."""
    pieces = [_HEAD, *(_METER.format(n=n) for n in range(plans if meters is None else meters))]
    for n in range(plans):
        pieces.append(_OPEN.format(n=n))
        pieces += [_CHARGES.format(n=n, m=n % (meters or plans), c=c) for c in range(charges)]
        pieces.append("}\n")
        if examples:
            pieces.append(_EXAMPLE.format(n=n, m=n % (meters or plans)))
    return "".join(pieces)
