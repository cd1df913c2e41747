"""By which methods an order can be paid, and in which words it is said that one is not offered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from zhanggui.trade.orders.rules.payments import (
    Account,
    Doors,
    Terms,
    account_in,
    cash_cap,
    known_of,
    offers,
    why_not_expire,
    why_not_paid_back,
    why_not_received,
    why_not_terms,
)
from zhanggui.trade.orders.rules.states import PURSE, Money, Payment


def said(method: Payment, terms: Terms | None = None, **about: Any) -> str:
    asked: dict[str, Any] = {"goods_fen": 10_000, "account": True, **about}
    refusal = offers(terms or Terms(), **asked)[method]
    if refusal is None:
        return ""
    assert refusal.status == 422 and refusal.data == {"field": "payment"}
    return f"{refusal.code}: {refusal}"


@pytest.mark.parametrize(
    ("terms", "about", "words"),
    [
        (Terms(), {}, ""),
        (Terms(), {"goods_fen": 200_000}, ""),
        (Terms(), {"goods_fen": 50_000, "known": Doors()}, ""),
        (Terms(), {"goods_fen": 100_000, "known": Doors(taken=1)}, ""),
        (Terms(), {"known": Doors(taken=3, refused=1)}, ""),
        (Terms(), {"goods_fen": 900_000, "account": False}, ""),
        (Terms(), {"known": Doors(refused=5), "account": False}, ""),
        (Terms(transfer_open=False), {"goods_fen": 900_000}, ""),
        (
            Terms(cash_open=False),
            {},
            (
                "cash_not_here: In your district couriers take no cash at present. Pay ahead by "
                "transfer, or choose an address in another district."
            ),
        ),
        (
            Terms(),
            {"ahead_only": ["寿桃"], "account": False},
            (
                "cash_ahead_goods: “寿桃” is got ready for you alone, so it is paid ahead. Pay "
                "ahead by transfer, or take it out of the order."
            ),
        ),
        (
            Terms(),
            {"goods_fen": 200_001},
            (
                "cash_over: At the door we take at most 2,000.00 yuan in cash; this order has "
                "2,000.01. Pay ahead by transfer, or order in parts."
            ),
        ),
        (
            Terms(),
            {"goods_fen": 50_001, "known": Doors()},
            (
                "cash_first: For a first order we take at most 500.00 yuan in cash; this one has "
                "500.01. Pay this one ahead. With each order you take, the limit grows."
            ),
        ),
        (
            Terms(),
            {"goods_fen": 150_001, "known": Doors(taken=2)},
            (
                "cash_grown: After 2 orders you took we take up to 1,500.00 yuan in cash; this one "
                "has 1,500.01. Pay this one ahead. With each order you take, the limit grows."
            ),
        ),
        (
            Terms(),
            {"known": Doors(taken=8, refused=2)},
            (
                "cash_refused: Your last 2 orders were refused at the door. Pay this one ahead; "
                "once you have taken it, cash is offered again."
            ),
        ),
    ],
)
def test_cash_is_offered_or_not(terms: Terms, about: dict[str, Any], words: str) -> None:
    assert said(Payment.CASH, terms, **about) == words


@pytest.mark.parametrize(
    ("terms", "about", "words"),
    [
        (Terms(), {}, ""),
        (Terms(transfer_least_fen=10_000), {}, ""),
        (Terms(), {"known": Doors(refused=9)}, ""),
        (
            Terms(),
            {"account": False},
            "transfer_closed: We take no transfers at present. Pay the courier in cash.",
        ),
        (
            Terms(transfer_open=False),
            {},
            (
                "transfer_not_here: In your district we take no transfers at present. Pay the "
                "courier in cash."
            ),
        ),
        (
            Terms(transfer_least_fen=10_001),
            {},
            (
                "transfer_least: We take transfers from 100.01 yuan; this order has 100.00. Pay "
                "the courier in cash, or add to the order."
            ),
        ),
    ],
)
def test_a_transfer_is_offered_or_not(terms: Terms, about: dict[str, Any], words: str) -> None:
    assert said(Payment.TRANSFER, terms, **about) == words


def test_a_stranger_who_types_a_phone_learns_nothing_of_it() -> None:
    """Whatever a phone's history, one who has not proven it gets the answer of a new phone."""
    for fen in (100, 50_001, 199_999, 200_001):
        assert said(Payment.CASH, goods_fen=fen, known=None) == (
            "" if fen <= 200_000 else said(Payment.CASH, goods_fen=fen)
        )


def test_cash_cap_grows_with_each_order_taken_up_to_the_highest() -> None:
    caps = [cash_cap(Terms(), Doors(taken=n)) for n in range(6)]
    assert caps == [50_000, 100_000, 150_000, 200_000, 200_000, 200_000]


@pytest.mark.parametrize(
    ("doors", "known"),
    [
        ([], Doors()),
        ([True, False, False], Doors(taken=1)),
        ([False, False, True, False], Doors(taken=1, refused=2)),
        ([False], Doors(refused=1)),
    ],
)
def test_known_of_counts_what_was_refused_since_the_last_taken(
    doors: list[bool], known: Doors
) -> None:
    assert known_of(doors) == known


def test_account_in_takes_three_parts_and_nothing_else() -> None:
    assert account_in(" 掌柜 / 兴业银行 / 6222 0000 ") == Account("掌柜", "兴业银行", "6222 0000")
    for text in ("", "掌柜", "掌柜/银行", "掌柜 / / 1", "a/b/c/d"):
        assert account_in(text) is None, text


def test_why_not_terms_wants_a_method_and_limits_in_order() -> None:
    fine: dict[str, Any] = {
        "cash_first_fen": 50_000,
        "cash_most_fen": 200_000,
        "transfer_least_fen": 0,
        "open_to_any": True,
    }
    assert why_not_terms(**fine) is None
    for other, words in (
        (
            {"open_to_any": False},
            (
                "Customers there could pay by no method at all. Leave cash or transfer open, "
                "or close the delivery."
            ),
        ),
        (
            {"cash_first_fen": 200_001},
            (
                "A first order cannot have a higher cash limit than any other. Lower the limit of "
                "a first order, or raise the other."
            ),
        ),
        (
            {"cash_first_fen": 0},
            "Limits of payment are from 0.01 to 100,000.00 yuan. Check the number of digits.",
        ),
        (
            {"transfer_least_fen": 10_000_001},
            "Limits of payment are from 0.01 to 100,000.00 yuan. Check the number of digits.",
        ),
    ):
        assert str(why_not_terms(**{**fine, **other})) == words


def test_what_came_in_and_goes_back_has_its_sentences() -> None:
    assert why_not_received(payment="transfer", amount_fen=1) is None
    assert str(why_not_received(payment="cash", amount_fen=1)) == (
        "This order is paid to the courier, not by transfer. Look for the number in the transfer's "
        "note once more."
    )
    assert str(why_not_received(payment="transfer", amount_fen=0)) == (
        "A transfer has more than nothing, and less than any bank moves for us. Type the amount as "
        "the bank's statement has it."
    )
    assert why_not_paid_back(owed_fen=500, amount_fen=500) is None
    assert str(why_not_paid_back(owed_fen=0, amount_fen=None)) == (
        "Nothing of this order is to be paid back. Look at the queue: somebody may have paid it "
        "back meanwhile."
    )
    assert str(why_not_paid_back(owed_fen=500, amount_fen=501)) == (
        "5.01 yuan are more than the 5.00 that are to be paid back. Pay back what is owed, at most."
    )


def test_why_not_expire_waits_for_the_time_and_never_for_money_that_came() -> None:
    assert why_not_expire(awaited=True, over=True) is None
    assert str(why_not_expire(awaited=True, over=False)) == (
        "There is still time to pay this order. Wait until it is over, or until the money comes."
    )
    assert str(why_not_expire(awaited=False, over=True)) == (
        "No transfer is awaited for this order. Look at it again: the money may have come "
        "meanwhile."
    )


def test_money_of_one_way_never_takes_the_steps_of_the_other() -> None:
    """From the first step of each way no verb leads to a state of the other."""
    ways = {
        Money.AWAITED: {"collected", "handed_in", "due"},
        Money.COLLECTED: {"awaited", "prepaid", "owed", "refunded", "due"},
    }
    for start, never in ways.items():
        reached, todo = {start}, [start]
        while todo:
            now = todo.pop()
            for origins, to in PURSE.verbs.values():
                if now in origins and to not in reached:
                    reached.add(to)
                    todo.append(to)
        assert not {state.value for state in reached} & never


def test_terms_are_compared_by_value() -> None:
    assert replace(Terms(), cash_open=False) != Terms()
