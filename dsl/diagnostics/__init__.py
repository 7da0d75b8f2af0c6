"""Diagnostics: values, their rendering, and one page for each code."""
