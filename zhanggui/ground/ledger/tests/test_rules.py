"""What may stand in the books, decided from values alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.ground.kernel.limits import (
    FEN_MAX,
    TITLE_CHARS_MAX,
    TRANSFER_DATA_BYTES_MAX,
    TRANSFERS_IN_ONE_MAX,
)
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.ledger import rules
from zhanggui.ground.ledger.rules import AccountKind, Balance, Bound, Entry, Phase

fen = st.integers(0, FEN_MAX)
balances = st.builds(Balance, fen, fen, fen, fen)


@dataclass(frozen=True)
class Purse:
    name: str
    bound: str = Bound.NONE
    closed_at: datetime | None = None

    def __str__(self) -> str:
        return self.name


def said(no: Refusal | None) -> tuple[str, str, int]:
    assert no is not None
    return no.code, str(no), no.status


# --- balances ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "net"),
    [
        (AccountKind.ASSET, 70),
        (AccountKind.EXPENSE, 70),
        (AccountKind.LIABILITY, -70),
        (AccountKind.INCOME, -70),
        (AccountKind.EQUITY, -70),
    ],
)
def test_net_stands_on_the_normal_side_and_is_never_cut_off(kind: AccountKind, net: int) -> None:
    assert Balance(100, 30, 5, 7).net(kind) == net


def test_room_counts_what_is_pending_on_the_bounded_side_only() -> None:
    balance = Balance(debits_posted=100, credits_posted=30, debits_pending=5, credits_pending=7)
    assert balance.room(Bound.NONE) is None
    assert balance.room(Bound.CREDITS) == 100 - 30 - 7
    assert balance.room(Bound.DEBITS) == 30 - 100 - 5


@given(balances, fen, fen)
def test_debited_and_credited_add_to_their_own_side_only(
    before: Balance, posted: int, pending: int
) -> None:
    after = before.debited(posted=posted, pending=pending)
    assert after.debits_posted - before.debits_posted == posted
    assert after.debits_pending - before.debits_pending == pending
    assert (after.credits_posted, after.credits_pending) == (
        before.credits_posted,
        before.credits_pending,
    )
    after = before.credited(posted=posted, pending=pending)
    assert after.credits_posted - before.credits_posted == posted
    assert after.credits_pending - before.credits_pending == pending
    assert (after.debits_posted, after.debits_pending) == (
        before.debits_posted,
        before.debits_pending,
    )


@pytest.mark.parametrize(
    ("phase", "releases", "posted", "pending"),
    [
        (Phase.POSTED, 0, 60, 0),
        (Phase.PENDING, 0, 0, 60),
        (Phase.POSTING, 100, 60, -100),
        (Phase.VOIDING, 60, 0, -60),
    ],
)
def test_effect_of_each_phase(phase: Phase, releases: int, posted: int, pending: int) -> None:
    effect = rules.effect(phase, amount_fen=60, releases_fen=releases)
    assert effect == {"posted": posted, "pending": pending}


# --- one entry --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "entry",
    [
        Entry(1, 2, 1, "collect"),
        Entry(2, 1, FEN_MAX, "float_out", "m" * TITLE_CHARS_MAX, {"run": 5}, pending=True),
    ],
)
def test_why_not_entry_lets_a_whole_entry_pass(entry: Entry) -> None:
    assert rules.why_not_entry(entry) is None


@pytest.mark.parametrize(
    ("entry", "refusal"),
    [
        (
            Entry(1, 2, 0, "collect"),
            (
                "not_positive",
                "An amount must be more than nothing. To give money back, swap the two accounts.",
                422,
            ),
        ),
        (
            Entry(1, 2, -5, "collect"),
            (
                "not_positive",
                "An amount must be more than nothing. To give money back, swap the two accounts.",
                422,
            ),
        ),
        (
            Entry(1, 2, FEN_MAX + 1, "collect"),
            (
                "too_much",
                ("10,000,000,000.01 yuan is more than any amount in this company. "
                "Check the number of digits."),
                422,
            ),
        ),
        (
            Entry(1, 1, 5, "collect"),
            (
                "same_account",
                ("A transfer needs two different accounts. "
                "Choose another account for one of the sides."),
                422,
            ),
        ),
        (
            Entry(1, 2, 5, ""),
            (
                "bad_code",
                ("“” cannot be a code. "
                "Use at most 60 small letters and digits, joined by . _ : or -."),
                422,
            ),
        ),
        (
            Entry(1, 2, 5, "collect", "m" * (TITLE_CHARS_MAX + 1)),
            ("memo_too_long", "The memo has more than 120 characters. Shorten it.", 422),
        ),
        (
            Entry(1, 2, 5, "collect", "", {"text": "x" * TRANSFER_DATA_BYTES_MAX}),
            (
                "too_large",
                ("This is more than one transfer can keep on record. "
                "Keep the reference here and the document where it belongs."),
                422,
            ),
        ),
    ],
    ids=["nothing", "negative", "huge", "itself", "meaning", "memo", "data"],
)  # fmt: skip
def test_why_not_entry_refuses(entry: Entry, refusal: tuple[str, str, int]) -> None:
    assert said(rules.why_not_entry(entry)) == refusal


@pytest.mark.parametrize("code", ["a", "collect", "cash.putian:courier-7", "float_out", "6001"])
def test_why_not_code_lets_a_code_pass(code: str) -> None:
    assert rules.why_not_code(code) is None


@pytest.mark.parametrize(
    "code", ["", " ", "Bag", "a b", "-a", "a-", "a..b", "袋", "a\n", "a'--", "x" * 61, "x" * 10_000]
)
def test_why_not_code_refuses_what_is_no_code(code: str) -> None:
    assert said(rules.why_not_code(code)) == (
        "bad_code",
        (
            f"“{code[:60]}” cannot be a code. "
            "Use at most 60 small letters and digits, joined by . _ : or -."
        ),
        422,
    )


@pytest.mark.parametrize("count", [1, TRANSFERS_IN_ONE_MAX])
def test_why_not_many_lets_some_pass(count: int) -> None:
    assert rules.why_not_many(count) is None


def test_why_not_many_refuses_none_and_too_many() -> None:
    assert said(rules.why_not_many(0)) == (
        "no_entries",
        "There is nothing to enter. Give at least one transfer.",
        422,
    )
    assert said(rules.why_not_many(TRANSFERS_IN_ONE_MAX + 1)) == (
        "too_many_entries",
        "1001 transfers at once are too many. Enter at most 1000 at a time.",
        422,
    )


# --- entries on balances ----------------------------------------------------------------------
BAG, SAFE, SALES, COUPONS = 1, 2, 3, 4
PURSES = {
    BAG: Purse("bag", Bound.CREDITS),
    SAFE: Purse("safe", Bound.CREDITS),
    SALES: Purse("sales"),
    COUPONS: Purse("coupons", Bound.DEBITS),
}
EMPTY = {BAG: Balance(), SAFE: Balance(), COUPONS: Balance()}


def book(
    *entries: Entry, balances: Mapping[int, Balance] = EMPTY, purses: Mapping[int, Any] = PURSES
) -> Refusal | None:
    return rules.why_not_book(entries, accounts=purses, balances=balances)


def test_why_not_book_lets_an_unbounded_side_go_anywhere() -> None:
    assert book(Entry(BAG, SALES, FEN_MAX, "collect")) is None
    assert book(Entry(SALES, COUPONS, 5, "issue")) is None


@pytest.mark.parametrize("pending", [False, True])
def test_why_not_book_refuses_to_pass_a_bound_by_one_fen(pending: bool) -> None:
    held = {**EMPTY, BAG: Balance(debits_posted=500, credits_posted=100, credits_pending=50)}
    assert book(Entry(SAFE, BAG, 350, "remit", pending=pending), balances=held) is None
    no = book(Entry(SAFE, BAG, 351, "remit", pending=pending), balances=held)
    assert said(no) == (
        "not_enough",
        (
            "“bag” has 3.50 yuan free, not 3.51. "
            "Check the amount, or enter first what is still missing there."
        ),
        409,
    )
    assert no is not None
    assert no.data == {"room_fen": 350, "amount_fen": 351}


def test_why_not_book_refuses_to_debit_a_bounded_liability_too_far() -> None:
    held = {**EMPTY, COUPONS: Balance(credits_posted=200)}
    assert book(Entry(COUPONS, SALES, 200, "redeem"), balances=held) is None
    assert said(book(Entry(COUPONS, SALES, 201, "redeem"), balances=held)) == (
        "not_enough",
        (
            "“coupons” has 2.00 yuan free, not 2.01. "
            "Check the amount, or enter first what is still missing there."
        ),
        409,
    )


def test_why_not_book_judges_each_entry_on_what_those_before_leave() -> None:
    collect, remit = Entry(BAG, SALES, 500, "collect"), Entry(SAFE, BAG, 500, "remit")
    assert book(collect, remit) is None
    assert said(book(remit, collect))[0] == "not_enough"
    assert said(book(collect, remit, remit))[0] == "not_enough"
    assert said(book(collect, Entry(SAFE, BAG, 1, "remit", pending=True), remit))[0] == "not_enough"


def test_why_not_book_does_not_spend_what_is_only_pending() -> None:
    promised = Entry(BAG, SALES, 500, "collect", pending=True)
    assert said(book(promised, Entry(SAFE, BAG, 1, "remit"))) == (
        "not_enough",
        (
            "“bag” has 0.00 yuan free, not 0.01. "
            "Check the amount, or enter first what is still missing there."
        ),
        409,
    )


@pytest.mark.parametrize(("debit", "credit"), [(BAG, SALES), (SALES, BAG)])
def test_why_not_book_refuses_a_closed_account(debit: int, credit: int, at: datetime) -> None:
    purses = {**PURSES, BAG: Purse("bag", closed_at=at)}
    assert said(book(Entry(debit, credit, 5, "collect"), purses=purses)) == (
        "account_closed",
        "The account “bag” is closed. Use an account that is open.",
        409,
    )


# --- ending, correcting, closing --------------------------------------------------------------
CORRECT_INSTEAD = "What is posted can be corrected instead."


@pytest.mark.parametrize(
    ("phase", "ended", "code", "sentence"),
    [
        (Phase.POSTED, None, "not_pending", f"This transfer is not pending. {CORRECT_INSTEAD}"),
        (Phase.POSTING, None, "not_pending", f"This transfer is not pending. {CORRECT_INSTEAD}"),
        (Phase.VOIDING, None, "not_pending", f"This transfer is not pending. {CORRECT_INSTEAD}"),
        (
            Phase.PENDING,
            Phase.POSTING,
            "already_posted",
            f"This pending transfer was already posted. {CORRECT_INSTEAD}",
        ),
        (
            Phase.PENDING,
            Phase.VOIDING,
            "already_voided",
            "This pending transfer was already voided. Enter a new transfer.",
        ),
    ],
)
def test_why_not_end_refuses(phase: Phase, ended: Any, code: str, sentence: str) -> None:
    assert said(rules.why_not_end(phase=phase, ended=ended)) == (code, sentence, 409)


def test_why_not_end_lets_a_pending_transfer_end() -> None:
    assert rules.why_not_end(phase=Phase.PENDING, ended=None) is None


def test_why_not_post_refuses_more_than_is_pending() -> None:
    assert rules.why_not_post(pending_fen=500, amount_fen=500) is None
    assert rules.why_not_post(pending_fen=500, amount_fen=1) is None
    assert said(rules.why_not_post(pending_fen=500, amount_fen=501)) == (
        "over_pending",
        (
            "5.01 yuan is more than the 5.00 pending. "
            "Post at most what is pending, and enter the rest as a new transfer."
        ),
        422,
    )
    assert said(rules.why_not_post(pending_fen=500, amount_fen=0))[0] == "not_positive"


def test_why_not_correct_refuses() -> None:
    assert rules.why_not_correct(phase=Phase.POSTED, left_fen=5, amount_fen=5) is None
    assert rules.why_not_correct(phase=Phase.POSTING, left_fen=5, amount_fen=1) is None
    for phase in (Phase.PENDING, Phase.VOIDING):
        assert said(rules.why_not_correct(phase=phase, left_fen=5, amount_fen=5)) == (
            "not_posted",
            "Only a posted transfer can be corrected. Void it while it is pending.",
            409,
        )
    assert said(rules.why_not_correct(phase=Phase.POSTED, left_fen=0, amount_fen=0)) == (
        "already_corrected",
        "This transfer was already taken back wholly. Correct the correction, if that was wrong.",
        409,
    )
    assert said(rules.why_not_correct(phase=Phase.POSTED, left_fen=150, amount_fen=151)) == (
        "over_corrected",
        "Only 1.50 yuan of this transfer still stand. Take back at most that.",
        422,
    )
    assert said(rules.why_not_correct(phase=Phase.POSTED, left_fen=5, amount_fen=0))[0] == (
        "not_positive"
    )


def test_why_not_close_refuses(at: datetime) -> None:
    bag, kind = Purse("bag"), AccountKind.ASSET
    assert rules.why_not_close(bag, kind=kind, balance=Balance(700, 700)) is None
    assert said(rules.why_not_close(bag, kind=kind, balance=Balance(700, 500))) == (
        "not_empty",
        "The account “bag” still holds 2.00 yuan. Transfer that first.",
        409,
    )
    assert said(rules.why_not_close(bag, kind=kind, balance=Balance(500, 700))) == (
        "not_empty",
        "The account “bag” still holds -2.00 yuan. Transfer that first.",
        409,
    )
    for pending in (Balance(debits_pending=1), Balance(credits_pending=1)):
        assert said(rules.why_not_close(bag, kind=kind, balance=pending)) == (
            "still_pending",
            "The account “bag” has pending transfers. Post or void them first.",
            409,
        )
    closed = Purse("bag", closed_at=at)
    assert said(rules.why_not_close(closed, kind=kind, balance=Balance())) == (
        "account_closed",
        "The account “bag” is closed. Use an account that is open.",
        409,
    )


def test_why_not_open_waits_for_the_code() -> None:
    assert rules.why_not_open(None) is None
    assert rules.why_not_open("putian", code="bag") is None
    assert said(rules.why_not_open("putian", code="Bag"))[0] == "bad_code"


def test_code_taken_names_the_code() -> None:
    assert said(rules.code_taken("bag")) == (
        "code_taken",
        "There is already an account “bag”. Use that account, or choose another code.",
        409,
    )
