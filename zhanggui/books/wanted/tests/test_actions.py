"""Asking for goods, passing it on, deciding about it; being told when goods are back."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from zhanggui.books.catalogue.models import Product
from zhanggui.books.customers.models import Message
from zhanggui.books.customers.personal import Subject
from zhanggui.books.customers.queries import text_of
from zhanggui.books.stock.actions.depots import receive_goods
from zhanggui.books.stock.rules import Line
from zhanggui.books.wanted import queries
from zhanggui.books.wanted.actions import (
    ASKER,
    ask_for_goods,
    ask_reminder,
    decline_goods,
    decline_request,
    end_reminder,
    forget_asker,
    offer_goods,
    point_to_goods,
    reveal_asker,
    route_request,
    take_up_goods,
    tell_back,
    withdraw_request,
)
from zhanggui.books.wanted.models import GoodsRequest, StockReminder, WantedGoods
from zhanggui.books.wanted.rounds import end_old_reminders, tell_back_in_stock
from zhanggui.books.wanted.tests.conftest import KEY, PHONES, ask, remind, told, wanted
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.kernel.refusal import Refusal

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def states() -> list[str]:
    return list(GoodsRequest.objects.order_by("pk").values_list("state", flat=True))


def text() -> str:
    message = Message.objects.order_by("pk").last()
    assert message is not None
    return str(text_of(message))


# --- asking --------------------------------------------------------------------------------------


def test_ask_for_goods_waits_for_customer_service(at: datetime, ye: Any) -> None:
    request = ask(at, " 荔枝干 ", details="外婆家那种，小核")
    assert (request.what, request.state, request.area_id) == ("荔枝干", "asked", "putian")
    assert list(queries.requests_to_route(ye)) == [request]
    facts = str(list(Fact.objects.values()))
    assert not any(word in facts for word in (KEY, "外婆", "荔枝干"))


def test_ask_for_goods_joins_those_who_asked_alike(at: datetime, ye: Any) -> None:
    goods = wanted(at, ye, PHONES[1])
    second = ask(at, "荔枝干", phone=PHONES[2])
    assert (second.state, second.goods) == ("routed", goods)


def test_ask_for_goods_is_told_what_the_others_were_told(at: datetime, ye: Any, tong: Any) -> None:
    take_up_goods(wanted(at, ye), answer="Next month.", by=tong, at=at)
    late = ask(at + HOUR, phone=PHONES[2])
    assert (late.state, late.answer) == ("taken_up", "Next month.")
    assert told() == [("wanted.taken_up", KEY), ("wanted.taken_up", PHONES[2])]


def test_ask_for_goods_is_refused_twice(at: datetime) -> None:
    ask(at)
    with pytest.raises(Refusal) as no:
        ask(at, " 荔枝干")
    assert str(no.value) == (
        "You have asked for this already. You are told as soon as there is an answer."
    )
    assert GoodsRequest.objects.count() == 1


def test_ask_for_goods_is_refused_too_often(at: datetime) -> None:
    for word in ("荔枝", "杨梅", "枇杷", "龙虾", "海带", "紫菜"):
        ask(at, word)
    with pytest.raises(Refusal) as no:
        ask(at, "香菇")
    assert no.value.code == "too_often"
    assert str(no.value.sentence) == "That is a lot of wishes for one day."


def test_ask_for_goods_is_refused_for_what_names_none(at: datetime) -> None:
    with pytest.raises(Refusal) as no:
        ask(at, "13850307261")
    assert str(no.value) == (
        "This does not name any goods. Write what it is called, like “lychee”."
    )


def test_ask_for_goods_is_refused_without_the_duty(at: datetime, ye: Any) -> None:
    with pytest.raises(Refusal) as no:
        ask_for_goods(
            "putian", what="荔枝", details="", phone=KEY, customer=None, network="", language="en",
            by=ye, at=at,
        )  # fmt: skip
    assert no.value.code == "not_yours"


def test_withdraw_request_once(at: datetime) -> None:
    request = withdraw_request(ask(at), by=ASKER, at=at)
    assert request.state == "withdrawn"
    with pytest.raises(Refusal):
        withdraw_request(request, by=ASKER, at=at)


# --- customer service ----------------------------------------------------------------------------


def test_route_request_makes_demand_the_product_manager_sees(
    at: datetime, ye: Any, tong: Any
) -> None:
    wanted(at, ye, *PHONES[:3])
    row = queries.goods_wanted(tong).get()
    assert (row.word, row.people) == ("荔枝干", 3)
    assert not queries.requests_to_route(ye).exists()


def test_route_request_groups_under_another_word(at: datetime, ye: Any) -> None:
    goods = wanted(at, ye)
    request = ask(at, "荔枝肉干", phone=PHONES[2])
    route_request(request, what="荔枝干", by=ye, at=at)
    assert GoodsRequest.objects.filter(goods=goods).count() == 2


def test_route_request_reopens_what_was_decided_about(at: datetime, ye: Any, tong: Any) -> None:
    goods = decline_goods(wanted(at, ye), answer="No source.", by=tong, at=at)
    second = ask(at + DAY, phone=PHONES[2])
    assert second.state == "asked"  # a person decides whether to bring it up again
    route_request(second, what="荔枝干", by=ye, at=at + DAY)
    goods.refresh_from_db()
    assert (goods.state, goods.answer, goods.wanted_since_at) == ("open", "", at + DAY)
    assert states() == ["declined", "routed"]


def test_route_request_is_refused_twice(at: datetime, ye: Any) -> None:
    request = ask(at)
    route_request(request, what="荔枝干", by=ye, at=at)
    with pytest.raises(Refusal):
        route_request(request, what="荔枝干", by=ye, at=at)
    assert WantedGoods.objects.count() == 1


def test_route_request_is_refused_without_the_duty(at: datetime, tong: Any) -> None:
    with pytest.raises(Refusal) as no:
        route_request(ask(at), what="荔枝干", by=tong, at=at)
    assert no.value.code == "not_yours"
    assert states() == ["asked"]


def test_point_to_goods_tells_the_customer(at: datetime, ye: Any, goods: SimpleNamespace) -> None:
    request = ask(at, "龙眼肉")
    point_to_goods(request, product=goods.longan.product, answer="", by=ye, at=at)
    assert states() == ["offered"]
    assert f"What you asked for is in our shop: {goods.longan.product.name}." in text()


def test_point_to_goods_is_refused_for_what_is_not_on_sale(
    at: datetime, ye: Any, goods: SimpleNamespace
) -> None:
    noodles = Product.objects.get(code="XH")
    with pytest.raises(Refusal) as no:
        point_to_goods(ask(at), product=noodles, answer="", by=ye, at=at)
    assert str(no.value) == (
        f"“{noodles.name}” is not on sale. Put it on sale first, or take it up and offer it later."
    )
    assert states() == ["asked"] and told() == []


def test_decline_request_tells_why(at: datetime, ye: Any) -> None:
    decline_request(ask(at, "香烟"), answer="We have no licence for it.", by=ye, at=at)
    assert states() == ["declined"]
    assert text().endswith("We cannot get what you asked for. We have no licence for it.")


def test_decline_request_is_refused_once_passed_on(at: datetime, ye: Any) -> None:
    wanted(at, ye)
    with pytest.raises(Refusal) as no:
        decline_request(GoodsRequest.objects.get(), answer="No.", by=ye, at=at)
    assert str(no.value) == (
        "The product manager decides about this now. The customer is told as soon as that is done."
    )
    assert states() == ["routed"]


def test_reveal_asker_goes_on_record(at: datetime, ye: Any, tong: Any) -> None:
    request = ask(at)
    reveal_asker(request, by=ye, at=at)
    assert Fact.objects.filter(verb="wanted.reveal_asker").count() == 1
    with pytest.raises(Refusal):
        reveal_asker(request, by=tong, at=at)


# --- the product manager -------------------------------------------------------------------------


def test_take_up_goods_tells_everybody(at: datetime, ye: Any, tong: Any) -> None:
    goods = wanted(at, ye, *PHONES[:3])
    take_up_goods(goods, answer="In December.", by=tong, at=at)
    assert states() == ["taken_up"] * 3
    assert told() == [("wanted.taken_up", phone) for phone in PHONES[:3]]
    assert Fact.objects.get(verb="wanted.take_up_goods").data["told"] == 3
    with pytest.raises(Refusal):
        take_up_goods(goods, answer="Again.", by=tong, at=at)


def test_offer_goods_tells_everybody_who_waits(
    at: datetime, ye: Any, tong: Any, goods: SimpleNamespace
) -> None:
    asked = wanted(at, ye, *PHONES[:3])
    withdraw_request(GoodsRequest.objects.order_by("pk")[0], by=ASKER, at=at)
    offer_goods(asked, product=goods.tea.product, answer="Fresh.", by=tong, at=at)
    assert states() == ["withdrawn", "offered", "offered"]
    assert [phone for _kind, phone in told()] == PHONES[1:3]
    assert not queries.goods_wanted(tong).exists()


def test_offer_goods_is_refused_for_what_is_not_on_sale(
    at: datetime, ye: Any, tong: Any, goods: SimpleNamespace
) -> None:
    asked = wanted(at, ye)
    with pytest.raises(Refusal) as no:
        offer_goods(asked, product=Product.objects.get(code="XH"), answer="", by=tong, at=at)
    assert no.value.code == "not_on_sale"
    assert states() == ["routed"]


def test_decline_goods_tells_why(at: datetime, ye: Any, tong: Any) -> None:
    decline_goods(wanted(at, ye), answer="Nobody grows it here.", by=tong, at=at)
    assert states() == ["declined"]
    assert "Nobody grows it here." in text()


def test_decline_goods_is_refused_without_the_duty(at: datetime, ye: Any) -> None:
    with pytest.raises(Refusal) as no:
        decline_goods(wanted(at, ye), answer="No.", by=ye, at=at)
    assert no.value.code == "not_yours"
    assert states() == ["routed"]


# --- reminders -----------------------------------------------------------------------------------


def fill(goods: SimpleNamespace, sku: Any, pieces: int, at: datetime) -> None:
    """Take pieces of a SKU into the depot of Putian."""
    receive_goods(goods.putian, lines=[Line(sku.pk, pieces)], by=CLOCKWORK, at=at)


@pytest.fixture
def gone(goods: SimpleNamespace, at: datetime) -> SimpleNamespace:
    """Return goods of which the longan is sold out."""
    from zhanggui.books.stock.actions.goods import reserve_goods

    free = sum(queries.free_pieces([goods.longan.pk]).values())
    for depot in (goods.putian, goods.quanzhou) if hasattr(goods, "quanzhou") else (goods.putian,):
        mine = queries.free_pieces([goods.longan.pk]).get((goods.longan.pk, depot.pk), 0)
        if mine:
            lines = [Line(goods.longan.pk, mine, "TEST")]
            reserve_goods(depot.area_id, depot=depot, lines=lines, by=CLOCKWORK, at=at)
    assert free and not queries.free_pieces([goods.longan.pk])
    return goods


def test_ask_reminder_waits(gone: SimpleNamespace, at: datetime) -> None:
    reminder = remind(at, gone.longan)
    assert (reminder.state, reminder.phone_key) == ("waiting", KEY)
    assert queries.people_waiting([gone.longan]) == {gone.longan.pk: 1}
    assert tell_back_in_stock(at) == 0


def test_ask_reminder_is_refused_for_what_is_there(goods: SimpleNamespace, at: datetime) -> None:
    with pytest.raises(Refusal) as no:
        remind(at, goods.tea)
    assert str(no.value) == "This is in stock. Put it into the cart and order it."


def test_ask_reminder_is_refused_twice(gone: SimpleNamespace, at: datetime) -> None:
    remind(at, gone.longan)
    with pytest.raises(Refusal) as no:
        remind(at, gone.longan)
    assert str(no.value) == (
        "You are on the list for this already. You are told as soon as it is there."
    )
    assert StockReminder.objects.count() == 1


def test_ask_reminder_is_refused_for_what_is_no_longer_sold(
    goods: SimpleNamespace, at: datetime
) -> None:
    with pytest.raises(Refusal) as no:
        remind(at, goods.noodles)
    assert str(no.value) == (
        f"“{goods.noodles}” is no longer sold. Ask for it: perhaps we get it again."
    )


def test_ask_reminder_is_refused_for_a_landline(gone: SimpleNamespace, at: datetime) -> None:
    with pytest.raises(Refusal) as no:
        ask_reminder(
            "putian", sku=gone.longan, depot=None, phone="0594-2345678", customer=None, network="",
            language="en", by=ASKER, at=at,
        )  # fmt: skip
    assert no.value.code == "phone_no_mobile"


def test_tell_back_in_stock_tells_as_many_as_there_are_pieces(
    gone: SimpleNamespace, at: datetime
) -> None:
    for number, phone in enumerate(PHONES[:3]):
        remind(at + number * timedelta(minutes=1), gone.longan, phone=phone)
    fill(gone, gone.longan, 2, at + HOUR)
    assert tell_back_in_stock(at + HOUR) == 2
    assert told() == [("wanted.back", PHONES[0]), ("wanted.back", PHONES[1])]
    assert tell_back_in_stock(at + 2 * HOUR) == 0
    assert tell_back_in_stock(at + 26 * HOUR) == 1  # nobody bought them: the third may
    assert len(told()) == 3


def test_tell_back_is_refused_twice(gone: SimpleNamespace, at: datetime) -> None:
    reminder = tell_back(remind(at, gone.longan), by=CLOCKWORK, at=at)
    with pytest.raises(Refusal):
        tell_back(reminder, by=CLOCKWORK, at=at)
    assert len(told()) == 1
    assert text().endswith("is in stock again. Who orders first has it.")


def test_end_reminder_tells_no_more(gone: SimpleNamespace, at: datetime) -> None:
    reminder = end_reminder(remind(at, gone.longan), by=ASKER, at=at)
    fill(gone, gone.longan, 2, at)
    assert tell_back_in_stock(at) == 0
    with pytest.raises(Refusal):
        end_reminder(reminder, by=ASKER, at=at)


def test_end_old_reminders_after_half_a_year(gone: SimpleNamespace, at: datetime) -> None:
    remind(at, gone.longan)
    assert end_old_reminders(at + 179 * DAY) == 0
    assert end_old_reminders(at + 180 * DAY) == 1


# --- erasure -------------------------------------------------------------------------------------


def test_forget_asker_leaves_the_goods_and_nobody(
    gone: SimpleNamespace, at: datetime, ye: Any
) -> None:
    wanted(at, ye)
    ask(at, "杨梅", details="找陈小娟")
    remind(at, gone.longan)
    ask(at, phone=PHONES[2])
    subject = Subject(phone_key=KEY, customer_id=0)
    held = {section.code: len(section.rows) for section in queries.held_here(subject)}
    assert held == {"requests": 2, "reminders": 1}
    assert forget_asker(None, subject=subject, by=CLOCKWORK, at=at) == 3
    mine = GoodsRequest.objects.filter(erased_at=at).order_by("pk")
    assert [(r.what, r.details, r.phone, r.state) for r in mine] == [
        ("荔枝干", "", "", "withdrawn"), ("杨梅", "", "", "withdrawn"),
    ]  # fmt: skip
    assert StockReminder.objects.get().state == "ended"
    assert GoodsRequest.objects.filter(phone_key=PHONES[2], state="routed").exists()
