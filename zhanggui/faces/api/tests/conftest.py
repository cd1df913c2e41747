"""What the tests of the JSON doors share: a shop that delivers, and a program that asks."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from tests.scenes import laid_out
from zhanggui.trade.orders.tests.conftest import make_shop

ORDER: dict[str, Any] = {
    "recipient": "陈小娟",
    "phone": "138 5030 7261",
    "division": "350304",
    "address": "镇海街道胜利路58号3栋502室",
    "items": [{"code": "TG-250", "quantity": 2, "price_fen": 6_800}],
}
"""An order against which nothing speaks."""

NUMBER = "0d0c7a3e-1f4b-4a52-9a53-51f2c6f8f9d1"


@pytest.fixture(autouse=True)
def nobody_asked_before(request: pytest.FixtureRequest) -> Iterator[None]:
    """Begin with no orders asked for from this address."""
    if "db" in request.fixturenames:
        cache.clear()
    yield


@pytest.fixture
def shop(db: None, at: datetime) -> SimpleNamespace:
    """Return a shop that delivers in Putian: 20 tea, 5 longan, no noodles, all on sale."""
    return laid_out(make_shop, at)


@pytest.fixture
def send(db: None) -> Callable[..., HttpResponse]:
    """Return a program that sends an order: `send(key="...", phone="...")`."""

    def post(
        body: Any = None, *, key: str | None = NUMBER, language: str = "en", **changes: Any
    ) -> HttpResponse:
        headers = {"Accept-Language": language, **({"Idempotency-Key": key} if key else {})}
        content = body if isinstance(body, str | bytes) else json.dumps({**ORDER, **changes})
        return Client().post(
            "/api/shop/orders", content, content_type="application/json", headers=headers
        )

    return post


@pytest.fixture
def ask(db: None) -> Callable[..., HttpResponse]:
    """Return a program that reads: `ask("/api/shop/goods", page=2)`."""

    def get(path: str, *, language: str = "en", **query: Any) -> HttpResponse:
        return Client().get(path, query, headers={"Accept-Language": language})

    return get
