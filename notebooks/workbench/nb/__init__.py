"""Committed notebooks: executed from a fresh kernel, then written in one normal form, outputs and all."""

from workbench.nb.normal import normal_text, read_notebook
from workbench.nb.refresh import executed, problems_of

__all__ = ["executed", "normal_text", "problems_of", "read_notebook"]
