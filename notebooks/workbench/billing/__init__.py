"""Billing a month as a notebook does: the steps, what they leave behind, and the command that drives them."""

from workbench.billing.folder import RunFolder
from workbench.billing.sample import Sample
from workbench.billing.setting import Setting
from workbench.billing.steps import (
    bill_month,
    check_invoices,
    import_sample,
    ingest_sample,
    open_workspace,
    publish_sample,
)
from workbench.billing.stopwatch import Stopwatch

__all__ = [
    "RunFolder",
    "Sample",
    "Setting",
    "Stopwatch",
    "bill_month",
    "check_invoices",
    "import_sample",
    "ingest_sample",
    "open_workspace",
    "publish_sample",
]
