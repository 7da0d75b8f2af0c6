"""Diagnostics: values, their rendering, and one page for each code."""

from dsl.diagnostics.codes import explain_code
from dsl.diagnostics.model import Diagnostic, Label, Severity, error, note, warning
from dsl.diagnostics.render import render, render_all

__all__ = ["Diagnostic", "Label", "Severity", "error", "explain_code", "note", "render", "render_all", "warning"]
