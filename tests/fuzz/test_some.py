"""A few hundred texts of the long run, which is `python -m tests.fuzz --inputs 100000`."""

from __future__ import annotations

from itertools import islice

import pytest

from tests.fuzz.mutate import texts
from tests.fuzz.promise import prove


@pytest.mark.parametrize("seed", range(8))
def test_texts_nobody_would_write(seed: int) -> None:
    for text in islice(texts(1_000 + seed), 40):
        prove(text)
