"""Billing runs: plan, rate, write, commit, post, tie out."""

from engine.runs.errors import RunError
from engine.runs.period import BadPeriod, RunPeriod
from engine.runs.run import run
from engine.runs.setting import RunSetting

__all__ = ["BadPeriod", "RunError", "RunPeriod", "RunSetting", "run"]
