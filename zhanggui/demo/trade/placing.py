"""Customers: they look at the shop, and some of them order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

from django.utils.timezone import localdate

from zhanggui.books.stock.queries import sellable_in
from zhanggui.books.traffic.actions.counting import take_in_notes
from zhanggui.books.traffic.rules.views import Note
from zhanggui.demo.trade.baskets import Basket, Good, fill_basket, goods_on_sale
from zhanggui.demo.trade.doors import no_door
from zhanggui.demo.trade.living import Deed, Life
from zhanggui.demo.trade.plan import Quirk, Wanting, looks, looks_of, moment_of_day, wantings
from zhanggui.demo.trade.screening import plan_order
from zhanggui.demo.trade.transfers import payment_of, plan_transfer
from zhanggui.demo.trade.visits import notes_of, origin_of
from zhanggui.ground.kernel.actor import CLOCKWORK, CustomerActor
from zhanggui.trade.orders.actions.placing import place_order
from zhanggui.trade.orders.models import Order, OrderLine
from zhanggui.trade.orders.queries import Service, service_of
from zhanggui.trade.orders.rules.orders import Draft, Item
from zhanggui.trade.orders.rules.states import Wish

CUSTOMER = CustomerActor(duties=frozenset({"orders.customer"}))

WISHES = {Wish.CALL: 58, Wish.WAIT: 14, Wish.SUBSTITUTE: 10, Wish.SEND_REST: 12, Wish.CANCEL: 6}

BIG_FEN = 56_000
"""What a week's shopping comes to at least: more than a stranger may have brought for cash."""

NOTES = (
    "放门口就行", "到了打电话", "下午五点后在家", "请不要按门铃，孩子在睡", "麻烦带点零钱", "放保安室", "送之前先微信说一声",
    "家里只有老人，请慢一点敲门",
)  # fmt: skip

ODD_PHONES = ("13888888888", "13912345678", "15000000000", "18666666666")


def waiting(life: Life) -> None:
    """Customers do not wait in the books."""


def daily(life: Life, day: date) -> None:
    """Put the day's orders on the agenda, and each hour's visits."""
    for wanting in wantings(life.seed, day, orders=life.orders):
        if life.since < wanting.at <= life.until:
            life.plan(wanting.at, "place", wanting)
    if localdate(life.until) == day:
        life.plan(life.until, "visit", day)
    for hour in range(1, 25):
        if life.since < (at := moment_of_day(day, hour)) - timedelta(seconds=1) <= life.until:
            life.plan(at - timedelta(seconds=1), "visit", day)


def _visit(life: Life, day: date, at: datetime) -> None:
    key = f"looks {day}"
    if key not in life.shop:
        wanted = [*wantings(life.seed, day, orders=life.orders), *_besides(life, day)]
        life.shop[key] = notes_of(
            [
                *looks(life.seed, day, orders=life.orders),
                *looks_of(_besides(life, day), seed=life.seed, day=day),
            ],
            seed=life.seed,
            day=day,
            buyers=frozenset(one.customer.device for one in wanted),
        )
    begin = max(_mark_before(at), life.since)
    notes: list[Note] = [note for note in life.shop[key] if begin < note.at <= at]
    if notes:
        take_in_notes(notes, by=CLOCKWORK, at=at)


def _besides(life: Life, day: date) -> list[Wanting]:
    """Return what is ordered on a day beside everyday life."""
    events = life.scene.events() if life.scene else ()
    return [about for at, deed, about in events if deed == "place" and localdate(at) == day]


def _mark_before(at: datetime) -> datetime:
    """Return the end of the last piece of visits before a moment: a second before an hour."""
    second, hour = timedelta(seconds=1), timedelta(hours=1)
    last = (at + second).replace(minute=0, second=0, microsecond=0) - second
    return last - hour if last == at else last


def _place(life: Life, wanting: Wanting, at: datetime) -> None:
    dice = Random(wanting.seed)
    customer = wanting.customer
    service = _service(life, customer.district.code, at=at)
    if service is None:
        return
    if wanting.quirk is Quirk.AGAIN:
        items = _same_again(customer.phone)
    else:
        goods = _goods(life, at=at)
        free = sellable_in(service.depot, [good.sku for good in goods])
        if wanting.quirk in {Quirk.MUCH, Quirk.WAITS}:
            items = _more_than_there_is(goods, free, dice)
        else:
            items = _items(wanting, service, goods, free, dice)
    if not items:
        return
    origin = origin_of(life.seed, customer.device, at=at)
    payment = payment_of(life, wanting)
    draft = replace(draft_of(wanting, items, dice), origin=origin, payment=payment)
    order = place_order(service.area.code, draft=draft, by=CUSTOMER, at=at)
    plan_order(life, order)
    plan_transfer(life, order)


def draft_of(wanting: Wanting, items: tuple[Item, ...], dice: Random) -> Draft:
    """Return the order as the customer writes it, with what is odd about it."""
    customer, quirk = wanting.customer, wanting.quirk
    phone = customer.phone
    if quirk is Quirk.NO_PHONE:
        phone = phone[: dice.choice((9, 10))]
    elif quirk is Quirk.ODD_PHONE:
        phone = dice.choice(ODD_PHONES)
    return Draft(
        recipient="" if quirk is Quirk.NO_NAME else customer.name,
        phone=phone,
        division=customer.division,
        address=no_door(customer.district, dice) if quirk is Quirk.NO_DOOR else customer.address,
        items=items,
        note=dice.choice(NOTES) if dice.random() < 0.22 else "",
        wish=Wish.WAIT
        if quirk is Quirk.WAITS
        else dice.choices(list(WISHES), list(WISHES.values()))[0],
        device=customer.device,
    )


def _service(life: Life, division: str, *, at: datetime) -> Service | None:
    key = f"service {division}"
    if key not in life.shop:
        life.shop[key] = service_of(division, at=at)
    found: Service | None = life.shop[key]
    return found


def _items(
    wanting: Wanting,
    service: Service,
    goods: list[Good],
    free: Mapping[int, int],
    dice: Random,
) -> tuple[Item, ...]:
    if not goods:
        return ()
    basket = fill_basket(
        goods,
        dice,
        taste=wanting.customer.taste,
        free=free,
        least_fen=BIG_FEN if wanting.quirk is Quirk.BIG else service.least_fen,
        big=wanting.quirk is Quirk.BIG,
    )
    return items_of(basket)


def _more_than_there_is(
    goods: list[Good], free: Mapping[int, int], dice: Random
) -> tuple[Item, ...]:
    """Return two pieces more of something than there are, for a feast, and one thing besides."""
    worth = {good.sku: (free[good.sku] + 2) * good.price_fen for good in goods}
    scarce = sorted(goods, key=lambda good: (worth[good.sku], good.code))
    dear = [good for good in scarce if 2_000 <= worth[good.sku] <= 46_000]
    if not scarce:
        return ()
    wanted = dice.choice(dear[:4] or scarce[:1])
    beside = min(
        (good for good in goods if good is not wanted), key=lambda good: abs(good.price_fen - 3_900)
    )
    return (
        Item(wanted.sku, free[wanted.sku] + 2, wanted.price_fen),
        Item(beside.sku, 1, beside.price_fen),
    )


def _goods(life: Life, *, at: datetime) -> list[Good]:
    """Return what is on sale, as read in this hour: what a customer has open on his screen."""
    key = f"goods {at:%Y-%m-%d %H}"
    if key not in life.shop:
        life.shop[key] = goods_on_sale(at=at)
    found: list[Good] = life.shop[key]
    return found


def items_of(basket: Basket) -> tuple[Item, ...]:
    """Return a basket as the lines of an order."""
    return tuple(Item(sku, pieces, price) for sku, (pieces, price) in basket.items())


def _same_again(phone: str) -> tuple[Item, ...]:
    order = Order.objects.filter(phone_key=phone).order_by("placed_at", "pk").last()
    if order is None:
        return ()
    lines = OrderLine.objects.filter(order=order, instead_of=None)
    return tuple(Item(line.sku_id, line.quantity, line.price_fen) for line in lines)


DEEDS: Mapping[str, Deed] = {"place": _place, "visit": _visit}
