"""Corrections: a closed period derived anew, compared with what was billed, and the difference billed or credited.

An invoice that is final never changes. A correction run derives a period again as of a later `seq` and of the books
published since, and keeps for every billing period that differs a document `COR-000001`: lines as billed taken back,
lines as now derived put in their place. All lines of a period ever kept, corrections included, add up to a fresh
derivation of it. What becomes of the difference is the plan's `corrections` clause.
"""

from engine.corrections.correct import correct
from engine.corrections.errors import CorrectionError

__all__ = ["CorrectionError", "correct"]
