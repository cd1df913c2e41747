"""How many orders a second one process takes, beside the bare-SQL floor of the same transaction.

Run with `make bench`, or this file alone with `.venv/bin/python -m pytest bench/test_checkout.py -n
0 -s`; on PostgreSQL with `.venv/bin/python tests/postgres.py` before it. An order of two goods goes
through the whole stack of the JSON door: screened, confirmed, its goods set aside, committed as
durably as in production. There are two floors, both in raw SQL with fresh keys and committed alike:
the whole transaction as it was captured from one order, reads and writes, with nothing decided; and
what nobody can go below, its INSERTs and UPDATEs alone. Seconds are of the wall; the figures depend
on the disk and are printed, never asserted.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client

from bench.served import unwatched
from zhanggui.books.stock.actions.depots import receive_goods
from zhanggui.books.stock.rules import Line
from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.trade.orders.models import Order
from zhanggui.trade.orders.tests.conftest import PRICES, make_shop

WARM, ORDERS = 20, 300
WRITES, READS = ("INSERT", "UPDATE"), ("SELECT",)
Statement = tuple[str, Any]


class Buyers:
    """Customers who each order two goods once, from a phone and an address of their own."""

    def __init__(self, shop: SimpleNamespace) -> None:
        self.items = [
            {"code": sku.code, "quantity": 1, "price_fen": PRICES[name]}
            for name, sku in (("tea", shop.tea), ("longan", shop.longan))
        ]
        self.count = 0
        self.browser = Client()

    def order(self) -> str:
        """Place an order and return its idempotency key."""
        self.count += 1
        key = str(uuid.uuid4())
        body = {
            "recipient": "陈小娟",
            "phone": f"13850{self.count:06d}",
            "division": "350304",
            "address": f"镇海街道胜利路{self.count}号3栋502室",
            "items": self.items,
        }
        answer = self.browser.post(
            "/api/shop/orders",
            json.dumps(body),
            content_type="application/json",
            headers={"Idempotency-Key": key},
            REMOTE_ADDR=f"10.0.{self.count // 200}.{self.count % 200}",
        )
        assert answer.status_code == 201, answer.content
        return key


def captured(buyers: Buyers) -> tuple[list[Statement], dict[str, Callable[[], str]]]:
    """Return the transaction of one order, and what in it must be fresh each time."""
    found: list[Statement] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(WRITES + READS) and connection.in_atomic_block:
            found.append((sql, params or ()))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        key = buyers.order()
    token = Order.objects.latest("pk").token
    return found, {token: lambda: uuid.uuid4().hex, f"api:{key}": lambda: f"api:{uuid.uuid4()}"}


def repeated(statements: list[Statement], fresh: dict[str, Callable[[], str]]) -> None:
    """Do the same once more in raw SQL, and commit."""
    with transaction.atomic(), connection.cursor() as cursor:
        for sql, params in statements:
            own = [fresh[p]() if isinstance(p, str) and p in fresh else p for p in params]
            cursor.execute(sql, own)
            if sql.startswith(READS):
                cursor.fetchall()


def per_second(deed: Callable[[], Any], *, times: int) -> tuple[float, float]:
    """Return how often a second something can be done, and its processor milliseconds."""
    for _ in range(WARM):
        deed()
    begun, spent = time.perf_counter(), time.process_time()
    for _ in range(times):
        deed()
    cpu_ms = (time.process_time() - spent) * 1000 / times
    return times / (time.perf_counter() - begun), cpu_ms


@pytest.mark.django_db(transaction=True)
@pytest.mark.books_broken  # the repeated rows belong to no order
def test_checkout_beside_the_floor(at: datetime, capsys: pytest.CaptureFixture[str]) -> None:
    cache.clear()
    shop = make_shop(at)
    plenty = [Line(sku.pk, 50_000) for sku in (shop.tea, shop.longan)]
    receive_goods(shop.putian, lines=plenty, note="bench", by=CLOCKWORK, at=at)
    buyers = Buyers(shop)
    for _ in range(WARM):
        buyers.order()
    statements, fresh = captured(buyers)
    with unwatched():
        orders, cpu_ms = per_second(buyers.order, times=ORDERS)
    writes = [one for one in statements if one[0].startswith(WRITES)]
    with unwatched(), guard.writes_open():
        floor, floor_ms = per_second(lambda: repeated(statements, fresh), times=ORDERS)
        least, least_ms = per_second(lambda: repeated(writes, fresh), times=ORDERS)
    with capsys.disabled():
        print(f"\n{connection.vendor}: orders of two goods, one process, {ORDERS} in a row")
        print(
            f"  {'through the whole stack':<44}{orders:6.0f} a second{cpu_ms:8.2f} ms of processor"
        )
        for name, of, rate, ms in (
            ("transaction", statements, floor, floor_ms),
            ("writes", writes, least, least_ms),
        ):
            said = f"bare SQL of its {name}, {len(of)} statements"
            print(f"  {said:<44}{rate:6.0f} a second{ms:8.2f} ms, ours is {orders / rate:.1%}")
    assert Order.objects.count() == WARM + 1 + 3 * (WARM + ORDERS)
