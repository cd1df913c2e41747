"""How many orders a second one process takes in, beside the bare SQL of the same transaction.

Run with `make bench`, or this file alone; on PostgreSQL with `POSTGRES_ON_DISK=1 .venv/bin/python
tests/postgres.py .venv/bin/python -m pytest bench/test_checkout.py -n 0`. An order goes through the
whole stack (JSON door, middleware, address reading, screening, reservation, facts) and is committed
to the disk as in production. The floor is what no program could do without: the very INSERTs and
UPDATEs of such an order, noted once, sent again by the bare driver with keys of their own, in one
transaction with the same durability. Both one after the other on one connection. Nothing is
asserted of the ratio; that every order was taken, confirmed and reserved, is.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from zhanggui.books.stock.models import Level
from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.models import Fact
from zhanggui.trade.orders.models import Order
from zhanggui.trade.orders.tests.conftest import make_shop

ORDERS = 300
WARM = 20

Noted = tuple[str, list[Any]]


def order(number: int) -> tuple[str, dict[str, Any]]:
    """Return the request number and the body of an order of two tins by somebody new."""
    return str(uuid.uuid4()), {
        "recipient": "陈小娟",
        "phone": f"1385{(number * 7919 + 307_261) % 10_000_000:07d}",
        "division": "350304",
        "address": f"镇海街道胜利路{number + 1}号3栋502室",
        "items": [{"code": "TG-250", "quantity": 2, "price_fen": 6_800}],
    }


def send(browser: Client, number: int) -> tuple[str, dict[str, Any]]:
    """Send an order from an address of its own; return its request number and the answer."""
    key, body = order(number)
    answer = browser.post(
        "/api/shop/orders",
        json.dumps(body),
        content_type="application/json",
        headers={"Idempotency-Key": key},
        REMOTE_ADDR=f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
    )
    assert answer.status_code == 201, answer.content
    return key, answer.json()


def noted(browser: Client, number: int) -> tuple[list[Noted], dict[str, Any], str]:
    """Send an order and note its writes; return them with the answer and the request number."""
    writes: list[Noted] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            assert not many
            writes.append((sql, list(params)))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        key, answer = send(browser, number)
    return [w for w in writes if "shared_cache" not in w[0]], answer, key


def renewed(writes: list[Noted], old: dict[str, Callable[[], str]]) -> list[Noted]:
    """Return the writes with fresh values in place of those that may occur only once."""
    fresh = {value: make() for value, make in old.items()}

    def of(param: Any) -> Any:
        bare = getattr(param, "obj", param)
        text = str(bare).replace("-", "") if isinstance(bare, uuid.UUID) else bare
        found = fresh.get(text) if isinstance(text, str) else None
        if found is None:
            return param
        return uuid.UUID(found) if isinstance(bare, uuid.UUID) else found

    return [(sql, [of(p) for p in params]) for sql, params in writes]


def bare(writes: list[Noted], was: int) -> None:
    """Do the writes in one transaction, past everything but the driver; `was` the order's id."""
    driver = connection.connection
    if connection.vendor == "sqlite":
        driver.execute("BEGIN IMMEDIATE")
        _written(writes, was, lambda sql, of: driver.execute(sql.replace("%s", "?"), of).fetchone())
        driver.execute("COMMIT")
        return
    with driver.transaction(), driver.cursor() as cursor:

        def write(sql: str, of: list[Any]) -> Any:
            cursor.execute(sql, of)
            return cursor.fetchone() if cursor.description else None

        _written(writes, was, write)


def _written(writes: list[Noted], was: int, write: Callable[[str, list[Any]], Any]) -> None:
    new = was
    for sql, params in writes:
        told = write(sql, [new if param == was else param for param in params])
        if sql.startswith('INSERT INTO "orders_order" '):
            new = told[0]


def rate(do: Callable[[int], None]) -> tuple[float, float]:
    """Return how many a second by the clock, and the processor milliseconds of each."""
    for number in range(WARM):
        do(number)
    begun, spent = time.perf_counter(), time.process_time()
    for number in range(WARM, WARM + ORDERS):
        do(number)
    took, used = time.perf_counter() - begun, time.process_time() - spent
    return ORDERS / took, used / ORDERS * 1000


@pytest.mark.django_db(transaction=True)
@pytest.mark.books_broken
def test_orders_a_second(at: datetime, capsys: pytest.CaptureFixture[str]) -> None:
    make_shop(at)
    cache.clear()
    with guard.writes_open():
        Level.objects.update(on_hand=1_000_000)
    browser = Client()
    orders_s, order_ms = rate(lambda number: send(browser, number) and None)
    assert Order.objects.filter(state="confirmed", fulfilment="reserved").count() == WARM + ORDERS

    writes, answer, key = noted(browser, WARM + ORDERS)
    fact = Fact.objects.get(key=f"api:{key}")
    once: dict[str, Callable[[], str]] = {
        answer["token"]: lambda: uuid.uuid4().hex + "-" * 11,
        f"api:{key}": lambda: f"api:{uuid.uuid4()}",
        fact.deed.hex: lambda: uuid.uuid4().hex,
    }
    prepared = [renewed(writes, once) for _ in range(WARM + ORDERS)]
    before = Order.objects.count(), Fact.objects.count()
    connection.ensure_connection()
    was = Order.objects.get(token=answer["token"]).pk
    floor_s, floor_ms = rate(lambda number: bare(prepared[number], was))
    more = WARM + ORDERS
    per = Fact.objects.filter(deed=fact.deed).count()
    assert (Order.objects.count() - before[0], Fact.objects.count() - before[1]) == (
        more,
        more * per,
    )
    with capsys.disabled():
        print(f"\n{connection.vendor}, one connection, {len(writes)} writes an order:")
        print(f"  orders taken  {orders_s:8.1f} a second {order_ms:8.2f} ms of processor time")
        print(f"  bare SQL      {floor_s:8.1f} a second {floor_ms:8.2f} ms of processor time")
        print(f"  ratio         {floor_s / orders_s:8.1f}")
