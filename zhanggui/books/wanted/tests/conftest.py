"""What the tests of wanted goods share: goods on sale, who asks for what, and who decides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from tests.scenes import laid_out
from zhanggui.books.customers.models import Message
from zhanggui.books.search.tests.conftest import make_goods
from zhanggui.books.wanted import audits
from zhanggui.books.wanted.actions import ASKER, ask_for_goods, ask_reminder, route_request
from zhanggui.books.wanted.models import GoodsRequest, StockReminder, WantedGoods

assert audits, "every test with a database ends with the audits of this room"

PHONES = [f"1385030726{n}" for n in range(10)]
KEY = PHONES[1]


@pytest.fixture
def goods(db: None, at: datetime) -> SimpleNamespace:
    """Return tea (20 in Putian) and longan (5) on sale, noodles taken off sale."""
    return laid_out(make_goods, at)


@pytest.fixture
def ye(actor: Callable[..., Any]) -> Any:
    """Return customer service."""
    return actor("ye")


@pytest.fixture
def tong(actor: Callable[..., Any]) -> Any:
    """Return the product manager."""
    return actor("tong")


def ask(at: datetime, what: str = "荔枝干", *, phone: str = KEY, **other: Any) -> GoodsRequest:
    """Ask for goods."""
    said: dict[str, Any] = {"details": "", "customer": None, "network": "", "language": "en"}
    return ask_for_goods("putian", what=what, phone=phone, **(said | other), by=ASKER, at=at)


def remind(at: datetime, sku: Any, *, phone: str = KEY, depot: Any = None) -> StockReminder:
    """Have oneself told when a SKU is there again."""
    return ask_reminder(
        "putian", sku=sku, depot=depot, phone=phone, customer=None, network="", language="en",
        by=ASKER, at=at,
    )  # fmt: skip


def wanted(at: datetime, by: Any, *phones: str, what: str = "荔枝干") -> WantedGoods:
    """Have several people ask for the same, and pass it on."""
    for phone in phones or (KEY,):
        request = ask(at, what, phone=phone)
        if request.state == "asked":
            route_request(request, what=what, by=by, at=at)
    return WantedGoods.objects.get()


def told() -> list[tuple[str, str]]:
    """Return what customers are told: kind and phone, in the order it was made."""
    return list(Message.objects.order_by("pk").values_list("kind", "phone_key"))
