"""What an example may ask of a charge is one list, for the checker and for the answer."""

from __future__ import annotations

from dsl.expectations import STEPS
from dsl.passes.references import PARTS


def test_every_part_of_a_charge_has_an_answer() -> None:
    assert set(PARTS) == set(STEPS)
