"""What differs between two compiled books in what they mean, in words and as data."""

from dsl.diff.books import diff
from dsl.diff.found import Difference, Kind

__all__ = ["Difference", "Kind", "diff"]
