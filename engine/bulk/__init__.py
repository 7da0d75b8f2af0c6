"""The set-based engine: metered usage times price curves for all accounts at once, equal to the scalar reference."""

from engine.bulk.cohort import Cohort, irregular, metered_charges
from engine.bulk.kept import Kept
from engine.bulk.rate import Outcome, rate_cohorts

__all__ = ["Cohort", "Kept", "Outcome", "irregular", "metered_charges", "rate_cohorts"]
