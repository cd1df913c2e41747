"""The only writers of the books: each does what it says, or refuses and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from zhanggui.ground.kernel.action import ACTIONS, action
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.limits import TRANSFERS_IN_ONE_MAX
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.kernel.tests.errands import Someone, at_once
from zhanggui.ground.ledger.actions import (
    close_account,
    correct_transfer,
    open_account,
    open_pending,
    post_pending,
    transfer_many,
    transfer_money,
    void_pending,
)
from zhanggui.ground.ledger.audits import audit_pending
from zhanggui.ground.ledger.models import Account, Transfer
from zhanggui.ground.ledger.queries import balance, balances
from zhanggui.ground.ledger.rules import AccountKind, Balance, Bound, Entry, Phase

Move = Callable[..., Transfer]
Reading = Callable[[], Any]


def refusal(act: Callable[..., Any], *args: Any, **kwargs: Any) -> tuple[str, str, int]:
    """Return what an act is refused with; `why_not` must have said the same beforehand."""
    asked = act.why_not(*args, **kwargs)  # type: ignore[attr-defined]
    with pytest.raises(Refusal) as no:
        act(*args, **kwargs)
    said = (no.value.code, str(no.value), no.value.status)
    assert asked is not None
    assert (asked.code, str(asked), asked.status) == said
    return said


def net(account: Account) -> int:
    return balance(account).net(account.kind)


@pytest.fixture
def held(books: Any, move: Move, at: datetime) -> Transfer:
    """Return 60.00 pending from the bag, which holds 100.00, to the safe."""
    move(books.bag, books.sales, 10000)
    return open_pending(
        "putian",
        debit=books.safe,
        credit=books.bag,
        amount_fen=6000,
        entry="remit",
        memo="run 5",
        data={"run": 5},
        by=CLOCKWORK,
        at=at,
    )


# --- accounts ---------------------------------------------------------------------------------
def test_open_account_opens_it_in_its_area_for_its_holder(db: None, at: datetime) -> None:
    made = open_account(
        "putian",
        code="bag.7",
        kind=AccountKind.ASSET,
        bound=Bound.CREDITS,
        name="Bag of Lin",
        holder_kind="org.Person",
        holder_id=7,
        by=CLOCKWORK,
        at=at,
    )
    (row,) = Account.objects.values()
    assert row == {
        "id": made.pk,
        "code": "bag.7",
        "kind": "asset",
        "bound": "credits_must_not_exceed_debits",
        "name": "Bag of Lin",
        "area_id": "putian",
        "holder_kind": "org.Person",
        "holder_id": 7,
        "opened_at": at,
        "closed_at": None,
    }
    assert str(made) == "Bag of Lin"
    fact = Fact.objects.get(verb="ledger.open_account")
    assert (fact.kind, fact.record_id, fact.area) == ("ledger.Account", made.pk, "putian")
    assert balance(made) == Balance()


def test_open_account_refuses_a_code_that_is_taken(
    books: Any, at: datetime, unchanged: Reading
) -> None:
    before = unchanged()
    with pytest.raises(Refusal) as no:
        open_account(None, code="bag", kind=AccountKind.INCOME, by=CLOCKWORK, at=at)
    assert (no.value.code, str(no.value), no.value.status) == (
        "code_taken",
        "There is already an account “bag”. Use that account, or choose another code.",
        409,
    )
    assert unchanged() == before


def test_open_account_refuses_what_is_no_code(db: None, at: datetime, unchanged: Reading) -> None:
    before = unchanged()
    values = {"code": "Bag 7", "kind": AccountKind.ASSET, "by": CLOCKWORK, "at": at}
    sentence = "Use at most 60 small letters and digits, joined by . _ : or -."
    assert refusal(open_account, None, **values) == (
        "bad_code",
        f"“Bag 7” cannot be a code. {sentence}",
        422,
    )
    assert unchanged() == before


@pytest.mark.parametrize("wrong", [{"kind": "cash"}, {"bound": "somehow"}])
def test_open_account_takes_no_other_kind_or_bound(db: None, at: datetime, wrong: Any) -> None:
    values = {"code": "bag", "kind": AccountKind.ASSET, **wrong}
    with pytest.raises(ValueError, match="is not a valid"):
        open_account(None, **values, by=CLOCKWORK, at=at)
    assert not Account.objects.exists()


def test_close_account_closes_it_for_good(books: Any, move: Move, at: datetime) -> None:
    move(books.bag, books.sales, 500)
    move(books.safe, books.bag, 500)
    closed = close_account(books.bag, by=CLOCKWORK, at=at)
    assert closed.closed_at == at
    assert Account.objects.get(code="bag").closed_at == at
    assert balance(closed) == Balance(debits_posted=500, credits_posted=500)


@pytest.mark.parametrize(
    ("fen", "pending", "said"),
    [
        (
            500,
            False,
            (
                "not_empty",
                "The account “Courier's bag” still holds 5.00 yuan. Transfer that first.",
                409,
            ),
        ),
        (
            500,
            True,
            (
                "still_pending",
                "The account “Courier's bag” has pending transfers. Post or void them first.",
                409,
            ),
        ),
    ],
)
def test_close_account_refuses_while_there_is_money(
    books: Any, at: datetime, unchanged: Reading, fen: int, pending: bool, said: Any
) -> None:
    act = open_pending if pending else transfer_money
    values = {"amount_fen": fen, "entry": "collect", "by": CLOCKWORK, "at": at}
    act("putian", debit=books.bag, credit=books.sales, **values)
    before = unchanged()
    assert refusal(close_account, books.bag, by=CLOCKWORK, at=at) == said
    assert unchanged() == before


def test_close_account_refuses_twice(books: Any, at: datetime, unchanged: Reading) -> None:
    closed = close_account(books.bag, by=CLOCKWORK, at=at)
    before = unchanged()
    assert refusal(close_account, closed, by=CLOCKWORK, at=at + timedelta(days=1)) == (
        "account_closed",
        "The account “Courier's bag” is closed. Use an account that is open.",
        409,
    )
    assert unchanged() == before


# --- transferring -----------------------------------------------------------------------------
def test_transfer_money_writes_one_row_and_one_fact(books: Any, at: datetime) -> None:
    made = transfer_money(
        "putian",
        debit=books.bag,
        credit=books.sales,
        amount_fen=8750,
        entry="collect",
        memo="order 12",
        data={"order": 12},
        by=CLOCKWORK,
        at=at,
    )
    fact = Fact.objects.get(verb="ledger.transfer_money")
    (row,) = Transfer.objects.values()
    assert row == {
        "id": made.pk,
        "deed": fact.deed,
        "phase": "posted",
        "debit_id": books.bag.pk,
        "credit_id": books.sales.pk,
        "amount_fen": 8750,
        "releases_fen": 0,
        "pending_id": None,
        "corrects_id": None,
        "entry": "collect",
        "memo": "order 12",
        "data": {"order": 12},
        "at": at,
    }
    assert (fact.kind, fact.record_id) == ("ledger.Transfer", made.pk)
    assert fact.data["amount"] == "87.50"
    assert (net(books.bag), net(books.sales)) == (8750, 8750)


def test_transfer_money_inside_a_deed_carries_that_deed(books: Any, at: datetime) -> None:
    def collect_cash(area: str, *, by: Any, at: datetime) -> None:
        values = {"amount_fen": 500, "entry": "collect", "by": by, "at": at}
        transfer_money(area, debit=books.bag, credit=books.sales, **values)
        transfer_money(area, debit=books.safe, credit=books.bag, **values)

    try:
        collect = action(duty="errands.all", title="Collect")(collect_cash)
        collect("putian", by=Someone(), at=at)  # who holds no duty of the ledger
    finally:
        ACTIONS.pop("test_actions.collect_cash")
    outer, *inner = Fact.objects.filter(deed=Transfer.objects.first().deed).order_by("id")
    assert outer.verb == "test_actions.collect_cash"
    assert [(f.verb, f.cause_id) for f in inner] == [("ledger.transfer_money", outer.pk)] * 2
    assert set(Transfer.objects.values_list("deed", flat=True)) == {outer.deed}


def test_transfer_money_is_nobodys_duty_by_itself(
    books: Any, at: datetime, unchanged: Reading
) -> None:
    before = unchanged()
    values = {"debit": books.bag, "credit": books.sales, "amount_fen": 5, "entry": "collect"}
    said = refusal(transfer_money, "putian", **values, by=Someone(), at=at)
    assert said[0] == "not_yours"
    assert unchanged() == before


NOTHING = "An amount must be more than nothing. To give money back, swap the two accounts."
HUGE = "10,000,000,000.01 yuan is more than any amount in this company. Check the number of digits."
ITSELF = "A transfer needs two different accounts. Choose another account for one of the sides."
EMPTY = (
    "“Courier's bag” has 5.00 yuan free, not 5.01. "
    "Check the amount, or enter first what is still missing there."
)
CLOSED = "The account “Short” is closed. Use an account that is open."


@pytest.mark.parametrize("act", [transfer_money, open_pending])
@pytest.mark.parametrize(
    ("debit", "credit", "fen", "said"),
    [
        ("bag", "sales", 0, ("not_positive", NOTHING, 422)),
        ("bag", "sales", -5, ("not_positive", NOTHING, 422)),
        ("bag", "sales", 10**12 + 1, ("too_much", HUGE, 422)),
        ("bag", "bag", 5, ("same_account", ITSELF, 422)),
        ("safe", "bag", 501, ("not_enough", EMPTY, 409)),
        ("short", "sales", 5, ("account_closed", CLOSED, 409)),
        ("bag", "short", 5, ("account_closed", CLOSED, 409)),
    ],
)
def test_transfer_money_and_open_pending_refuse(
    books: Any,
    move: Move,
    at: datetime,
    unchanged: Reading,
    act: Any,
    debit: str,
    credit: str,
    fen: int,
    said: tuple[str, str, int],
) -> None:
    move(books.bag, books.sales, 500)
    close_account(books.short, by=CLOCKWORK, at=at)
    before = unchanged()
    values = {"debit": getattr(books, debit), "credit": getattr(books, credit)}
    more = {"amount_fen": fen, "entry": "remit", "by": CLOCKWORK, "at": at}
    assert refusal(act, "putian", **values, **more) == said
    assert unchanged() == before


def test_transfer_money_refuses_before_the_accounts_are_known_only_what_it_knows(
    books: Any, at: datetime
) -> None:
    assert transfer_money.why_not("putian", by=CLOCKWORK, at=at) is None


def test_transfer_money_once_pays_once(books: Any, at: datetime) -> None:
    values = {"debit": books.bag, "credit": books.sales, "amount_fen": 5, "entry": "collect"}
    pay = transfer_money.once("phone-1")
    first, again = (pay("putian", **values, by=CLOCKWORK, at=at) for _ in range(2))
    assert first == again
    assert Transfer.objects.count() == 1


# --- many at once -----------------------------------------------------------------------------
def test_transfer_many_makes_all_in_order_with_few_statements(
    books: Any, at: datetime, django_assert_max_num_queries: Any
) -> None:
    entries = [Entry(books.bag.pk, books.sales.pk, 700, "collect", f"order {n}") for n in range(60)]
    entries.append(Entry(books.safe.pk, books.bag.pk, 60 * 700, "remit", pending=True))
    # savepoint, lock, balances, rows, fact, release; SQLite takes the rows in two statements
    with django_assert_max_num_queries(7):
        made = transfer_many("putian", entries=entries, by=CLOCKWORK, at=at)
    assert [t.memo for t in made[:60]] == [f"order {n}" for n in range(60)]
    assert [t.pk for t in made] == sorted(t.pk for t in made)
    assert made[-1].phase == Phase.PENDING
    assert balance(books.bag) == Balance(debits_posted=42000, credits_pending=42000)
    fact = Fact.objects.get(verb="ledger.transfer_many")
    assert fact.data == {"transfers": 61, "amount": "840.00"}
    assert Transfer.objects.filter(deed=fact.deed).count() == 61


def test_transfer_many_refuses_all_for_one(books: Any, at: datetime, unchanged: Reading) -> None:
    collect = Entry(books.bag.pk, books.sales.pk, 500, "collect")
    remit = Entry(books.safe.pk, books.bag.pk, 501, "remit")
    before = unchanged()
    act = {"by": CLOCKWORK, "at": at}
    assert refusal(transfer_many, None, entries=[collect, remit], **act) == (
        "not_enough",
        EMPTY,
        409,
    )
    nothing = Entry(books.safe.pk, books.bag.pk, 0, "remit")
    assert refusal(transfer_many, None, entries=[collect, nothing], **act) == (
        "not_positive",
        NOTHING,
        422,
    )
    assert refusal(transfer_many, None, entries=[], **act) == (
        "no_entries",
        "There is nothing to enter. Give at least one transfer.",
        422,
    )
    too_many = [collect] * (TRANSFERS_IN_ONE_MAX + 1)
    assert refusal(transfer_many, None, entries=too_many, **act) == (
        "too_many_entries",
        "1001 transfers at once are too many. Enter at most 1000 at a time.",
        422,
    )
    assert unchanged() == before


# --- pending ----------------------------------------------------------------------------------
def test_open_pending_sets_money_aside_without_moving_it(books: Any, held: Transfer) -> None:
    assert (held.phase, held.amount_fen, held.memo, held.data) == (
        Phase.PENDING,
        6000,
        "run 5",
        {"run": 5},
    )
    assert balance(books.bag) == Balance(debits_posted=10000, credits_pending=6000)
    assert balance(books.safe) == Balance(debits_pending=6000)
    assert (net(books.bag), net(books.safe)) == (10000, 0)


def test_open_pending_holds_what_others_would_spend(
    books: Any, held: Transfer, at: datetime, unchanged: Reading
) -> None:
    before = unchanged()
    values = {"debit": books.safe, "credit": books.bag, "amount_fen": 4001, "entry": "remit"}
    assert refusal(transfer_money, None, **values, by=CLOCKWORK, at=at) == (
        "not_enough",
        (
            "“Courier's bag” has 40.00 yuan free, not 40.01. "
            "Check the amount, or enter first what is still missing there."
        ),
        409,
    )
    assert unchanged() == before


@pytest.mark.parametrize(("part", "posted"), [(None, 6000), (6000, 6000), (5950, 5950), (1, 1)])
def test_post_pending_moves_the_part_and_releases_the_rest(
    books: Any, held: Transfer, at: datetime, part: int | None, posted: int
) -> None:
    posting = post_pending(held, amount_fen=part, by=CLOCKWORK, at=at + timedelta(hours=1))
    assert (posting.phase, posting.amount_fen, posting.releases_fen, posting.pending_id) == (
        Phase.POSTING,
        posted,
        6000,
        held.pk,
    )
    assert (posting.debit_id, posting.credit_id, posting.entry, posting.memo) == (
        held.debit_id,
        held.credit_id,
        "remit",
        "run 5",
    )
    assert balance(books.bag) == Balance(debits_posted=10000, credits_posted=posted)
    assert balance(books.safe) == Balance(debits_posted=posted)
    fact = Fact.objects.get(verb="ledger.post_pending")
    assert (fact.kind, fact.record_id) == ("ledger.Transfer", held.pk)
    assert fact.deed == posting.deed


def test_void_pending_releases_all(books: Any, held: Transfer, at: datetime) -> None:
    voiding = void_pending(held, by=CLOCKWORK, at=at)
    assert (voiding.phase, voiding.amount_fen, voiding.releases_fen, voiding.pending_id) == (
        Phase.VOIDING,
        6000,
        6000,
        held.pk,
    )
    assert balance(books.bag) == Balance(debits_posted=10000)
    assert balance(books.safe) == Balance()


INSTEAD = "What is posted can be corrected instead."


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (post_pending, ("already_posted", f"This pending transfer was already posted. {INSTEAD}")),
        (
            void_pending,
            ("already_voided", "This pending transfer was already voided. Enter a new transfer."),
        ),
    ],
)
def test_post_pending_and_void_pending_end_it_once(
    held: Transfer, at: datetime, unchanged: Reading, end: Any, said: tuple[str, str]
) -> None:
    end(held, by=CLOCKWORK, at=at)
    before = unchanged()
    assert refusal(post_pending, held, by=CLOCKWORK, at=at) == (*said, 409)
    assert refusal(void_pending, held, by=CLOCKWORK, at=at) == (*said, 409)
    assert unchanged() == before


def test_post_pending_and_void_pending_refuse_what_is_not_pending(
    books: Any, move: Move, held: Transfer, at: datetime, unchanged: Reading
) -> None:
    posted = move(books.bag, books.sales, 5)
    ended = void_pending(held, by=CLOCKWORK, at=at)
    before = unchanged()
    for transfer in (posted, ended):
        for act in (post_pending, void_pending):
            assert refusal(act, transfer, by=CLOCKWORK, at=at) == (
                "not_pending",
                f"This transfer is not pending. {INSTEAD}",
                409,
            )
    assert unchanged() == before


def test_post_pending_refuses_more_than_is_pending_and_nothing(
    held: Transfer, at: datetime, unchanged: Reading
) -> None:
    before = unchanged()
    assert refusal(post_pending, held, amount_fen=6001, by=CLOCKWORK, at=at) == (
        "over_pending",
        (
            "60.01 yuan is more than the 60.00 pending. "
            "Post at most what is pending, and enter the rest as a new transfer."
        ),
        422,
    )
    assert refusal(post_pending, held, amount_fen=0, by=CLOCKWORK, at=at) == (
        "not_positive",
        NOTHING,
        422,
    )
    assert unchanged() == before


# --- correcting -------------------------------------------------------------------------------
def test_correct_transfer_takes_it_back_by_a_further_one(
    books: Any, move: Move, at: datetime
) -> None:
    wrong = move(books.bag, books.sales, 8750)
    before = Transfer.objects.filter(pk=wrong.pk).values().get()
    part = correct_transfer(wrong, amount_fen=750, memo="change", by=CLOCKWORK, at=at)
    assert (part.debit_id, part.credit_id, part.amount_fen, part.corrects_id, part.entry) == (
        books.sales.pk,
        books.bag.pk,
        750,
        wrong.pk,
        "correction",
    )
    rest = correct_transfer(wrong, memo="wrong order", by=CLOCKWORK, at=at)
    assert rest.amount_fen == 8000
    assert balance(books.bag) == Balance(debits_posted=8750, credits_posted=8750)
    assert Transfer.objects.filter(pk=wrong.pk).values().get() == before


def test_correct_transfer_takes_back_a_posting_and_a_correction(
    books: Any, held: Transfer, at: datetime
) -> None:
    posting = post_pending(held, amount_fen=5000, by=CLOCKWORK, at=at)
    correction = correct_transfer(posting, memo="counted wrong", by=CLOCKWORK, at=at)
    assert correction.amount_fen == 5000
    assert (net(books.bag), net(books.safe)) == (10000, 0)
    correct_transfer(correction, memo="counted right after all", by=CLOCKWORK, at=at)
    assert (net(books.bag), net(books.safe)) == (5000, 5000)


def test_correct_transfer_refuses_what_does_not_stand(
    books: Any, move: Move, held: Transfer, at: datetime, unchanged: Reading
) -> None:
    gone = move(books.bag, books.sales, 300)
    correct_transfer(gone, memo="wrong", by=CLOCKWORK, at=at)
    half = move(books.bag, books.sales, 300)
    correct_transfer(half, amount_fen=100, memo="wrong", by=CLOCKWORK, at=at)
    before = unchanged()
    act = {"memo": "again", "by": CLOCKWORK, "at": at}
    assert refusal(correct_transfer, gone, **act) == (
        "already_corrected",
        "This transfer was already taken back wholly. Correct the correction, if that was wrong.",
        409,
    )
    assert refusal(correct_transfer, half, amount_fen=201, **act) == (
        "over_corrected",
        "Only 2.00 yuan of this transfer still stand. Take back at most that.",
        422,
    )
    assert refusal(correct_transfer, held, **act) == (
        "not_posted",
        "Only a posted transfer can be corrected. Void it while it is pending.",
        409,
    )
    assert unchanged() == before


def test_correct_transfer_respects_bounds_too(
    books: Any, move: Move, at: datetime, unchanged: Reading
) -> None:
    collected = move(books.bag, books.sales, 500)
    move(books.safe, books.bag, 200)
    before = unchanged()
    act = {"memo": "wrong order", "by": CLOCKWORK, "at": at}
    assert refusal(correct_transfer, collected, **act) == (
        "not_enough",
        (
            "“Courier's bag” has 3.00 yuan free, not 5.00. "
            "Check the amount, or enter first what is still missing there."
        ),
        409,
    )
    assert unchanged() == before


# --- at the same moment -----------------------------------------------------------------------
def codes(answers: list[Any]) -> list[str]:
    return sorted(a.code if isinstance(a, Refusal) else "done" for a in answers)


@pytest.mark.django_db(transaction=True)
def test_transfer_money_at_the_same_moment_hands_the_same_money_in_once(
    books: Any, move: Move, at: datetime
) -> None:
    move(books.bag, books.sales, 10000)
    answers = at_once([lambda: move(books.safe, books.bag, 10000, entry="remit")] * 8)
    assert codes(answers) == ["done"] + ["not_enough"] * 7
    assert balance(books.bag) == Balance(debits_posted=10000, credits_posted=10000)
    assert net(books.safe) == 10000


@pytest.mark.django_db(transaction=True)
def test_open_pending_at_the_same_moment_sets_the_same_money_aside_once(
    books: Any, move: Move, at: datetime
) -> None:
    move(books.bag, books.sales, 10000)
    values = {"debit": books.safe, "credit": books.bag, "amount_fen": 6000, "entry": "remit"}
    answers = at_once([lambda: open_pending(None, **values, by=CLOCKWORK, at=at)] * 8)
    assert codes(answers) == ["done"] + ["not_enough"] * 7
    assert balance(books.bag) == Balance(debits_posted=10000, credits_pending=6000)


@pytest.mark.django_db(transaction=True)
def test_post_pending_and_void_pending_at_the_same_moment_end_it_once(
    held: Transfer, at: datetime
) -> None:
    acts = [post_pending, void_pending] * 4
    answers = at_once([lambda act=act: act(held, by=CLOCKWORK, at=at) for act in acts])
    done = [a for a in answers if isinstance(a, Transfer)]
    assert len(done) == 1
    assert set(codes(answers)) - {"done"} == {
        "already_posted" if done[0].phase == Phase.POSTING else "already_voided"
    }
    assert Transfer.objects.filter(pending=held).count() == 1
    assert list(audit_pending()) == []


@pytest.mark.django_db(transaction=True)
def test_transfer_money_in_both_directions_at_once_never_blocks(
    books: Any, move: Move, at: datetime
) -> None:
    move(books.bag, books.sales, 100)
    move(books.safe, books.sales, 100)
    there = [lambda: move(books.safe, books.bag, 1)] * 4
    back = [lambda: move(books.bag, books.safe, 1)] * 4
    assert codes(at_once([*there, *back])) == ["done"] * 8
    sums = balances([books.bag, books.safe])
    assert sums[books.bag.pk] == Balance(debits_posted=104, credits_posted=4)
    assert sums[books.safe.pk] == Balance(debits_posted=104, credits_posted=4)


@pytest.mark.django_db(transaction=True)
def test_correct_transfer_at_the_same_moment_takes_it_back_once(
    books: Any, move: Move, at: datetime
) -> None:
    wrong = move(books.short, books.sales, 500)
    answers = at_once([lambda: correct_transfer(wrong, memo="x", by=CLOCKWORK, at=at)] * 6)
    assert codes(answers) == ["already_corrected"] * 5 + ["done"]
    assert net(books.short) == 0


@pytest.mark.django_db(transaction=True)
def test_close_account_at_the_same_moment_as_a_transfer_leaves_nothing_inside(
    books: Any, move: Move, at: datetime
) -> None:
    close = lambda: close_account(books.bag, by=CLOCKWORK, at=at)  # noqa: E731
    answers = at_once([close, *[lambda: move(books.bag, books.sales, 100)] * 5])
    books.bag.refresh_from_db()
    if books.bag.closed_at is None:
        assert codes(answers) == ["done"] * 5 + ["not_empty"]
        assert net(books.bag) == 500
    else:
        assert codes(answers) == ["account_closed"] * 5 + ["done"]
        assert net(books.bag) == 0


@pytest.mark.django_db(transaction=True)
def test_open_account_at_the_same_moment_opens_one(db: None, at: datetime) -> None:
    values = {"code": "bag", "kind": AccountKind.ASSET, "by": CLOCKWORK, "at": at}
    assert codes(at_once([lambda: open_account(None, **values)] * 5)) == (
        ["code_taken"] * 4 + ["done"]
    )
    assert Account.objects.count() == 1
