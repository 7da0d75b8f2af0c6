"""Ratios are shown as people read them, and never as if they ended."""

from workbench.explained import readable


def test_a_ratio_without_an_end_is_cut_and_says_so() -> None:
    assert readable("2/3 GB") == "0.666666666… GB"
    assert readable("-2/3") == "-0.666666666…"


def test_a_decimal_stays_as_it_is() -> None:
    assert readable("5916 call") == "5916 call"
    assert readable("0.4589776") == "0.4589776"
