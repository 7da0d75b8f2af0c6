"""Customers and subscriptions: who is served, on which plan, from when to when."""

from engine.subscriptions.records import (
    Customer,
    ImportProblem,
    ImportRefused,
    Subscription,
    customer_of,
    subscription_of,
)
from engine.subscriptions.service import Catalogue, import_records

__all__ = [
    "Catalogue",
    "Customer",
    "ImportProblem",
    "ImportRefused",
    "Subscription",
    "customer_of",
    "import_records",
    "subscription_of",
]
