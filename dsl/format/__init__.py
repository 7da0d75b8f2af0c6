"""The formatter: one way to write every book, with its comments where they were."""

from dsl.format.check import format_text
from dsl.format.style import style_findings

__all__ = ["format_text", "style_findings"]
