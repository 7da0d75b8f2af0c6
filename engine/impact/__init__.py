"""What another version of a book would have made of real history: the same events rated under both."""

from engine.impact.compare import Impact
from engine.impact.errors import ImpactError
from engine.impact.impact import impact

__all__ = ["Impact", "ImpactError", "impact"]
