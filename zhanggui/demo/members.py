"""Members of the example company: how they joined, what they ask for, and what they were told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from zhanggui.books.catalogue.models import Product
from zhanggui.books.catalogue.rules.goods import ProductState
from zhanggui.books.customers.actions.accounts import save_address
from zhanggui.books.customers.actions.sending import begin_sending, note_sent
from zhanggui.books.customers.actions.signing import answer_code, ask_code
from zhanggui.books.customers.actor import VISITOR, MemberActor
from zhanggui.books.customers.models import Customer, Message
from zhanggui.books.customers.queries import code_of, member_of_phone
from zhanggui.books.stock.models import Level
from zhanggui.books.stock.rules import PlaceKind, sellable
from zhanggui.books.wanted.actions import (
    ASKER,
    ask_for_goods,
    ask_reminder,
    decline_goods,
    decline_request,
    end_reminder,
    point_to_goods,
    route_request,
    take_up_goods,
)
from zhanggui.books.wanted.models import GoodsRequest, WantedGoods
from zhanggui.books.wanted.queries import area_to_ask_in
from zhanggui.demo.stories import Calendar, Story
from zhanggui.demo.trade.clientele import Customer as Buyer
from zhanggui.demo.trade.clientele import clientele
from zhanggui.demo.trade.living import SEED
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.trade.orders.queries import service_of

DEVICES = ("Chrome · Android", "WeChat · iPhone", "Safari · iPhone", "Edge · Windows")

JOINED = ((0, 8, "20:15"), (1, 7, "12:40"), (2, 6, "21:05"), (3, 4, "19:30"), (4, 2, "08:50"))
"""Which customer became a member, how many days ago, and when."""

OFFICES = {0: "公司", 2: "爸妈家"}
"""Who keeps a second address, and what he calls it; it is the door of another customer."""

SERVICE, PRODUCT_MANAGER = "ye", "tong"


@dataclass(frozen=True)
class Asked:
    """That a customer asked for goods, and what came of it, hours later: a story's next step."""

    buyer: int
    ago: int
    clock: str
    what: str
    details: str = ""
    then: str = ""


ASKED = (
    Asked(0, 6, "20:30", "佛跳墙", "真空装，两个人吃的量", "佛跳墙"),
    Asked(5, 6, "21:10", "佛跳墙", "要有鲍鱼的", "佛跳墙"),
    Asked(1, 5, "13:00", "荔枝干", "小核的，外婆家那种", "荔枝干"),
    Asked(6, 4, "20:20", "荔枝干", "", "荔枝干"),
    Asked(7, 3, "21:40", "枝子干", "打错了，是荔枝干", "荔枝干"),
    Asked(2, 4, "11:15", "进口奶粉", "一段的", "进口奶粉"),
    Asked(3, 3, "12:05", "龙眼肉", "煮甜汤用", "have:GYR"),
    Asked(8, 2, "22:10", "二手手机", "", "no:我们只做家里吃的用的，不卖手机。"),
    Asked(4, 0, "07:55", "莆田枇杷膏", "小时候常吃的那种"),
    Asked(9, 0, "08:05", "兴化米粉粗的", "炒着吃"),
)
"""What was asked for; `then` is the word it was passed on under, or how it was answered at once."""

TAKEN_UP = ("佛跳墙", "正在跟福州两家厂谈，月底前给您准信。")
DECLINED = ("进口奶粉", "要有专门的许可，我们不做。")

WAITERS = ((0, 240), (5, 200), (1, 150), (10, 95), (11, 40))
"""Who wants to be told when goods are there again, and how many minutes ago he asked."""


def member_stories(days: Calendar) -> list[Story]:
    """Return how customers became members, asked for goods, and wait for what is sold out."""
    return [
        *(_joins(days, *joined) for joined in JOINED),
        *(_asks(days, asked) for asked in ASKED),
        _decides(days, 3, "10:20", _take_up),
        _decides(days, 2, "16:45", _decline),
        _waits(days),
    ]


def _buyer(number: int) -> Buyer:
    return clientele(SEED)[number]


def _area(buyer: Buyer, *, at: datetime) -> str:
    service = service_of(buyer.division, at=at)
    return area_to_ask_in(service.area.code if service else None, at=at)


def _told(phone: str, *, at: datetime) -> None:
    """Note that what a customer was to be told has been sent: long ago, by another worker."""
    key = phone.replace(" ", "")
    for message in Message.objects.filter(phone_key=key, state="waiting").order_by("pk"):
        begin_sending(message, by=CLOCKWORK, at=at)
        note_sent(message, by=CLOCKWORK, at=at)


def _joins(days: Calendar, number: int, ago: int, clock: str) -> Story:
    yield (at := days.back(ago, clock))
    buyer, seen = _buyer(number), {"network": "", "language": "zh-hans"}
    row = ask_code(None, phone=buyer.phone, **seen, by=VISITOR, at=at)
    _told(buyer.phone, at=at)
    yield (at := at + timedelta(seconds=40))
    made = answer_code(
        None,
        phone=buyer.phone,
        code=code_of(row),
        key=f"example member {number}",
        device=DEVICES[number % len(DEVICES)],
        **seen,
        by=VISITOR,
        at=at,
    )
    assert made is not None
    member = made.customer
    _keep(member, buyer, "家", at=at + timedelta(seconds=50))
    if label := OFFICES.get(number):
        yield (at := at + timedelta(minutes=3))
        _keep(member, _buyer(number + 20), label, at=at)


def _keep(member: Customer, door: Buyer, label: str, *, at: datetime) -> None:
    save_address(
        member,
        recipient=door.name,
        phone=door.phone,
        division=door.division,
        address=door.address,
        label=label,
        by=MemberActor(member.pk),
        at=at,
    )


def _asks(days: Calendar, asked: Asked) -> Story:
    yield (at := days.back(asked.ago, asked.clock))
    buyer = _buyer(asked.buyer)
    request = ask_for_goods(
        _area(buyer, at=at),
        what=asked.what,
        details=asked.details,
        phone=buyer.phone,
        customer=member_of_phone(buyer.phone),
        network="",
        language="zh-hans",
        by=ASKER,
        at=at,
    )
    if not asked.then or request.state != "asked":
        return
    yield (at := at + timedelta(minutes=95))
    by = days.one(SERVICE, at)
    kind, _colon, rest = asked.then.partition(":")
    if kind == "have":
        point_to_goods(request, product=Product.objects.get(code=rest), answer="", **by)
    elif kind == "no":
        decline_request(request, answer=rest, **by)
    else:
        route_request(request, what=asked.then, **by)
    _told(buyer.phone, at=at)


def _decides(
    days: Calendar, ago: int, clock: str, decide: Callable[[Calendar, datetime], WantedGoods]
) -> Story:
    yield (at := days.back(ago, clock))
    goods = decide(days, at)
    for request in GoodsRequest.objects.filter(goods=goods):
        _told(request.phone_key, at=at)


def _take_up(days: Calendar, at: datetime) -> WantedGoods:
    word, answer = TAKEN_UP
    goods = WantedGoods.objects.get(word=word)
    return take_up_goods(goods, answer=answer, **days.one(PRODUCT_MANAGER, at))


def _decline(days: Calendar, at: datetime) -> WantedGoods:
    word, answer = DECLINED
    goods = WantedGoods.objects.get(word=word)
    return decline_goods(goods, answer=answer, **days.one(PRODUCT_MANAGER, at))


def _waits(days: Calendar) -> Story:
    """Let customers wait for what has just been sold out; one of them thinks better of it."""
    for place, (number, minutes) in enumerate(WAITERS):
        yield (at := days.now - timedelta(minutes=minutes))
        gone = _sold_out()
        if not gone:
            return
        level, buyer = gone[place % min(2, len(gone))], _buyer(number)
        reminder = ask_reminder(
            _area(buyer, at=at),
            sku=level.sku,
            depot=level.location,
            phone=buyer.phone,
            customer=member_of_phone(buyer.phone),
            network="",
            language="zh-hans",
            by=ASKER,
            at=at,
        )
    yield (at := days.now - timedelta(minutes=20))
    end_reminder(reminder, by=ASKER, at=at)


def _sold_out() -> list[Level]:
    """Return the levels with nothing to sell of goods on sale, by depot and code."""
    rows = Level.objects.filter(
        location__kind=PlaceKind.DEPOT, sku__product__state=ProductState.LISTED
    ).select_related("location", "sku__product")
    return [one for one in rows.order_by("location__code", "sku__code") if sellable(one) <= 0]
