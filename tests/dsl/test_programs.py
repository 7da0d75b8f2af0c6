"""Programs drawn from the grammar: all parse, none crashes a pass, and formatter and JSON twin lose nothing."""

from __future__ import annotations

from hypothesis import given, settings

from tests.dsl.programs import PROGRAMS
from tests.dsl.properties import prove


@settings(max_examples=150)
@given(PROGRAMS)
def test_a_program_of_the_grammar_keeps_every_promise(text: str) -> None:
    prove(text)
