"""The shop's rules: carts as text, quantities, names, what an order tells, exact change."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.faces.shop.rules.cart import Cart, Kept, read_quantity, unpacked
from zhanggui.faces.shop.rules.checkout import why_not_address, why_not_name
from zhanggui.faces.shop.rules.tracking import (
    exact_cash,
    is_moving,
    may_cancel,
    round_cash,
    steps,
    told,
)
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.trade.orders.rules.states import (
    OF_CASH,
    OF_TRANSFER,
    Fulfilment,
    Money,
    OrderState,
)

KEPT = st.builds(
    Kept,
    sku=st.integers(1, 10**12),
    quantity=st.integers(1, 999),
    price_fen=st.integers(1, 10**11),
)


@given(st.lists(KEPT, max_size=60, unique_by=lambda line: line.sku))
def test_a_packed_cart_unpacks_to_itself(lines: list[Kept]) -> None:
    cart = Cart(tuple(lines))
    assert unpacked(cart.packed()) == cart


@given(st.text(max_size=200))
def test_any_text_unpacks_to_some_cart(text: str) -> None:
    assert all(0 < line.quantity <= 999 for line in unpacked(text).lines)


def test_unpacking_leaves_out_what_is_no_line() -> None:
    assert unpacked("1.2.300~x~2.0.100~3.-1.1~4.1000.1~~5.1.9").lines == (
        Kept(1, 2, 300),
        Kept(5, 1, 9),
    )


def test_with_more_adds_to_what_is_there_at_the_latest_price() -> None:
    cart = Cart().with_more(7, quantity=2, price_fen=100).with_more(7, quantity=1, price_fen=90)
    assert cart.lines == (Kept(7, 3, 90),)
    assert (cart.pieces, cart.quantity_of(7), cart.quantity_of(8)) == (3, 3, 0)


def test_with_more_refuses_beyond_an_orders_pieces() -> None:
    cart = Cart().with_more(7, quantity=998, price_fen=100)
    with pytest.raises(Refusal) as no:
        cart.with_more(7, quantity=2, price_fen=100)
    assert str(no.value) == (
        "At most 999 pieces of one thing go into an order; 998 are in your cart. "
        "What is more goes into another order."
    )


def test_with_more_refuses_beyond_an_orders_lines() -> None:
    cart = Cart(tuple(Kept(n, 1, 1) for n in range(1, 61)))
    with pytest.raises(Refusal) as no:
        cart.with_more(61, quantity=1, price_fen=1)
    assert str(no.value) == (
        "The cart holds 60 different things: more do not fit one order. "
        "Order these first, or take something out."
    )
    assert cart.with_more(60, quantity=1, price_fen=1).quantity_of(60) == 2


def test_a_full_cart_fits_a_cookie() -> None:
    full = Cart(tuple(Kept(10**6 + n, 999, 10**6) for n in range(60)))
    assert len(full.packed()) < 1_200


def test_quantities_and_prices_of_a_cart_change_apart() -> None:
    cart = Cart((Kept(1, 2, 300), Kept(2, 1, 50)))
    assert cart.with_quantity(1, quantity=0, price_fen=300).lines == (Kept(2, 1, 50),)
    assert cart.at_prices({2: 60}).lines == (Kept(1, 2, 300), Kept(2, 1, 60))
    assert cart.without([1, 9]).lines == (Kept(2, 1, 50),)


@pytest.mark.parametrize(("typed", "count"), [("1", 1), (" 12 ", 12), ("３", 3), ("999", 999)])
def test_read_quantity_takes(typed: str, count: int) -> None:
    assert read_quantity(typed) == count


WHOLE = "Type a whole number from 1 to 999."
MOST = "At most 999 pieces of one thing go into an order. What is more goes into another order."


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", f"The number of pieces is missing. {WHOLE}"),
        ("abc", f"“abc” is not a number of pieces. {WHOLE}"),
        ("-1", f"“-1” is not a number of pieces. {WHOLE}"),
        ("1.5", f"“1.5” is not a number of pieces. {WHOLE}"),
        ("😀", f"“😀” is not a number of pieces. {WHOLE}"),
        ("0", "One piece is the least. To give it up, take it out of the cart."),
        ("1000", MOST),
        ("1000000000", MOST),
        ("9" * 400, f"“{'9' * 20}” is not a number of pieces. {WHOLE}"),
    ],
)
def test_read_quantity_refuses(typed: str, sentence: str) -> None:
    with pytest.raises(Refusal) as no:
        read_quantity(typed)
    assert (str(no.value), no.value.status) == (sentence, 422)


SO_THAT = "Write it in characters or letters, so that the courier can ask for you."


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("陈小娟", None),
        ("Anna-Lena O'Neil", None),
        ("买买提·吐尔逊", None),
        ("张先生 2", None),
        ("", "The name is missing. Write who receives the parcel."),
        (" \t\u200b ", "The name is missing. Write who receives the parcel."),
        ("😀", f"The name has a picture sign in it. {SO_THAT}"),
        ("小明😀", f"The name has a picture sign in it. {SO_THAT}"),
        ("12345", f"This is not a name. {SO_THAT}"),
        ("...", f"This is not a name. {SO_THAT}"),
        ("长" * 41, "The name has more than 40 characters. A surname is enough."),
    ],
)
def test_why_not_name(name: str, sentence: str | None) -> None:
    no = why_not_name(name)
    assert (str(no) if no else None) == sentence


def test_why_not_address() -> None:
    write = "Write road, house number, building and room."
    assert str(why_not_address("  ")) == f"The detailed address is missing. {write}"
    assert str(why_not_address("!!!")) == f"This is not an address. {write}"
    assert why_not_address("胜利路58号") is None


# --- what an order tells ------------------------------------------------------------------------


def order(
    state: str,
    fulfilment: str,
    money: str = "due",
    taken_fen: int = 0,
    payment: str = "cash",
    reason_code: str = "",
) -> Any:
    return SimpleNamespace(
        state=state,
        fulfilment=fulfilment,
        money=money,
        taken_fen=taken_fen,
        payment=payment,
        reason_code=reason_code,
    )


EVERY = [
    order(s, f, m, payment="cash")
    for s, f, m in itertools.product(OrderState, Fulfilment, set(Money) - OF_TRANSFER)
]
AHEAD = [
    order(s, f, m, payment="transfer")
    for s, f, m in itertools.product(OrderState, Fulfilment, set(Money) - OF_CASH)
]


def test_every_combination_of_states_is_told() -> None:
    for one in [*EVERY, *AHEAD]:
        for short in (True, False):
            said = told(one, short=short)
            assert str(said.title) and str(said.text)
            assert said.tone in {"wait", "go", "done", "rest"}


def test_no_order_of_cash_is_ever_called_paid_and_only_a_settled_one_counted() -> None:
    for one in EVERY:
        said = f"{told(one).title} {told(one).text}".lower()
        assert "paid" not in said
        assert ("has been counted" in said) == (
            one.money == "settled"
            and one.state not in {"cancelled", "void"}
            and (
                one.fulfilment in {"delivered", "partly", "refused"}
                or (one.state == "closed" and one.fulfilment == "returned")
            )
        )


def test_only_an_order_whose_transfer_came_is_called_paid() -> None:
    for one in AHEAD:
        said = f"{told(one).title} {told(one).text}".lower()
        if one.money == "awaited":
            assert "paid" not in said
        if one.money == "prepaid":
            assert "counted" not in said and "money ready" not in said


@pytest.mark.parametrize(
    ("one", "text"),
    [
        (
            order("confirmed", "reserved", "awaited", payment="transfer"),
            (
                "Confirmed; we wait for your transfer "
                "Your goods are set aside, and go on their way once the money is here."
            ),
        ),
        (
            order("confirmed", "reserved", "prepaid", payment="transfer"),
            "Confirmed; your goods are set aside The depot packs them next.",
        ),
        (
            order("confirmed", "out", "prepaid", payment="transfer"),
            "On the road to you It is paid ahead. Please keep the phone at hand.",
        ),
        (
            order("closed", "delivered", "settled", 100, payment="transfer"),
            "Delivered It was paid ahead. Thank you for shopping with us.",
        ),
        (
            order("cancelled", "unallocated", "owed", payment="transfer"),
            "The order is cancelled We pay your money back to the account it came from.",
        ),
        (
            order("cancelled", "unallocated", "nothing", 0, "transfer", "unpaid"),
            (
                "The order is cancelled Its transfer did not come in time, so the goods are free "
                "again. You can order them anew."
            ),
        ),
    ],
)
def test_what_is_told_of_an_order_paid_ahead(one: Any, text: str) -> None:
    assert f"{told(one).title} {told(one).text}" == text


@pytest.mark.parametrize(
    ("one", "title", "at"),
    [
        (order("screening", "unallocated"), "Placed; we are checking it", 0),
        (order("confirmed", "reserved"), "Confirmed; your goods are set aside", 1),
        (order("confirmed", "unallocated"), "Confirmed; some goods are still missing", 1),
        (order("confirmed", "picked"), "Packed", 2),
        (order("confirmed", "out"), "On the road to you", 3),
        (order("closed", "delivered", "collected", 100), "Delivered", 4),
        (order("closed", "partly", "collected", 100), "Partly delivered", 4),
    ],
)
def test_told_and_steps_agree(one: Any, title: str, at: int) -> None:
    assert str(told(one).title) == title
    assert [step.state for step in steps(one)] == ["done"] * at + ["here"] + ["todo"] * (4 - at)


@pytest.mark.parametrize(
    ("one", "title"),
    [
        (order("cancelled", "unallocated"), "The order is cancelled"),
        (order("void", "unallocated"), "The order was not accepted"),
        (order("confirmed", "failed"), "We did not meet you"),
        (order("confirmed", "returned"), "Back in the depot"),
        (order("closed", "refused", "nothing"), "You did not take it"),
        (order("closed", "returned", "nothing"), "You did not take it"),
    ],
)
def test_what_went_astray_has_no_steps(one: Any, title: str) -> None:
    assert str(told(one).title) == title
    assert steps(one) == ()


def test_what_is_short_is_told_before_the_goods_are() -> None:
    one = order("confirmed", "unallocated")
    assert str(told(one, short=True).title) == "Confirmed; some goods are short"


def test_may_cancel_while_nobody_touched_the_goods() -> None:
    assert {(o.state, o.fulfilment) for o in EVERY if may_cancel(o)} == {
        ("screening", "unallocated"),
        ("screening", "reserved"),
        ("confirmed", "unallocated"),
        ("confirmed", "reserved"),
    }
    assert {o.state for o in EVERY if is_moving(o)} == {"screening", "confirmed"}


# --- change -------------------------------------------------------------------------------------


@given(st.integers(0, 10**8))
def test_exact_cash_adds_up_with_the_fewest_pieces_first(fen: int) -> None:
    found = exact_cash(fen)
    assert sum(piece * count for piece, count in found) == fen - fen % 10
    assert [piece for piece, _count in found] == sorted((p for p, _c in found), reverse=True)
    assert all(count < 10 for piece, count in found if piece < 10_000)


@given(st.integers(0, 10**8))
def test_round_cash_covers_an_amount_by_less_than_ten_yuan(fen: int) -> None:
    assert 0 <= round_cash(fen) - fen < 1_000
    assert round_cash(fen) % 1_000 == 0
