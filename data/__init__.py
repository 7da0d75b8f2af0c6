"""The sample company: a seeded generator of customers, subscriptions and usage events."""
