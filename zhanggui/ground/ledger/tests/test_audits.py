"""The books prove themselves: nobody can change them, and what was changed anyway shows."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.audit import AUDITS, Breach, run_audits
from zhanggui.ground.kernel.guard import WrittenOutsideAction
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.kernel.tests.errands import tamper
from zhanggui.ground.ledger.actions import (
    close_account,
    correct_transfer,
    open_pending,
    post_pending,
)
from zhanggui.ground.ledger.models import Account, Transfer

Move = Callable[..., Transfer]


@pytest.fixture
def day(books: Any, move: Move, at: datetime) -> dict[str, Transfer]:
    """Return a day of 100.00 collected, 60.00 pending, 50.00 of it posted, 10.00 taken back."""
    collected = move(books.bag, books.sales, 10000)
    pending = open_pending(
        None,
        debit=books.safe,
        credit=books.bag,
        amount_fen=6000,
        entry="remit",
        by=CLOCKWORK,
        at=at,
    )
    posting = post_pending(pending, amount_fen=5000, by=CLOCKWORK, at=at)
    correction = correct_transfer(collected, amount_fen=1000, memo="x", by=CLOCKWORK, at=at)
    close_account(books.short, by=CLOCKWORK, at=at)
    assert found() == []
    return {
        "collected": collected,
        "pending": pending,
        "posting": posting,
        "correction": correction,
    }


def found() -> list[Breach]:
    return list(run_audits(name for name in AUDITS if name.startswith("ledger.")))


def breach(audit: str, transfer: Transfer | int, sentence: str) -> Breach:
    pk = transfer if isinstance(transfer, int) else transfer.pk
    return Breach(f"ledger.{audit}", f"Transfer {pk} {sentence}.", "ledger.Transfer", pk)


def forge(**values: Any) -> Transfer:
    """Write a transfer past the actions, as a program with the database in hand could."""
    with guard.writes_open():
        return Transfer.objects.create(
            **{"deed": uuid.uuid4(), "phase": "posted", "amount_fen": 100, "entry": "x", **values}
        )


# --- what the database itself refuses ---------------------------------------------------------
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_transfer SET amount_fen = 1",
        "UPDATE ledger_transfer SET memo = 'other'",
        "DELETE FROM ledger_transfer",
        "UPDATE ledger_account SET kind = 'income'",
        "UPDATE ledger_account SET bound = ''",
        "UPDATE ledger_account SET name = 'other'",
        "DELETE FROM ledger_account",
    ],
)
def test_database_refuses_to_change_the_books(day: Any, sql: str) -> None:
    with connection.cursor() as cursor:
        with pytest.raises(WrittenOutsideAction), transaction.atomic():
            cursor.execute(sql)
        refused = r"ledger_(transfer|account) cannot be changed: (update|delete) refused"
        with (
            guard.writes_open(),
            pytest.raises(DatabaseError, match=refused),
            transaction.atomic(),
        ):
            cursor.execute(sql)


def test_database_refuses_to_empty_or_replace_the_books(books: Any, day: Any) -> None:
    columns = "deed, phase, debit_id, credit_id, amount_fen, releases_fen, entry, memo, data, at"
    if connection.vendor == "sqlite":
        sql = (
            f"INSERT OR REPLACE INTO ledger_transfer (id, {columns}) "
            f"SELECT id, {columns.replace('amount_fen,', '1,')} FROM ledger_transfer"
        )
        refused = "ledger_transfer has this row already"
    else:
        sql = "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE ledger_transfer CASCADE"
        refused = "ledger_transfer cannot be changed: truncate refused"
    with (
        connection.cursor() as cursor,
        guard.writes_open(),
        pytest.raises(DatabaseError, match=refused),
        transaction.atomic(),
    ):
        cursor.execute(sql)


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"amount_fen": 0}, "transfer_amount"),
        ({"amount_fen": -100}, "transfer_amount"),
        ({"amount_fen": 10**12 + 1}, "transfer_amount"),
        ({"credit": "bag"}, "transfer_two_accounts"),
        ({"phase": "edited"}, "transfer_phase"),
        ({"phase": "posting"}, "transfer_phase"),
        ({"phase": "voiding", "releases_fen": 100}, "transfer_phase"),
        ({"releases_fen": 5}, "transfer_phase"),
        ({"pending": "correction"}, "transfer_phase"),
        ({"phase": "pending", "corrects": "collected"}, "transfer_corrects"),
    ],
)
def test_database_refuses_a_transfer_that_is_none(
    books: Any, day: Any, at: datetime, wrong: dict[str, Any], constraint: str
) -> None:
    values = {"debit": books.bag, "credit": books.sales, "at": at, **wrong}
    if "credit" in wrong:
        values["credit"] = books.bag
    for name in {"pending", "corrects"} & set(wrong):
        values[name] = day[wrong[name]]
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        forge(**values)


def test_database_refuses_to_end_a_pending_transfer_twice(
    books: Any, day: Any, at: datetime
) -> None:
    again = {"phase": "posting", "releases_fen": 6000, "pending": day["pending"], "at": at}
    with pytest.raises(IntegrityError), transaction.atomic():
        forge(debit=books.safe, credit=books.bag, **again)


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"kind": "cash"}, "account_kind"),
        ({"bound": "somehow"}, "account_bound"),
        ({"code": ""}, "account_code"),
        ({"holder_id": 7}, "account_holder_whole"),
        ({"holder_kind": "org.Person"}, "account_holder_whole"),
    ],
)
def test_database_refuses_an_account_that_is_none(
    db: None, at: datetime, wrong: dict[str, Any], constraint: str
) -> None:
    values = {"code": "new", "kind": "asset", "opened_at": at, **wrong}
    with (
        guard.writes_open(),
        pytest.raises(IntegrityError, match=constraint),
        transaction.atomic(),
    ):
        Account.objects.create(**values)


def test_database_refuses_a_second_account_of_a_code(books: Any, at: datetime) -> None:
    with guard.writes_open(), pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.create(code="bag", kind="asset", opened_at=at)


# --- what was changed past the database shows ---------------------------------------------------
def test_audits_are_asked_by_the_house() -> None:
    assert {name for name in AUDITS if name.startswith("ledger.")} == {
        "ledger.accounts",
        "ledger.corrections",
        "ledger.deeds",
        "ledger.pending",
        "ledger.transfers",
    }


@pytest.mark.books_broken
def test_audit_deeds_shows_a_transfer_without_a_fact(books: Any, day: Any, at: datetime) -> None:
    forged = forge(debit=books.bag, credit=books.sales, at=at)
    assert found() == [breach("deeds", forged, "has no fact that tells why")]


@pytest.mark.books_broken
def test_audit_deeds_shows_a_transfer_dated_after_its_fact(
    books: Any, day: Any, at: datetime
) -> None:
    late = at + timedelta(seconds=1)
    forged = forge(debit=books.bag, credit=books.sales, at=late, deed=day["collected"].deed)
    assert found() == [breach("deeds", forged, "is dated after the fact that tells why")]


@pytest.mark.books_broken
def test_audit_deeds_shows_facts_taken_away(books: Any, day: Any) -> None:
    deed = day["correction"].deed
    facts = Fact.objects.filter(deed=deed)
    (pk,) = facts.values_list("pk", flat=True)
    tamper("DELETE FROM kernel_fact WHERE id = %s", pk)
    assert found() == [breach("deeds", day["correction"], "has no fact that tells why")]


@pytest.mark.books_broken
def test_audit_accounts_shows_a_bound_passed_at_any_time(
    books: Any, day: Any, at: datetime
) -> None:
    deed = day["collected"].deed
    over = forge(debit=books.safe, credit=books.bag, amount_fen=4001, at=at, deed=deed)
    forge(debit=books.bag, credit=books.sales, amount_fen=9000, at=at, deed=deed)
    assert found() == [
        Breach(
            "ledger.accounts",
            f"Account {books.bag.pk} (bag) passed its bound by 0.01 at transfer {over.pk}.",
            "ledger.Account",
            books.bag.pk,
        )
    ]


@pytest.mark.books_broken
def test_audit_accounts_shows_money_in_a_closed_account(books: Any, day: Any, at: datetime) -> None:
    forge(debit=books.short, credit=books.sales, at=at, deed=day["collected"].deed)
    assert found() == [
        Breach(
            "ledger.accounts",
            f"Account {books.short.pk} (short) is closed and not settled.",
            "ledger.Account",
            books.short.pk,
        )
    ]


@pytest.mark.books_broken
def test_audit_pending_shows_an_end_that_does_not_fit(books: Any, day: Any, at: datetime) -> None:
    deed = day["collected"].deed
    common = {"at": at, "deed": deed, "phase": "posting", "releases_fen": 100}
    posted = forge(
        debit=books.bag, credit=books.sales, **common, pending=day["collected"]
    )  # what it ends was never pending
    pending = forge(debit=books.bag, credit=books.sales, phase="pending", at=at, deed=deed)
    other = forge(debit=books.safe, credit=books.sales, **common, pending=pending)
    assert found() == [
        breach("pending", end, "does not fit the pending transfer that it ends")
        for end in (posted, other)
    ]


@pytest.mark.books_broken
def test_audit_pending_shows_an_end_that_releases_too_much(
    books: Any, day: Any, at: datetime
) -> None:
    deed = day["collected"].deed
    pending = forge(debit=books.bag, credit=books.sales, phase="pending", at=at, deed=deed)
    end = {"phase": "posting", "releases_fen": 101, "pending": pending, "at": at, "deed": deed}
    over = forge(debit=books.bag, credit=books.sales, amount_fen=101, **end)
    assert found() == [breach("pending", over, "does not fit the pending transfer that it ends")]


@pytest.mark.books_broken
def test_audit_corrections_shows_what_was_taken_back_too_far(
    books: Any, day: Any, at: datetime
) -> None:
    again = {"corrects": day["collected"], "deed": day["collected"].deed, "at": at}
    forge(debit=books.sales, credit=books.bag, amount_fen=4000, **again)
    assert found() == []
    forge(debit=books.bag, credit=books.coupons, amount_fen=9000, at=at, deed=again["deed"])
    forge(debit=books.sales, credit=books.bag, amount_fen=5001, **again)
    assert found() == [
        breach("corrections", day["collected"], "was taken back further than it went")
    ]


@pytest.mark.books_broken
def test_audit_corrections_shows_one_that_takes_nothing_back(
    books: Any, day: Any, at: datetime
) -> None:
    same_way = {"debit": books.bag, "credit": books.sales, "at": at}
    forged = forge(**same_way, corrects=day["collected"], deed=day["collected"].deed)
    assert found() == [
        breach("corrections", forged, "does not take back the transfer that it corrects")
    ]


@pytest.mark.books_broken
def test_audits_show_an_amount_altered_in_place(books: Any, day: Any) -> None:
    tamper("UPDATE ledger_transfer SET amount_fen = 4000 WHERE id = %s", day["collected"].pk)
    assert found() == [
        Breach(
            "ledger.accounts",
            f"Account {books.bag.pk} (bag) passed its bound by 20.00 "
            f"at transfer {day['pending'].pk}.",
            "ledger.Account",
            books.bag.pk,
        )
    ]
