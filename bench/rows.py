"""Rows behind every queue, in bulk and past the actions: for measuring only."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any

from django.db import connection
from django.utils.crypto import get_random_string

from zhanggui.books.catalogue.models import Brand, Category, Product, Sku
from zhanggui.books.people.models import Policy, PolicyVersion
from zhanggui.books.stock.models import Level, Location
from zhanggui.ground.kernel import guard
from zhanggui.ground.ledger.models import Account
from zhanggui.ground.org.models import Assignment, ChangeSet, Person, Post
from zhanggui.steering.upkeep.models import ChangeRequest
from zhanggui.trade.cash.models import Collection, Purse, Remittance
from zhanggui.trade.delivery.models import Run, Stop
from zhanggui.trade.orders.models import Hold, Order, OrderLine, Shortage

CITY = "putian"
COURIER = "chen"
_numbers = count()


def fill(rows: int, at: datetime) -> None:
    """Put `rows` more rows behind each queue that can have so many."""
    with guard.writes_open():
        there = _places(at)
        minutes = [at - timedelta(minutes=number) for number in range(rows)]
        _work(there, minutes)
        skus = _goods(there, minutes)
        _orders(there, minutes, skus)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # as autovacuum would within the minute
            cursor.execute("ANALYZE")


def _places(at: datetime) -> SimpleNamespace:
    people = list(Person.objects.order_by("pk"))
    depot, new = Location.objects.get_or_create(
        code="PT", defaults={"kind": "depot", "area_id": CITY, "opened_at": at}
    )
    if new:
        Location.objects.create(code="PT-P", kind="packed", area_id=CITY, depot=depot, opened_at=at)
        Category.objects.create(code="all", name_zh="货", name_en="Goods")
    return SimpleNamespace(
        at=at,
        people=people,
        hu=Person.objects.get(user="hu"),
        courier=Person.objects.get(user=COURIER),
        depot=depot,
        category=Category.objects.get(),
        brand=Brand.objects.get_or_create(name_zh="牌")[0],
    )


def _work(there: SimpleNamespace, minutes: list[datetime]) -> None:
    """Work given, changes of the organisation, requests to the programmer, and policies."""
    people = there.people
    Assignment.objects.bulk_create(
        Assignment(
            title=f"Count shelf {number}",
            given_by=people[number % len(people)],
            to=there.hu if number % 2 else people[number % len(people)],
            area_id=CITY,
            given_at=at,
            due_at=there.at + timedelta(minutes=number - 20),
        )
        for number, at in enumerate(minutes)
    )
    ChangeSet.objects.bulk_create(
        ChangeSet(title="Grow", effective_at=at, drafted_at=at, drafted_by=there.hu, area_id=CITY)
        for at in minutes
    )
    post = Post.objects.order_by("pk").first()
    ask: dict[str, Any] = {
        "title": "Wider columns", "wanted": "Wider", "why": "Read", "kind": "change",
        "asked_by": there.hu, "post": post, "area_id": CITY,
    }  # fmt: skip
    ChangeRequest.objects.bulk_create(
        ChangeRequest(**ask, asked_at=at, waits_since_at=at, state=state, asked_back_at=back)
        for at in minutes
        for state, back in (("asked", None), ("question", at))
    )
    policies = Policy.objects.bulk_create(
        Policy(code=f"P-{next(_numbers)}", begun_at=at) for at in minutes
    )
    PolicyVersion.objects.bulk_create(
        PolicyVersion(
            policy=policy,
            number=1,
            area_id="minli",
            title_zh="制度",
            text_zh="守则",
            state="in_force",
            drafted_at=at,
            drafted_by=there.hu,
            published_at=at,
            published_by=there.hu,
            in_force_at=at,
        )
        for policy, at in zip(policies, minutes, strict=True)
    )


def _goods(there: SimpleNamespace, minutes: list[datetime]) -> list[Sku]:
    """Drafts, goods that are ready and have no price, and goods that have run out."""
    made: dict[str, list[Product]] = {}
    for state in ("draft", "ready", "listed"):
        made[state] = Product.objects.bulk_create(
            Product(
                code=f"B{next(_numbers)}",
                name_zh="线面",
                category=there.category,
                brand=there.brand,
                unit_zh="包",
                state=state,
                state_at=at,
                created_at=at,
                sought="线面",
            )
            for at in minutes
        )
    skus = Sku.objects.bulk_create(
        Sku(product=product, code=f"{product.code}-1", variant_zh="一包", weight_g=500)
        for products in made.values()
        for product in products
    )
    short = [sku for sku in skus if sku.product.state == "listed"]
    Level.objects.bulk_create(
        Level(location=there.depot, sku=sku, short_at=at)
        for sku, at in zip(short, minutes, strict=True)
    )
    return short


def _orders(there: SimpleNamespace, minutes: list[datetime], skus: list[Sku]) -> None:
    """Orders to screen, short, ready, on the road and back; runs, hand-ins and late money."""
    screening = _placed(there, minutes, skus, state="screening")
    Hold.objects.bulk_create(
        Hold(order=line.order, code="cod_limit", severity="ask", version=1, raised_at=there.at)
        for line in screening
    )
    sure = {"state": "confirmed", "confirmed_at": there.at}
    short = _placed(there, minutes, skus, **sure, fulfilment="unallocated")
    Shortage.objects.bulk_create(
        Shortage(line=line, area_id=CITY, pieces=1, opened_at=there.at) for line in short
    )
    _placed(there, minutes, skus, **sure, fulfilment="reserved")
    back = _placed(there, minutes, skus, **sure, fulfilment="returned")
    out = _placed(there, minutes, skus, **sure, fulfilment="out")
    run = {"area_id": CITY, "depot": there.depot, "courier": there.courier}
    road = Run.objects.create(
        **run, state="out", planned_at=there.at, picked_at=there.at, left_at=there.at
    )
    Run.objects.bulk_create(Run(**run, planned_at=at) for at in minutes)
    stops = Stop.objects.bulk_create(
        Stop(run=road, order=line.order, position=number) for number, line in enumerate(out)
    )
    Stop.objects.bulk_create(
        Stop(run=road, order=line.order, position=number, state="failed", done_at=there.at)
        for number, line in enumerate(back)
    )
    _cash(there, minutes, stops)


def _cash(there: SimpleNamespace, minutes: list[datetime], stops: list[Stop]) -> None:
    whose = {"area_id": CITY, "courier": there.courier, "counted_by": there.hu}
    Remittance.objects.bulk_create(
        Remittance(
            **whose,
            state=state,
            expected_fen=5000,
            declared={"5000": 1},
            declared_fen=5000,
            declared_at=at,
            counted={"1000": 4},
            counted_fen=4000,
            counted_at=at,
        )
        for at in minutes
        for state in ("different", "resolved")
    )
    known = set(Remittance.objects.filter(state="declared").values_list("courier", flat=True))
    Remittance.objects.bulk_create(  # one for each courier
        Remittance(
            area_id=CITY,
            courier=person,
            state="declared",
            expected_fen=5000,
            declared={"5000": 1},
            declared_fen=5000,
            declared_at=there.at,
        )
        for person in there.people
        if person.pk not in known
    )
    Collection.objects.bulk_create(
        Collection(
            stop=stop,
            order=stop.order,
            courier=there.courier,
            area_id=CITY,
            due_fen=5000,
            tendered_fen=5000,
            change_fen=0,
            late=True,
            taken_at=at,
        )
        for stop, at in zip(stops, minutes, strict=True)
    )
    if not Purse.objects.exists():
        account = Account.objects.create(
            code="cash.courier.bench", kind="asset", bound="", opened_at=there.at
        )
        Purse.objects.create(
            courier=there.courier,
            area_id=CITY,
            account=account,
            since_at=there.at,
            opened_at=there.at,
        )


def _placed(
    there: SimpleNamespace, minutes: list[datetime], skus: list[Sku], **how: Any
) -> list[OrderLine]:
    orders = Order.objects.bulk_create(
        Order(
            token=get_random_string(43),
            channel="shop",
            area_id=CITY,
            depot=there.depot,
            recipient="林小姐",
            phone="13800138000",
            phone_key=f"138{next(_numbers):08}",
            division="350304",
            address="拱辰街道荔园路 1 号 3 栋 502",
            goods_fen=5000,
            due_fen=5000,
            promised_at=at + timedelta(hours=4),
            placed_at=at,
            waits_since_at=at,
            **how,
        )
        for at in minutes
    )
    return OrderLine.objects.bulk_create(
        OrderLine(order=order, sku=sku, name_zh="线面", quantity=1, price_fen=5000)
        for order, sku in zip(orders, skus, strict=True)
    )
