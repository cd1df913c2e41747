"""What customers do with an order they have placed, and what keeps them from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from zhanggui.books.stock.tests.conftest import level_at
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.models import Fact
from zhanggui.trade.orders.actions.customers import change_own_order, rate_order
from zhanggui.trade.orders.actions.placing import cancel_own_order
from zhanggui.trade.orders.actions.progress import finish_at_door
from zhanggui.trade.orders.models import Order, Rating
from zhanggui.trade.orders.tests.conftest import CUSTOMER, carry, refused

SAME: dict[str, Any] = {
    "recipient": "陈小娟",
    "phone": "138 5030 7261",
    "division": "350304",
    "address": "镇海街道胜利路58号3栋502室",
    "note": "",
}


def change(order: Order, *, at: datetime, **new: Any) -> Order:
    """Change an order as its customer does."""
    return change_own_order(order, **{**SAME, **new}, by=CUSTOMER, at=at)


def test_change_own_order_takes_name_phone_address_and_note(
    place: Callable[..., Order], shop: SimpleNamespace, at: datetime
) -> None:
    order = place(tea=2)
    before = (order.promised_at, order.due_fen, order.waits_since_at)
    change(
        order,
        recipient=" 陈 小 ",
        phone="１３９５９４１２２０６",
        address="文献路88号5幢601室",
        note="Ring twice",
        at=at + timedelta(minutes=5),
    )
    order.refresh_from_db()
    assert (order.recipient, order.phone, order.phone_key) == (
        "陈 小",
        "139 5941 2206",
        "13959412206",
    )
    assert (order.address, order.note) == ("文献路88号5幢601室", "Ring twice")
    assert (order.state, order.fulfilment) == ("confirmed", "reserved")
    assert (order.promised_at, order.due_fen, order.waits_since_at) == before
    assert level_at(shop.putian, shop.tea) == (20, 2)
    fact = Fact.objects.get(verb="orders.change_own_order")
    assert fact.data["changed"] == ["recipient", "phone", "address", "note"]
    assert "13959412206" not in str(fact.data) and "文献路" not in str(fact.data)


@pytest.mark.parametrize(
    ("new", "field", "sentence"),
    [
        (
            {"address": "文献路附近"},
            "address",
            (
                "Behind “文献路” there is no number or building: it leads to no door. "
                "Put it right; until then the order goes where it was to go."
            ),
        ),
        (
            {"recipient": ""},
            "recipient",
            ("Missing: the name. Put it right; until then the order goes where it was to go."),
        ),
        (
            {"phone": "1385030726"},
            "phone",
            (
                "This number is too short: some digits are missing. "
                "Put it right; until then the order goes where it was to go."
            ),
        ),
        (
            {"division": "350302", "address": "荔园路9号3栋201室"},
            "address",
            (
                "That address is served from elsewhere, and the goods are set aside here already. "
                "Call this order off and place it again to the new address."
            ),
        ),
        (
            {"division": "110101"},
            None,
            (
                "We do not deliver to 北京市东城区 yet. "
                "Choose an address in one of the districts we serve."
            ),
        ),
        (
            {"recipient": "字" * 41},
            "recipient",
            "The name has more than 40 characters. Write it shorter.",
        ),
        (
            {"note": "字" * 201},
            "note",
            "The note has more than 200 characters. Write it shorter.",
        ),
    ],
)
def test_change_own_order_is_refused_where_it_would_lead_to_no_door(
    new: dict[str, Any],
    field: str | None,
    sentence: str,
    place: Callable[..., Order],
    at: datetime,
) -> None:
    order = place()
    no = refused(lambda: change(order, at=at, **new))
    assert (str(no), no.data.get("field")) == (sentence, field)


@pytest.mark.parametrize("step", ["pick", "load"])
def test_change_own_order_is_refused_once_it_is_packed(
    step: str, place: Callable[..., Order], shop: SimpleNamespace, at: datetime
) -> None:
    order = place()
    carry(order, shop, step, at=at)
    no = refused(lambda: change(order, note="Ring twice", at=at))
    assert str(no) == (
        "The goods of this order are packed or on their way: it cannot be changed any more. "
        "Call the courier once he is named here."
    )


def test_change_own_order_is_refused_after_it_was_called_off(
    place: Callable[..., Order], at: datetime
) -> None:
    order = place()
    cancel_own_order(order, by=CUSTOMER, at=at)
    no = refused(lambda: change(order, note="Ring twice", at=at))
    assert str(no) == (
        "This cannot be done while the state is “Cancelled”. "
        "Look at the record again: someone may have moved it on meanwhile."
    )


def test_change_own_order_in_screening_lets_it_through_where_it_is_clean_now(
    place: Callable[..., Order], shop: SimpleNamespace, at: datetime
) -> None:
    order = place(address="文献路附近", phone="1385030726", tea=2)
    assert order.state == "screening"
    change(order, at=at)
    order.refresh_from_db()
    assert (order.state, order.fulfilment) == ("confirmed", "reserved")
    assert {hold.resolution for hold in order.holds.all()} == {"corrected"}
    assert level_at(shop.putian, shop.tea) == (20, 2)


def test_change_own_order_in_screening_moves_to_another_district(
    place: Callable[..., Order], at: datetime
) -> None:
    order = place(address="文献路附近")
    change(order, division="350302", address="荔园路9号3栋201室", at=at)
    order.refresh_from_db()
    assert (order.division, order.area_id, order.state) == ("350302", "chengxiang", "confirmed")


def test_change_own_order_leaves_to_a_person_what_only_a_person_settles(
    place: Callable[..., Order], at: datetime
) -> None:
    order = place(tea=8, address="文献路附近")  # much cash for one door, and no door
    assert {hold.code for hold in order.holds.all()} == {"cod_limit", "addr_unclear"}
    change(order, at=at)
    order.refresh_from_db()
    assert order.state == "screening"
    assert [h.code for h in order.holds.filter(resolved_at=None)] == ["cod_limit"]


def test_change_own_order_does_not_shake_off_the_velocity_by_waiting(
    place: Callable[..., Order], at: datetime
) -> None:
    orders = [place(tea=1, address=f"文献路{n}号3栋502室") for n in (1, 2, 3, 4)]
    held = next(one for one in orders if one.holds.filter(code="velocity").exists())
    change(held, at=at + timedelta(hours=2))
    held.refresh_from_db()
    assert held.state == "screening"
    assert held.holds.filter(code="velocity", resolved_at=None).exists()


def test_rate_order_keeps_stars_and_words_once(
    place: Callable[..., Order], shop: SimpleNamespace, at: datetime
) -> None:
    order = handed(place, shop, at)
    rate_order(order, stars=4, words=" quick\nand kind ", by=CUSTOMER, at=at)
    rating = Rating.objects.get()
    assert (rating.order_id, rating.stars, rating.words) == (order.pk, 4, "quick and kind")
    assert (rating.rated_at, rating.changed_at) == (at, None)
    fact = Fact.objects.get(verb="orders.rate_order")
    assert fact.data["stars"] == 4 and "kind" not in str(fact.data)


def test_rate_order_again_changes_it_within_a_week(
    place: Callable[..., Order], shop: SimpleNamespace, at: datetime
) -> None:
    order = handed(place, shop, at)
    rate_order(order, stars=1, words="broken", by=CUSTOMER, at=at)
    later = at + timedelta(days=6, hours=23)
    rate_order(order, stars=5, by=CUSTOMER, at=later)
    rating = Rating.objects.get()
    assert (rating.stars, rating.words) == (5, "")
    assert (rating.rated_at, rating.changed_at) == (at, later)
    no = refused(lambda: rate_order(order, stars=2, by=CUSTOMER, at=at + timedelta(days=7)))
    assert str(no) == (
        "This rating was given more than 7 days ago and stands. What you said stays with the order."
    )
    assert Rating.objects.get().stars == 5


def test_rate_order_is_refused_before_anything_was_handed_over(
    place: Callable[..., Order], at: datetime
) -> None:
    order = place()
    no = refused(lambda: rate_order(order, stars=5, by=CUSTOMER, at=at))
    assert str(no) == (
        "Nothing of this order was handed over yet, so there is nothing to rate. "
        "Rate it when you have the goods."
    )
    assert not Rating.objects.exists()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"stars": 0}, "The stars are not chosen yet. Choose one to five stars."),
        ({"stars": 6}, "The stars are not chosen yet. Choose one to five stars."),
        (
            {"stars": 5, "words": "字" * 201},
            "Your words have more than 200 characters. Write it shorter.",
        ),
    ],
)
def test_rate_order_is_refused_without_stars_or_with_too_many_words(
    given: dict[str, Any],
    sentence: str,
    place: Callable[..., Order],
    shop: SimpleNamespace,
    at: datetime,
) -> None:
    order = handed(place, shop, at)
    no = refused(lambda: rate_order(order, **given, by=CUSTOMER, at=at))
    assert str(no) == sentence
    assert not Rating.objects.exists()


def handed(place: Callable[..., Order], shop: SimpleNamespace, at: datetime) -> Order:
    """Return an order that was taken at the door and paid for."""
    order = place(tea=1)
    carry(order, shop, "load", at=at)
    line = order.lines.get()
    finish_at_door(
        order,
        step="deliver",
        delivered={line.pk: 1},
        taken_fen=6_800,
        by=CLOCKWORK,
        at=at,
    )
    order.refresh_from_db()
    return order


# --- fairness and invoices at placing -------------------------------------------------------------


def test_place_order_is_refused_for_more_of_one_thing_than_is_fair(
    place: Callable[..., Order], at: datetime
) -> None:
    no = refused(lambda: place(tea=61))
    assert str(no) == (
        "Of “Anxi Tieguanyin · 250 g tin” one customer can order 60 pieces at present. Take fewer."
    )
    place(tea=6)
    no = refused(lambda: place(tea=55))
    assert str(no) == (
        "Of “Anxi Tieguanyin · 250 g tin” one customer can order 60 pieces at present. "
        "Your open orders hold 6 of them already: take fewer."
    )
    assert no.data["most"] == 60
    assert place(tea=61, channel="desk").lines.get().quantity == 61


def test_place_order_keeps_the_invoice_wished(place: Callable[..., Order]) -> None:
    order = place(invoice_title=" 莆田某某 公司 ", invoice_tax_no="91330100799655058b")
    order.refresh_from_db()
    assert (order.invoice_title, order.invoice_tax_no) == ("莆田某某 公司", "91330100799655058B")


def test_place_order_is_refused_with_a_wrong_tax_number(place: Callable[..., Order]) -> None:
    no = refused(lambda: place(invoice_title="某某公司", invoice_tax_no="91330100799655085B"))
    assert no.code == "tax_no_check"
    assert str(no).startswith("This is no valid tax number: its check character does not fit.")
