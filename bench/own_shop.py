"""This shop in a process of its own, set up as it is served: what other shops are measured beside.

Run by `test_checkout.py` and `test_beside_oscar.py`: `python -m bench.own_shop HOW FOLDER ORDERS`
founds a company with a depot and three goods in an empty folder (or in the empty database of
`DATABASE_URL`), lets customers order, and prints what it took as one line of JSON. The ways:

- `guests`: with an empty browser, whose script puts goods into the cart without leaving the page;
- `plain`: the same guests without a script, who see their cart after each thing they put in;
- `door`: programs, at the JSON door; and the same transaction in bare SQL beside it.

Processor seconds are the whole process's, the browser that asks (`browser.py`) among them. It asks
for pages unpacked, here and elsewhere.
"""

from __future__ import annotations

import json
import os
import sys
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from bench.browser import Browser

WARM = 20
WRITES, READS = ("INSERT", "UPDATE"), ("SELECT",)
Statement = tuple[str, Any]


def serve(folder: Path) -> None:
    """Load the program as the web server does, on an empty database with its tables."""
    os.environ.update(
        DATA=str(folder), LOOPBACK="1", DJANGO_SETTINGS_MODULE="zhanggui.config.settings"
    )
    import django

    django.setup()
    from zhanggui.config import prepare

    prepare.migrate()
    prepare.collect_static()


def stocked(at: datetime) -> SimpleNamespace:
    """Found the company and put goods on sale, plenty of each."""
    from zhanggui.books.stock.actions.depots import receive_goods
    from zhanggui.books.stock.rules import Line
    from zhanggui.demo.company import FILE
    from zhanggui.ground.kernel.actor import CLOCKWORK
    from zhanggui.ground.kernel.models import Installation
    from zhanggui.ground.org.actions.company import take_in_company
    from zhanggui.ground.org.rules.company import read_company
    from zhanggui.trade.orders.tests.conftest import make_shop

    founded = at - timedelta(days=60)
    Installation.objects.create(pk=1, example=False, founded_at=founded)
    file = read_company(FILE.read_text(encoding="utf-8"))
    take_in_company(None, file=file, by=CLOCKWORK, at=founded)
    shop = make_shop(at)
    plenty = [Line(sku.pk, 50_000) for sku in (shop.tea, shop.longan)]
    receive_goods(shop.putian, lines=plenty, note="bench", by=CLOCKWORK, at=at)
    return shop


class Guests:
    """Customers with an empty browser, each from an address of his own, who order two goods."""

    def __init__(self, shop: SimpleNamespace, *, script: bool) -> None:
        from zhanggui.config.wsgi import application

        self.codes = [shop.tea.code, shop.longan.code]
        self.script = script
        self.browser = Browser(application)
        self.count = 0

    def order(self) -> None:
        """Put both goods into the cart, open the checkout, send it and look at the order."""
        from zhanggui.faces.shop.tests.conftest import DOOR, hidden

        self.count += 1
        browser = self.browser
        browser.forget()
        browser.address, browser.asked = f"10.0.0.{self.count % 250}", 0
        for code in self.codes:
            goods, headers = {"sku": code, "quantity": "1"}, {}
            if self.script:
                headers = {"HX-Request": "true", "HX-Target": "toast"}
            added = browser.post("/shop/cart/add/", goods, headers=headers)
            if not self.script:
                added = browser.get(added.headers["Location"])
            assert added.status_code == 200, added.content
        page = browser.get("/shop/checkout/")
        form = {
            **DOOR,
            "key": hidden(page, "key"),
            "seen": hidden(page, "seen"),
            "step": "place",
            "phone": f"13850{self.count:06d}",
            "address": f"胜利路{self.count}号3栋502室",
        }
        sent = browser.post("/shop/checkout/", form)
        assert sent.status_code == 303, sent.content.decode()
        assert browser.get(sent.headers["Location"]).status_code == 200


class Programs:
    """Customers who order two goods at the JSON door, each once from a phone of his own."""

    def __init__(self, shop: SimpleNamespace) -> None:
        from zhanggui.config.wsgi import application
        from zhanggui.trade.orders.tests.conftest import PRICES

        self.items = [
            {"code": sku.code, "quantity": 1, "price_fen": PRICES[name]}
            for name, sku in (("tea", shop.tea), ("longan", shop.longan))
        ]
        self.count = 0
        self.browser = Browser(application)

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
        self.browser.address = f"10.0.{self.count // 200}.{self.count % 200}"
        answer = self.browser.post(
            "/api/shop/orders",
            body=json.dumps(body).encode(),
            kind="application/json",
            headers={"Idempotency-Key": key},
        )
        assert answer.status_code == 201, answer.content
        return key


def captured(programs: Programs) -> tuple[list[Statement], dict[str, Callable[[], str]]]:
    """Return the transaction of one order, and what in it must be fresh each time."""
    from django.db import connection

    from zhanggui.trade.orders.models import Order

    found: list[Statement] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(WRITES + READS) and connection.in_atomic_block:
            found.append((sql, params or ()))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        key = programs.order()
    token = Order.objects.latest("pk").token
    return found, {token: lambda: uuid.uuid4().hex, f"api:{key}": lambda: f"api:{uuid.uuid4()}"}


def repeated(statements: list[Statement], fresh: dict[str, Callable[[], str]]) -> None:
    """Do the same once more in raw SQL, and commit."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        for sql, params in statements:
            own = [fresh[p]() if isinstance(p, str) and p in fresh else p for p in params]
            cursor.execute(sql, own)
            if sql.startswith(READS):
                cursor.fetchall()


def taken(deed: Callable[[], Any], *, times: int) -> dict[str, float]:
    """Return what it takes to do something so often: seconds of the wall and of the processor."""
    for _ in range(WARM):
        deed()
    begun, spent = time.perf_counter(), time.process_time()
    for _ in range(times):
        deed()
    cpu_s = time.process_time() - spent
    return {"orders": times, "wall_s": time.perf_counter() - begun, "cpu_s": cpu_s}


def main(how: str, folder: str, orders: str) -> None:
    """Found the shop, let customers order, print what it took."""
    times = int(orders)
    serve(Path(folder))
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from zhanggui.ground.kernel import clock, guard
    from zhanggui.trade.orders.models import Order

    shop = stocked(clock.now())
    told: dict[str, Any]
    if how == "door":
        programs = Programs(shop)
        told = {"whole": taken(programs.order, times=times)}
        statements, fresh = captured(programs)
        writes = [one for one in statements if one[0].startswith(WRITES)]
        with guard.writes_open():
            floors = (("floor", statements), ("least", writes))
            for name, of in floors:
                told[name] = taken(lambda of=of: repeated(of, fresh), times=times)  # type: ignore[misc]
                told[name]["statements"] = len(of)
        assert Order.objects.count() == 1 + 3 * (WARM + times)
    else:
        guests = Guests(shop, script=how == "guests")
        told = taken(guests.order, times=times)
        with CaptureQueriesContext(connection) as asked:
            guests.order()
        told |= {"requests": guests.browser.asked, "statements": len(asked)}
        assert Order.objects.count() == WARM + times + 1
    print(json.dumps({"database": connection.vendor, **told}))


if __name__ == "__main__":
    main(*sys.argv[1:])
