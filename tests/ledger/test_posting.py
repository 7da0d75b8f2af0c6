"""Posting rules and the service that books them."""

from dataclasses import replace

import pytest

from engine.journal import Store
from engine.ledger import (
    AMOUNT_MAX,
    AccountFlags,
    AccountName,
    EmbeddedLedger,
    LedgerError,
    Leg,
    LegColumns,
    Posting,
    PostingKind,
    PostReport,
    Role,
    account_id,
    chart_account,
    credit_draw_legs,
    credit_grant_legs,
    deferral_legs,
    invoice_legs,
    payment_legs,
    post,
    post_documents,
    refund_legs,
    reversal_legs,
    rounding_legs,
    top_up_legs,
    transfers_of,
    trial_balance,
    verify_ledger,
    wallet_draw_legs,
    write_off_legs,
)

NOW = 1_790_000_000_000_000
USD = 10**12
RECEIVABLE = AccountName(Role.RECEIVABLE, "acme", "USD")


@pytest.fixture
def books(store) -> EmbeddedLedger:
    return EmbeddedLedger.open(store)


def balances(ledger: EmbeddedLedger, currency: str = "USD") -> dict[str, int]:
    """Balance of each role in whole dollars; the trial balance must hold."""
    [trial] = [balance for balance in trial_balance(ledger) if balance.currency == currency]
    assert trial.balanced
    assert verify_ledger(ledger) == []
    return {role.role.name: role.balance // USD for role in trial.roles}


def book(
    ledger: EmbeddedLedger, key: str, legs: tuple[Leg, ...], kind: PostingKind = PostingKind.INVOICE
) -> PostReport:
    return post(ledger, "tenant", [Posting(kind, key, legs)], NOW)


def test_an_invoice_debits_the_receivable(books: EmbeddedLedger) -> None:
    lines = [("compute", 100 * USD), ("storage", 20 * USD), ("compute", -30 * USD), ("free", 0)]
    legs = invoice_legs("acme", "USD", lines, [("vat", 18 * USD)])
    assert [(leg.credit.owner, leg.amount // USD) for leg in legs] == [("compute", 70), ("storage", 20), ("vat", 18)]
    assert book(books, "inv", legs).booked == 1
    assert balances(books) == {"RECEIVABLE": 108, "TAX_PAYABLE": 18, "REVENUE": 90}


def test_a_negative_line_goes_the_other_way_round() -> None:
    [leg] = invoice_legs("acme", "USD", [("compute", -5)])
    assert leg == Leg(AccountName(Role.REVENUE, "compute", "USD"), RECEIVABLE, 5)


def test_a_credit_note_undoes_the_lines(books: EmbeddedLedger) -> None:
    legs = invoice_legs("acme", "USD", [("compute", 100 * USD)])
    book(books, "inv", legs)
    book(books, "note", reversal_legs(legs), PostingKind.CREDIT_NOTE)
    assert balances(books) == {"RECEIVABLE": 0, "REVENUE": 0}


@pytest.mark.parametrize(
    ("legs", "expected"),
    [
        (payment_legs("acme", "USD", "stripe", 60 * USD), {"CASH_CLEARING": 60, "RECEIVABLE": 40}),
        (
            payment_legs("acme", "USD", "stripe", 100 * USD, 5 * USD),
            {"CASH_CLEARING": 105, "RECEIVABLE": 0, "WALLET": 5},
        ),
        (write_off_legs("acme", "USD", 100 * USD), {"RECEIVABLE": 0, "BAD_DEBT": 100}),
        (rounding_legs("acme", "USD", USD), {"RECEIVABLE": 99, "ROUNDING": 1}),
        (refund_legs("acme", "USD", "stripe", USD, credited=True), {"CASH_CLEARING": -1, "RECEIVABLE": 101}),
        (refund_legs("acme", "USD", "stripe", USD, credited=False), {"CASH_CLEARING": -1, "REFUNDS": 1}),
        (deferral_legs("acme", "USD", "compute", 90 * USD), {"DEFERRED_REVENUE": 90, "REVENUE": 10}),
        (
            reversal_legs(deferral_legs("acme", "USD", "compute", 30 * USD)),
            {"DEFERRED_REVENUE": -30, "REVENUE": 130},
        ),
    ],
)
def test_rules(books: EmbeddedLedger, legs: tuple[Leg, ...], expected: dict[str, int]) -> None:
    book(books, "inv", invoice_legs("acme", "USD", [("compute", 100 * USD)]))
    assert book(books, "document", legs).booked == 1
    assert balances(books) == {"RECEIVABLE": 100, "REVENUE": 100} | expected


def test_wallet_and_credits_pay(books: EmbeddedLedger) -> None:
    book(books, "inv", invoice_legs("acme", "USD", [("compute", 100 * USD)]))
    book(books, "top", top_up_legs("acme", "USD", "stripe", 40 * USD), PostingKind.TOP_UP)
    book(books, "gift", credit_grant_legs("acme", "USD", 10 * USD), PostingKind.CREDIT_GRANT)
    book(books, "w", wallet_draw_legs("acme", "USD", 40 * USD), PostingKind.WALLET_DRAW)
    book(books, "c", credit_draw_legs("acme", "USD", 10 * USD), PostingKind.CREDIT_DRAW)
    expected = {"CASH_CLEARING": 40, "RECEIVABLE": 50, "WALLET": 0, "CREDITS": 0, "REVENUE": 100}
    assert balances(books) == expected | {"PROMOTIONAL_EXPENSE": 10}


def test_posting_twice_is_posting_once(books: EmbeddedLedger) -> None:
    legs = invoice_legs("acme", "USD", [("a", USD), ("b", USD), ("c", USD)])
    assert book(books, "inv", legs) == PostReport(1, 0, ())
    assert book(books, "inv", legs) == PostReport(0, 1, ())
    assert balances(books)["REVENUE"] == 3


def test_another_content_under_the_same_key_is_an_alarm(books: EmbeddedLedger) -> None:
    book(books, "inv", invoice_legs("acme", "USD", [("a", USD)]))
    with pytest.raises(LedgerError, match="RBL04: inv was booked before with other content") as error:
        book(books, "inv", invoice_legs("acme", "USD", [("a", 2 * USD)]))
    assert error.value.code == "RBL04"


def test_an_empty_wallet_refuses_and_a_later_attempt_succeeds(books: EmbeddedLedger) -> None:
    draw = wallet_draw_legs("acme", "USD", 5 * USD)
    [refusal] = book(books, "draw", draw).refused
    assert (refusal.key, refusal.status.name) == ("draw", "EXCEEDS_CREDITS")
    book(books, "top", top_up_legs("acme", "USD", "stripe", 5 * USD))
    assert book(books, "draw", draw) == PostReport(1, 0, ())
    assert book(books, "draw", draw) == PostReport(0, 1, ())
    assert balances(books)["WALLET"] == 0


def test_a_posting_that_is_wrong_in_itself_is_an_error(books: EmbeddedLedger) -> None:
    mixed = Leg(RECEIVABLE, AccountName(Role.REVENUE, "a", "EUR"), 1)
    with pytest.raises(LedgerError, match="RBL05: odd cannot be booked: accounts_must_have_the_same_ledger"):
        book(books, "odd", (mixed,))


def test_nothing_to_book(books: EmbeddedLedger) -> None:
    assert book(books, "empty", invoice_legs("acme", "USD", [])) == PostReport(0, 0, ())


def test_currencies_balance_apart(books: EmbeddedLedger) -> None:
    book(books, "i1", invoice_legs("acme", "USD", [("a", USD)]))
    book(books, "i2", invoice_legs("acme", "JPY", [("a", 7 * USD)]))
    assert [balance.currency for balance in trial_balance(books)] == ["JPY", "USD"]
    assert balances(books, "JPY") == {"RECEIVABLE": 7, "REVENUE": 7}


def test_ids_are_derived_and_differ_by_all_they_name() -> None:
    posting = Posting(PostingKind.INVOICE, "invoice", invoice_legs("acme", "USD", [("a", 1), ("b", 2)]), number=7)
    variants = [
        transfers_of("tenant", posting),
        transfers_of("tenant", posting, attempt=1),
        transfers_of("other", posting),
        transfers_of("tenant", replace(posting, number=8)),
        transfers_of("tenant", replace(posting, number=None)),
        transfers_of("tenant", replace(posting, key="note")),
    ]
    ids = [transfer.id for chain in variants for transfer in chain]
    assert len(set(ids)) == len(ids) == 12
    assert transfers_of("tenant", posting) == variants[0]
    assert account_id("tenant", RECEIVABLE) != account_id("other", RECEIVABLE)
    with pytest.raises(ValueError, match="64 bits"):
        transfers_of("tenant", replace(posting, number=1 << 64))


def test_more_postings_than_a_batch_holds(store) -> None:
    small = EmbeddedLedger.open(store, batch_max=5)
    legs = invoice_legs("acme", "USD", [("a", USD), ("b", USD)])
    postings = [Posting(PostingKind.INVOICE, "invoice", legs, number=number) for number in range(1, 8)]
    assert post(small, "tenant", postings, NOW).booked == 7
    assert balances(small)["REVENUE"] == 14


def run_legs(amount: int) -> LegColumns:
    roles = [Role.REVENUE, Role.REVENUE, Role.TAX_PAYABLE, Role.REVENUE]
    customers = ["acme", "acme", "acme", "bolt"]
    amounts = [amount, -2 * USD, 3 * USD, 5 * USD]
    return LegColumns([1, 1, 1, 2], customers, ["USD"] * 4, roles, ["a", "b", "vat", "a"], amounts)


def test_a_run_in_bulk_is_the_same_as_its_documents_one_by_one(books: EmbeddedLedger) -> None:
    report = post_documents(books, "tenant", PostingKind.INVOICE, "invoice", run_legs(10 * USD), NOW, period=202610)
    assert report == PostReport(2, 0, ())
    assert balances(books) == {"RECEIVABLE": 16, "TAX_PAYABLE": 3, "REVENUE": 13}
    legs = invoice_legs("acme", "USD", [("a", 10 * USD), ("b", -2 * USD)], [("vat", 3 * USD)])
    one = Posting(PostingKind.INVOICE, "invoice", legs, number=1, period=202610)
    assert post(books, "tenant", [one], NOW) == PostReport(0, 1, ())


def test_a_run_in_bulk_twice(books: EmbeddedLedger) -> None:
    for expected in (PostReport(2, 0, ()), PostReport(0, 2, ())):
        assert post_documents(books, "tenant", PostingKind.INVOICE, "invoice", run_legs(USD), NOW) == expected
    with pytest.raises(LedgerError, match="RBL04: invoice 1 was booked before with other content"):
        post_documents(books, "tenant", PostingKind.INVOICE, "invoice", run_legs(2 * USD), NOW)


def test_a_run_that_cannot_be_booked_says_which_document(books: EmbeddedLedger) -> None:
    legs = replace(run_legs(USD), role=[Role.RECEIVABLE] * 4, owner=["acme"] * 4)
    with pytest.raises(LedgerError, match="RBL05: invoice 1 cannot be booked: accounts_must_be_different"):
        post_documents(books, "tenant", PostingKind.INVOICE, "invoice", legs, NOW)


def test_a_run_of_known_and_new_documents_books_the_new_ones(books: EmbeddedLedger) -> None:
    post_documents(books, "tenant", PostingKind.INVOICE, "invoice", run_legs(10 * USD), NOW)
    before = len(books.accounts())
    legs = run_legs(10 * USD)
    more = LegColumns(
        [*legs.number, 3], [*legs.customer, "cole"], [*legs.currency, "USD"], [*legs.role, Role.REVENUE],
        [*legs.owner, "a"], [*legs.amount, 7 * USD],
    )  # fmt: skip
    assert post_documents(books, "tenant", PostingKind.INVOICE, "invoice", more, NOW) == PostReport(1, 2, ())
    assert balances(books) == {"RECEIVABLE": 23, "TAX_PAYABLE": 3, "REVENUE": 20}
    assert len(books.accounts()) == before + 1
    assert verify_ledger(books) == []


def test_accounts_opened_in_bulk_are_those_of_the_chart(books: EmbeddedLedger) -> None:
    post_documents(books, "tenant", PostingKind.INVOICE, "invoice", run_legs(USD), NOW)
    names = [AccountName(Role.RECEIVABLE, name, "USD") for name in ("acme", "bolt")]
    names += [AccountName(Role.REVENUE, name, "USD") for name in ("a", "b")]
    names.append(AccountName(Role.TAX_PAYABLE, "vat", "USD"))
    wanted = [chart_account("tenant", name) for name in names]
    found = books.lookup_accounts([account.id for account in wanted])
    fields = ("id", "user_data_128", "ledger", "code", "flags")
    assert [[getattr(a, f) for f in fields] for a in found] == [[getattr(a, f) for f in fields] for a in wanted]
    assert len({account.timestamp for account in books.accounts()}) == len(books.accounts())


def test_a_run_joins_the_transaction_it_is_given(books: EmbeddedLedger, store: Store) -> None:
    for expected in (PostReport(2, 0, ()), PostReport(0, 2, ())):
        with store.writing() as connection:
            args = ("tenant", PostingKind.INVOICE, "invoice", run_legs(USD), NOW)
            assert post_documents(books, *args, connection=connection) == expected
    assert balances(books) == {"RECEIVABLE": 7, "TAX_PAYABLE": 3, "REVENUE": 4}
    assert verify_ledger(books) == []


def test_a_run_on_an_account_that_was_closed_says_which_document(books: EmbeddedLedger, store: Store) -> None:
    post_documents(books, "tenant", PostingKind.INVOICE, "invoice", run_legs(USD), NOW)
    with store.writing() as connection:
        connection.exec_driver_sql(f"UPDATE ledger_accounts SET flags={int(AccountFlags.CLOSED)} WHERE code=1100")
    fresh = EmbeddedLedger.open(store)
    with pytest.raises(LedgerError, match="RBL05: next 1 cannot be booked: debit_account_already_closed"):
        post_documents(fresh, "tenant", PostingKind.INVOICE, "next", run_legs(USD), NOW)
    assert verify_ledger(fresh) == []


def test_a_run_beyond_128_bits_is_refused(books: EmbeddedLedger) -> None:
    post_documents(books, "tenant", PostingKind.INVOICE, "invoice", run_legs(AMOUNT_MAX - 10 * USD), NOW)
    before = balances(books)
    with pytest.raises(LedgerError, match="RBL05: next 1 cannot be booked: overflows_"):
        post_documents(books, "tenant", PostingKind.INVOICE, "next", run_legs(20 * USD), NOW)
    assert balances(books)["RECEIVABLE"] >= before["RECEIVABLE"]
    assert verify_ledger(books) == []
