"""Importing lists of customers and subscriptions: all rows or none, one journal entry."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from engine.journal import Store, Tx, canonical_json, digest
from engine.subscriptions.records import (
    BadRow,
    Customer,
    ImportProblem,
    ImportRefused,
    Row,
    Subscription,
    customer_of,
    subscription_of,
)

Record = TypeVar("Record", Customer, Subscription)
Rows = Sequence[tuple[str, Row]]
"""(where, row) pairs: `customers.csv row 2`."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What subscriptions may name: the plans and contracts of each published book."""

    plans: Mapping[str, frozenset[str]]
    contracts: Mapping[str, frozenset[str]]

    def book_of(self, subscription: Subscription) -> str:
        """The book a subscription is on; raises `BadRow` for a plan, book or contract that is not published."""
        if subscription.book:
            name = subscription.book.split("/")[0]
            if name not in self.plans:
                raise BadRow("RBI06", f"no book `{name}` is published", _nearest(name, self.plans))
            if subscription.plan not in self.plans[name]:
                hint = _nearest(subscription.plan, self.plans[name])
                raise BadRow("RBI07", f"book {name} has no plan `{subscription.plan}`", hint)
            return name
        found = [name for name, plans in self.plans.items() if subscription.plan in plans]
        if not found:
            known = sorted({p for plans in self.plans.values() for p in plans})
            raise BadRow("RBI07", f"no published book has a plan `{subscription.plan}`",
                         _nearest(subscription.plan, known))  # fmt: skip
        if len(found) > 1:
            raise BadRow("RBI08", f"several books have a plan `{subscription.plan}`: {', '.join(sorted(found))}",
                         "fill the column `book`")  # fmt: skip
        return found[0]


def _nearest(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), 1)
    return f"did you mean `{close[0]}`?" if close else "publish the book first, or mend the name"


def import_records(
    store: Store, customers: Rows, subscriptions: Rows, catalogue: Catalogue, actor: str, now: int
) -> dict[str, int]:
    """Take in both lists. The same list again changes nothing. Raises `ImportRefused` with every faulty row."""
    problems: list[ImportProblem] = []
    owners = {ident: body["customer"] for ident, body in store.documents("subscription").items()}
    people = _parse(customers, lambda row: _unclaimed(customer_of(row), owners), problems)
    known = {c.id for c in people} | store.documents("customer").keys()
    subs = _parse(subscriptions, lambda row: _placed(subscription_of(row), catalogue, known), problems)
    if problems:
        raise ImportRefused(problems)
    fresh = {s.customer for s in subs} - known
    people += [Customer(ident) for ident in sorted(fresh)] if not known else []
    request = {"customers": [c.body() for c in people], "subscriptions": [s.body() for s in subs]}
    key = f"import:{digest(request)}"

    def work(tx: Tx) -> dict[str, int]:
        changed = _store(tx, key, "customer", {c.id: c.body() for c in people}, None)
        fields = ("customer", "plan", "status")
        changed_subs = _store(tx, key, "subscription", {s.id: s.body() for s in subs}, fields)
        return {"customers": len(people), "subscriptions": len(subs), "changed": changed + changed_subs}

    result: dict[str, int] = store.command(actor, "import", key, {"digest": key}, now, work)
    return result


def _unclaimed(customer: Customer, owners: Mapping[str, str]) -> Customer:
    """Events name a customer or a subscription: one id for both would bill them twice."""
    if owners.get(customer.id, customer.id) != customer.id:
        raise BadRow("RBI13", f"`{customer.id}` is a subscription of {owners[customer.id]}", "give it another id")
    return customer


def _placed(subscription: Subscription, catalogue: Catalogue, known: set[str]) -> Subscription:
    if known and subscription.customer not in known:
        hint = _nearest(subscription.customer, known)
        raise BadRow("RBI09", f"there is no customer `{subscription.customer}`", hint)
    if subscription.id in known and subscription.id != subscription.customer:
        raise BadRow("RBI13", f"`{subscription.id}` is another customer's id", "give the subscription another one")
    book = catalogue.book_of(subscription)
    if subscription.contract and subscription.contract not in catalogue.contracts.get(book, frozenset()):
        hint = _nearest(subscription.contract, catalogue.contracts.get(book, ()))
        raise BadRow("RBI10", f"book {book} has no contract `{subscription.contract}`", hint)
    return replace(subscription, book=book)


def _parse(rows: Rows, make: Callable[[Row], Record], problems: list[ImportProblem]) -> list[Record]:
    found: dict[str, Record] = {}
    for where, row in rows:
        try:
            record = make(row)
        except BadRow as error:
            problems.append(ImportProblem(error.code, where, error.message, error.hint))
            continue
        if record.id in found:
            message = f"the id `{record.id}` occurs twice"
            problems.append(ImportProblem("RBI02", where, message, "keep one row for it"))
        found[record.id] = record
    return list(found.values())


def _store(tx: Tx, key: str, kind: str, bodies: Mapping[str, dict[str, Any]], fields: tuple[str, ...] | None) -> int:
    """New records as one batch, changed ones singly; returns how many were new or changed."""
    fresh: list[tuple[str, str]] = []
    index: list[tuple[Any, ...]] = []
    changed = 0
    held = tx.documents(kind)
    for ident, body in bodies.items():
        before = held.get(ident)
        if before is None:
            fresh.append((ident, canonical_json(body)))
            index.append((ident, *(str(body[f]) for f in fields or ())))
        elif before != body:
            tx.put(kind, ident, body)
            changed += 1
    if fresh:
        tx.bulk(kind, key, fresh, index if fields else None)
    return changed + len(fresh)
