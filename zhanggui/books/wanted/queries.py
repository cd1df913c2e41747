"""Reading what customers ask for: requests, the goods wanted, and who waits for what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue.models import Product, Sku
from zhanggui.books.catalogue.rules.goods import ProductState
from zhanggui.books.customers.personal import Section, Subject
from zhanggui.books.stock.models import Level
from zhanggui.books.stock.rules import PlaceKind, sellable
from zhanggui.books.wanted import rules
from zhanggui.books.wanted.models import GoodsRequest, StockReminder, WantedGoods
from zhanggui.books.wanted.rules import (
    OPEN,
    REMIND_FOR,
    TOLD_HOLDS,
    WAITING,
    ReminderState,
    RequestState,
    Waiter,
)
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.kernel.refusal import not_yours
from zhanggui.ground.org.queries import present

REQUESTS = "wanted.requests"
"""The duty of customer service: passing on what customers ask for."""

GOODS = "wanted.goods"
"""The duty of the product manager: deciding about the goods customers want."""

KEEPING = "S-PD-5"
"""Charter id of giving stock figures: whoever holds it sees how many people wait for goods."""

REQUESTS_SHOWN = 100
"""Requests on one page of a customer: more is a year's, the rest stands in his export."""


# --- requests ------------------------------------------------------------------------------------


def _requests_seen(by: DeskActor) -> QuerySet[GoodsRequest]:
    rows = GoodsRequest.objects.filter(by.scope(REQUESTS).where())
    return rows.select_related("area", "goods", "product")


def requests_to_route(by: DeskActor) -> QuerySet[GoodsRequest]:
    """Return the requests of one's areas that nobody has passed on or answered."""
    return _requests_seen(by).filter(state=RequestState.ASKED).order_by("asked_at", "pk")


def request_of(by: DeskActor, pk: int) -> GoodsRequest:
    """Return a request one passes on, or of goods one decides about; else `not_yours`."""
    found = _requests_seen(by).filter(pk=pk).first()
    if found is None and by.scope(GOODS):
        routed = GoodsRequest.objects.filter(pk=pk, goods__isnull=False)
        found = routed.select_related("area", "goods", "product").first()
    if found is None:
        raise not_yours()
    return found


def requests_sought(rows: QuerySet[GoodsRequest], text: str) -> QuerySet[GoodsRequest]:
    """Keep to the requests with this in them."""
    return rows.filter(Q(what__icontains=text.strip()) | Q(details__icontains=text.strip()))


def requests_for(goods: WantedGoods) -> list[GoodsRequest]:
    """Return who asked for wanted goods, the latest first."""
    rows = GoodsRequest.objects.filter(goods=goods).select_related("area")
    return list(rows.order_by("-asked_at", "-pk")[:REQUESTS_SHOWN])


def area_to_ask_in(area: str | None, *, at: datetime) -> str:
    """Return the area a request belongs to: that of the district looked at, else the whole."""
    if area:
        return area
    return next(node.code for node, _depth in present(at).structure.areas_in_order())


def requests_of_phone(phone_key: str) -> list[GoodsRequest]:
    """Return what a phone asked for, the latest first."""
    if not phone_key:
        return []
    rows = GoodsRequest.objects.filter(phone_key=phone_key).select_related("product")
    return list(rows.order_by("-asked_at", "-pk")[:REQUESTS_SHOWN])


def request_of_phone(phone_key: str, pk: int) -> GoodsRequest | None:
    """Return a request of a phone; None for anybody else's."""
    return GoodsRequest.objects.filter(phone_key=phone_key, pk=pk).exclude(phone_key="").first()


def open_requests_of(phone_key: str, word: str) -> bool:
    """Tell whether a phone waits for an answer to the same request."""
    rows = GoodsRequest.objects.filter(phone_key=phone_key, state__in=OPEN)
    return any(rules.word_of(what) == word for what in rows.values_list("what", flat=True))


def products_on_sale() -> QuerySet[Product]:
    """Return the goods that can be offered, by name."""
    return Product.objects.filter(state=ProductState.LISTED).order_by("name_zh", "pk")


# --- wanted goods --------------------------------------------------------------------------------


def _people(*, open_only: bool = False) -> Coalesce:
    rows = GoodsRequest.objects.filter(goods=OuterRef("pk")).order_by()
    if open_only:
        rows = rows.filter(state__in=OPEN)
    counted = rows.values("goods").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def goods_wanted(by: DeskActor) -> QuerySet[WantedGoods]:
    """Return the goods customers want that wait for a decision or are being looked for.

    `people` is how many wait for an answer. Goods belong to the whole company: whoever holds the
    duty anywhere sees them all.
    """
    rows = WantedGoods.objects.filter(state__in=WAITING).annotate(people=_people(open_only=True))
    rows = rows.select_related("product").order_by("-people", "wanted_since_at", "pk")
    return rows if by.scope(GOODS) else rows.none()


def goods_of(by: DeskActor, pk: int) -> WantedGoods:
    """Return wanted goods, for whoever decides about them; raise `not_yours` otherwise."""
    found = WantedGoods.objects.select_related("product").filter(pk=pk).first()
    if found is None or not by.scope(GOODS):
        raise not_yours()
    return found


def goods_sought(rows: QuerySet[WantedGoods], text: str) -> QuerySet[WantedGoods]:
    """Keep to the wanted goods with this in their word."""
    return rows.filter(word__contains=rules.word_of(text))


def people_of(goods: WantedGoods) -> tuple[int, int]:
    """Return how many asked for wanted goods, and how many of them wait for an answer."""
    counts = GoodsRequest.objects.filter(goods=goods).aggregate(
        all=Count("pk"), open=Count("pk", filter=Q(state__in=OPEN))
    )
    return counts["all"], counts["open"]


# --- reminders -----------------------------------------------------------------------------------


def reminders_of_phone(phone_key: str) -> list[StockReminder]:
    """Return what a phone wants to be told of, what still waits first."""
    if not phone_key:
        return []
    rows = StockReminder.objects.filter(phone_key=phone_key).select_related("sku__product")
    found = list(rows.order_by("-asked_at", "-pk")[:REQUESTS_SHOWN])
    return sorted(found, key=lambda one: one.state != ReminderState.WAITING)


def reminder_of_phone(phone_key: str, pk: int) -> StockReminder | None:
    """Return a reminder of a phone; None for anybody else's."""
    return StockReminder.objects.filter(phone_key=phone_key, pk=pk).exclude(phone_key="").first()


def waits_for(phone_key: str, sku: int) -> bool:
    """Tell whether a phone waits for a SKU."""
    rows = StockReminder.objects.filter(phone_key=phone_key, sku=sku)
    return bool(phone_key) and rows.filter(state=ReminderState.WAITING).exists()


def free_pieces(skus: Iterable[int]) -> dict[tuple[int, int], int]:
    """Return how many pieces may be sold, by SKU and depot, of goods that are on sale."""
    levels = Level.objects.filter(
        sku__in=set(skus),
        sku__product__state=ProductState.LISTED,
        location__kind=PlaceKind.DEPOT,
        on_hand__gt=F("reserved") + F("safety"),
    )
    return {(level.sku_id, level.location_id): sellable(level) for level in levels}


def reminders_to_tell(*, at: datetime) -> list[StockReminder]:
    """Return who is told now that his goods are there: first come first told."""
    rows = StockReminder.objects.filter(state=ReminderState.WAITING)
    waiters = [
        Waiter(*row) for row in rows.order_by().values_list("pk", "sku_id", "depot_id", "asked_at")
    ]
    told = StockReminder.objects.filter(state=ReminderState.TOLD, ended_at__gt=at - TOLD_HOLDS)
    free = free_pieces({one.sku for one in waiters})
    if not free:
        return []
    pks = rules.to_tell(
        waiters,
        free=free,
        promised=list(told.order_by("ended_at", "pk").values_list("sku_id", "depot_id")),
    )
    found = StockReminder.objects.select_related("sku__product").in_bulk(pks)
    return [found[pk] for pk in pks]


def reminders_grown_old(*, at: datetime) -> QuerySet[StockReminder]:
    """Return the reminders nobody waits for any more."""
    return StockReminder.objects.filter(
        state=ReminderState.WAITING, asked_at__lte=at - REMIND_FOR
    ).order_by("pk")


def people_waiting(skus: Iterable[Sku | int], *, depot: int | None = None) -> dict[int, int]:
    """Return how many people wait for each of these SKUs; with a depot: for it, or for any."""
    ids = [sku.pk if isinstance(sku, Sku) else sku for sku in skus]
    rows = StockReminder.objects.filter(sku__in=ids, state=ReminderState.WAITING)
    if depot is not None:
        rows = rows.filter(Q(depot=depot) | Q(depot__isnull=True))
    counts: QuerySet[StockReminder, Any] = (
        rows.order_by().values_list("sku").annotate(n=Count("pk"))
    )
    return dict(counts)


def waited_for(by: DeskActor) -> tuple[int, int]:
    """Return how many people wait for goods, and for how many SKUs, for whoever keeps stock."""
    rows = StockReminder.objects.filter(state=ReminderState.WAITING)
    if not by.scope(KEEPING):
        return 0, 0
    counts = rows.aggregate(people=Count("pk"), skus=Count("sku", distinct=True))
    return counts["people"], counts["skus"]


def first_asked(sku: int) -> datetime | None:
    """Return since when somebody has waited for a SKU."""
    rows = StockReminder.objects.filter(sku=sku, state=ReminderState.WAITING)
    first = rows.order_by("asked_at").values_list("asked_at", flat=True).first()
    return first if isinstance(first, datetime) else None


def reminded_lately(sku: int, *, at: datetime) -> int:
    """Return how many people were told of a SKU in the last week."""
    rows = StockReminder.objects.filter(sku=sku, state=ReminderState.TOLD)
    return rows.filter(ended_at__gt=at - timedelta(days=7)).count()


# --- all that is held of somebody ----------------------------------------------------------------


def held_here(subject: Subject) -> Sequence[Section]:
    """Return what a phone asked for."""
    requests = GoodsRequest.objects.filter(phone_key=subject.phone_key).select_related("product")
    reminders = StockReminder.objects.filter(phone_key=subject.phone_key)
    return [
        Section(
            "requests",
            _("Goods asked for"),
            (
                ("what", _("What")),
                ("details", _("Said beside it")),
                ("phone", _("Phone")),
                ("state", _("State")),
                ("answer", _("Answer")),
                ("offered", _("Offered")),
                ("asked_at", _("Asked")),
                ("answered_at", _("Answered")),
            ),
            [
                {
                    "what": one.what,
                    "details": one.details,
                    "phone": one.phone,
                    "state": one.get_state_display(),
                    "answer": one.answer,
                    "offered": str(one.product) if one.product else "",
                    "asked_at": one.asked_at,
                    "answered_at": one.answered_at,
                }
                for one in requests.order_by("pk")
            ],
        ),
        Section(
            "reminders",
            _("Reminders of stock"),
            (
                ("goods", _("Goods")),
                ("phone", _("Phone")),
                ("state", _("State")),
                ("asked_at", _("Asked")),
                ("ended_at", _("Ended")),
            ),
            [
                {
                    "goods": str(one.sku),
                    "phone": one.phone,
                    "state": one.get_state_display(),
                    "asked_at": one.asked_at,
                    "ended_at": one.ended_at,
                }
                for one in reminders.select_related("sku__product").order_by("pk")
            ],
        ),
    ]
