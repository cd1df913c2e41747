"""Screening by a person: each act does it, or refuses with its sentence and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from zhanggui.books.stock.tests.conftest import level_at
from zhanggui.ground.kernel.models import Fact
from zhanggui.trade.orders.actions.screening import (
    cancel_order,
    confirm_order,
    correct_order,
    reveal_phone,
    void_order,
)
from zhanggui.trade.orders.models import Hold, Order
from zhanggui.trade.orders.tests.conftest import carry, refused, short_order

GOOD: dict[str, Any] = {
    "recipient": "陈小娟",
    "phone": "13850307261",
    "division": "350304",
    "address": "镇海街道文献路88号5幢601室",
}


@pytest.fixture
def chen(actor: Callable[..., Any]) -> Any:
    """Return a courier of Putian, who screens its orders."""
    return actor("chen")


def test_confirm_order_lets_a_doubted_order_through(
    place: Callable[..., Order], shop: SimpleNamespace, chen: Any, at: datetime
) -> None:
    order = place(tea=8)  # much cash for one door
    later = at + timedelta(minutes=7)
    confirm_order(order, by=chen, at=later)
    order.refresh_from_db()
    assert (order.state, order.fulfilment) == ("confirmed", "reserved")
    assert (order.confirmed_at, order.waits_since_at) == (later, later)
    assert [h.resolution for h in order.holds.all()] == ["confirmed"]
    assert level_at(shop.putian, shop.tea) == (20, 8)
    fact = Fact.objects.get(verb="orders.confirm_order")
    assert (fact.wait_s, fact.promise_s, fact.area) == (420, 900, "licheng")


def test_confirm_order_is_refused_while_something_must_be_corrected(
    place: Callable[..., Order], chen: Any, at: datetime
) -> None:
    order = place(address="文献路附近")
    no = refused(lambda: confirm_order(order, by=chen, at=at))
    assert str(no) == (
        "This order cannot go on as it is: Behind “文献路” there is no number or building: "
        "it leads to no door. Correct it, or cancel it."
    )


def test_confirm_order_twice_is_refused(
    place: Callable[..., Order], chen: Any, at: datetime
) -> None:
    order = place()
    no = refused(lambda: confirm_order(order, by=chen, at=at))
    assert str(no) == (
        "This cannot be done while the state is “Confirmed”. "
        "Look at the record again: someone may have moved it on meanwhile."
    )


def test_correct_order_that_is_clean_now_goes_through_at_once(
    place: Callable[..., Order], shop: SimpleNamespace, chen: Any, at: datetime
) -> None:
    order = place(address="文献路附近", phone="1385030726", tea=2)
    correct_order(order, **GOOD, by=chen, at=at)
    order.refresh_from_db()
    assert (order.state, order.fulfilment) == ("confirmed", "reserved")
    assert (order.address, order.phone_key) == (GOOD["address"], "13850307261")
    assert {h.resolution for h in order.holds.all()} == {"corrected"}
    fact = Fact.objects.get(verb="orders.correct_order")
    assert fact.data["corrected"] == ["phone", "address"]
    assert GOOD["address"] not in str(fact.data)


def test_correct_order_screens_anew(place: Callable[..., Order], chen: Any, at: datetime) -> None:
    order = place(address="文献路附近", tea=8)
    correct_order(order, **GOOD | {"address": "3栋502室"}, by=chen, at=at)
    order.refresh_from_db()
    assert order.state == "screening"
    holds = Hold.objects.filter(order=order).order_by("pk")
    still = [h for h in holds if h.resolved_at is None]
    assert [h.code for h in still] == ["addr_unclear", "cod_limit"]
    assert still[0].evidence == {"problem": "no_place"}
    assert [h.resolution for h in holds] == ["corrected", "corrected", "", ""]


def test_correct_order_moves_it_to_the_area_of_the_new_address(
    place: Callable[..., Order], chen: Any, at: datetime
) -> None:
    order = place(address="文献路附近")
    late = at.replace(hour=17)
    correct_order(
        order, **GOOD | {"division": "350303", "address": "涵东街道六一街12号"}, by=chen, at=late
    )
    order.refresh_from_db()
    assert (order.area_id, order.division, order.state) == ("hanjiang", "350303", "confirmed")
    assert order.promised_at == (at + timedelta(days=1)).replace(hour=12)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (
            {"division": "350502"},
            (
                "We do not deliver to 福建省泉州市鲤城区 yet. "
                "Choose an address in one of the districts we serve."
            ),
        ),
        (
            {"recipient": "***"},
            "The name is made of symbols alone. Write it in characters, letters or digits.",
        ),
    ],
)
def test_correct_order_is_refused(
    place: Callable[..., Order], chen: Any, at: datetime, other: dict[str, str], said: str
) -> None:
    order = place(address="文献路附近")
    assert str(refused(lambda: correct_order(order, **GOOD | other, by=chen, at=at))) == said


def test_correct_order_is_refused_once_it_went_through(
    place: Callable[..., Order], chen: Any, at: datetime
) -> None:
    order = place()
    assert refused(lambda: correct_order(order, **GOOD, by=chen, at=at)).code == "illegal_move"


def test_cancel_order_in_screening_and_after_it(
    place: Callable[..., Order], shop: SimpleNamespace, chen: Any, at: datetime
) -> None:
    held, through = place(address="文献路附近"), place(tea=3)
    for order in (held, through):
        cancel_order(order, reason_code="unreachable", reason="三次\n无人接", by=chen, at=at)
        order.refresh_from_db()
        assert (order.state, order.money, order.due_fen) == ("cancelled", "nothing", 0)
        assert (order.reason_code, order.reason, order.ended_at) == (
            "unreachable",
            "三次 无人接",
            at,
        )
    assert [h.resolution for h in held.holds.all()] == ["cancelled"]
    assert level_at(shop.putian, shop.tea) == (20, 0)


def test_cancel_order_settles_its_shortages(
    place: Callable[..., Order], shop: SimpleNamespace, chen: Any, at: datetime
) -> None:
    order, short = short_order(place)
    cancel_order(order, reason_code="customer", by=chen, at=at)
    short.refresh_from_db()
    assert (short.state, short.outcome) == ("settled", "cancelled")
    assert level_at(shop.putian, shop.tea) == (20, 0)


def test_cancel_order_is_refused_for_an_unknown_reason_and_on_the_road(
    place: Callable[..., Order], shop: SimpleNamespace, chen: Any, at: datetime
) -> None:
    order = place()
    no = refused(lambda: cancel_order(order, reason_code="mood", by=chen, at=at))
    assert str(no) == "“mood” is not among the choices. Choose one of those offered."
    carry(order, shop, "load", at=at)
    no = refused(lambda: cancel_order(order, reason_code="customer", by=chen, at=at))
    assert str(no) == (
        "The goods of this order are already on their way. "
        "The customer can refuse them at the door."
    )


def test_void_order_stays_on_record(place: Callable[..., Order], chen: Any, at: datetime) -> None:
    order = place(address="文献路附近")
    void_order(order, reason_code="malicious", reason="号码不存在", by=chen, at=at)
    order.refresh_from_db()
    assert (order.state, order.fulfilment, order.money) == ("void", "unallocated", "nothing")
    assert (order.reason_code, order.reason) == ("malicious", "号码不存在")
    assert [h.resolution for h in order.holds.all()] == ["void"]


def test_void_order_is_refused_after_confirmation_and_for_unknown_reasons(
    place: Callable[..., Order], chen: Any, at: datetime
) -> None:
    held, through = place(address="文献路附近"), place(tea=3)
    no = refused(lambda: void_order(through, reason_code="test", by=chen, at=at))
    assert no.code == "illegal_move"
    no = refused(lambda: void_order(held, reason_code="mood", by=chen, at=at))
    assert str(no) == "“mood” is not among the choices. Choose one of those offered."


def test_screening_is_not_for_other_areas_or_posts(
    place: Callable[..., Order], actor: Callable[..., Any], at: datetime
) -> None:
    order = place(tea=8)
    for user in ("xie", "tong", "wu"):
        by = actor(user)
        for deed in (
            lambda by=by: confirm_order(order, by=by, at=at),
            lambda by=by: correct_order(order, **GOOD, by=by, at=at),
            lambda by=by: cancel_order(order, reason_code="customer", by=by, at=at),
            lambda by=by: void_order(order, reason_code="test", by=by, at=at),
            lambda by=by: reveal_phone(order, by=by, at=at),
        ):
            assert refused(deed).code == "not_yours"


def test_reveal_phone_is_a_fact_without_the_number(
    place: Callable[..., Order], actor: Callable[..., Any], at: datetime
) -> None:
    order = place()
    reveal_phone(order, by=actor("ye"), at=at)
    fact = Fact.objects.get(verb="orders.reveal_phone")
    assert (fact.record_id, fact.duty, fact.data) == (order.pk, "orders.contact", {})


def test_reveal_phone_is_refused_where_there_is_none(
    place: Callable[..., Order], actor: Callable[..., Any], at: datetime
) -> None:
    order = place(phone="")
    no = refused(lambda: reveal_phone(order, by=actor("chen"), at=at))
    assert str(no) == (
        "The customer has given no phone number. "
        "The order can only be cancelled, or wait until the customer calls."
    )
