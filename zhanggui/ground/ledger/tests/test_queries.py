"""Balances and statements: sums of transfers, in few statements."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.ledger import queries
from zhanggui.ground.ledger.actions import (
    close_account,
    correct_transfer,
    open_account,
    open_pending,
    post_pending,
    void_pending,
)
from zhanggui.ground.ledger.models import Transfer
from zhanggui.ground.ledger.rules import AccountKind, Balance

Move = Callable[..., Transfer]
HOUR = timedelta(hours=1)


@pytest.fixture
def day(books: Any, move: Move, at: datetime) -> list[Transfer]:
    """Return a day: 100.00 collected, 70.00 pending, 60.00 of it posted, 20.00 pending still."""
    pend = {"debit": books.safe, "credit": books.bag, "entry": "remit", "by": CLOCKWORK}
    collected = move(books.bag, books.sales, 10000, at=at)
    first = open_pending(None, amount_fen=7000, at=at + HOUR, **pend)
    posted = post_pending(first, amount_fen=6000, by=CLOCKWORK, at=at + 2 * HOUR)
    second = open_pending(None, amount_fen=2000, at=at + 3 * HOUR, **pend)
    return [collected, first, posted, second]


def test_balances_sums_many_accounts_in_one_statement(
    books: Any, day: list[Transfer], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        sums = queries.balances([books.bag, books.safe.pk, books.sales, books.short])
    assert sums == {
        books.bag.pk: Balance(debits_posted=10000, credits_posted=6000, credits_pending=2000),
        books.safe.pk: Balance(debits_posted=6000, debits_pending=2000),
        books.sales.pk: Balance(credits_posted=10000),
        books.short.pk: Balance(),
    }
    assert all(type(n) is int for b in sums.values() for n in (b.debits_posted, b.debits_pending))


def test_balances_of_nothing_is_nothing(db: None) -> None:
    assert queries.balances([]) == {}


@pytest.mark.parametrize(
    ("hours", "bag"),
    [
        (-1, Balance()),
        (0, Balance(debits_posted=10000)),
        (1, Balance(debits_posted=10000, credits_pending=7000)),
        (2, Balance(debits_posted=10000, credits_posted=6000)),
        (9, Balance(debits_posted=10000, credits_posted=6000, credits_pending=2000)),
    ],
)
def test_balance_as_the_books_stood_then(
    books: Any, day: list[Transfer], at: datetime, hours: int, bag: Balance
) -> None:
    assert queries.balance(books.bag, at=at + hours * HOUR) == bag


def test_trial_balance_has_every_account_and_equal_sides(
    books: Any, day: list[Transfer], at: datetime, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):
        trial = queries.trial_balance()
    assert [line.account.code for line in trial.lines] == [
        "bag",
        "coupons",
        "safe",
        "sales",
        "short",
    ]
    assert (trial.debits_posted, trial.credits_posted) == (16000, 16000)
    early = queries.trial_balance(at=at)
    assert (early.debits_posted, early.credits_posted) == (10000, 10000)


def test_statement_runs_from_opening_to_closing(
    books: Any, day: list[Transfer], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        found = queries.statement(books.bag)
        names = [(line.transfer.debit.code, line.transfer.credit.code) for line in found.lines]
    assert [line.transfer for line in found.lines] == day
    assert names == [("bag", "sales")] + [("safe", "bag")] * 3
    assert found.opening == Balance()
    assert [line.balance for line in found.lines] == [
        Balance(10000, 0, 0, 0),
        Balance(10000, 0, 0, 7000),
        Balance(10000, 6000, 0, 0),
        Balance(10000, 6000, 0, 2000),
    ]
    assert found.closing == queries.balance(books.bag)


def test_statement_of_a_time_is_half_open(books: Any, day: list[Transfer], at: datetime) -> None:
    found = queries.statement(books.bag, since=at + HOUR, until=at + 3 * HOUR)
    assert found.opening == Balance(debits_posted=10000)
    assert [line.transfer for line in found.lines] == day[1:3]
    assert found.closing == Balance(debits_posted=10000, credits_posted=6000)
    empty = queries.statement(books.bag, since=at + 9 * HOUR)
    assert (empty.opening, empty.lines) == (queries.balance(books.bag), ())
    assert empty.closing == empty.opening


def test_pending_transfers_are_those_nobody_ended(
    books: Any, day: list[Transfer], at: datetime
) -> None:
    assert list(queries.pending_transfers(books.bag)) == [day[3]]
    assert list(queries.pending_transfers(books.safe)) == [day[3]]
    void_pending(day[3], by=CLOCKWORK, at=at + 4 * HOUR)
    assert list(queries.pending_transfers(books.bag)) == []


def test_transfers_of_an_account_come_with_both_accounts(
    books: Any, day: list[Transfer], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        rows = [(t.pk, t.debit.code, t.credit.code) for t in queries.transfers_of(books.sales)]
    assert rows == [(day[0].pk, "bag", "sales")]


def test_left_to_correct_is_what_still_stands(
    books: Any, day: list[Transfer], at: datetime
) -> None:
    assert queries.left_to_correct(day[0]) == 10000
    correct_transfer(day[0], amount_fen=1500, memo="x", by=CLOCKWORK, at=at + 4 * HOUR)
    assert queries.left_to_correct(day[0]) == 8500


def test_accounts_by_code_leaves_out_what_is_not_there(books: Any) -> None:
    assert queries.accounts_by_code(["bag", "safe", "nowhere"]) == {
        "bag": books.bag,
        "safe": books.safe,
    }


def test_accounts_of_holder_puts_open_ones_first(db: None, at: datetime) -> None:
    held = {"kind": AccountKind.ASSET, "holder_kind": "org.Person", "by": CLOCKWORK, "at": at}
    old, new, other = (
        open_account(None, code=code, holder_id=holder, **held)
        for code, holder in [("bag.a", 7), ("bag.b", 7), ("bag.c", 8)]
    )
    close_account(old, by=CLOCKWORK, at=at)
    assert list(queries.accounts_of_holder("org.Person", 7)) == [new, old]
    assert list(queries.accounts_of_holder("org.Person", 8)) == [other]
    assert list(queries.accounts_of_holder("stock.Safe", 7)) == []
