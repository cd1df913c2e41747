"""The same checkout in this shop and in one of django-oscar, in one run on one machine.

Run with `make bench`, or this file alone with `.venv/bin/python -m pytest
bench/test_beside_oscar.py -n 0 -s`. A guest with an empty browser puts two goods into the cart,
opens the checkout, sends it and sees his order; every page and every redirection on the way is
answered whole, by one process, on SQLite with synchronous=FULL on both sides, without what tests
put around to watch. Ours also screens the order, sets goods aside, and keeps who did what. The other shop (`oscar_shop.py`) lives in an
environment of its own, made from the package index at the first run in `.venv/oscar`. Figures are
printed, never asserted.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.served import unwatched
from zhanggui.books.stock.actions.depots import receive_goods
from zhanggui.books.stock.rules import Line
from zhanggui.faces.shop.tests.conftest import send
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.trade.orders.models import Order
from zhanggui.trade.orders.tests.conftest import make_shop

ORDERS, WARM = 100, 10
OSCAR = "django-oscar[sorl-thumbnail]==4.2.1"


def the_other(folder: Path) -> dict[str, Any]:
    """Return what the other shop tells of itself; make its environment where there is none."""
    home = Path(__file__).parent.parent / ".venv" / "oscar"
    python = home / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
        install = [python, "-m", "pip", "install", "--quiet", OSCAR, "django<5.3"]
        subprocess.run(install, check=True)
    script = Path(__file__).with_name("oscar_shop.py")
    done = subprocess.run(
        [python, script, folder, str(ORDERS)], check=True, capture_output=True, text=True
    )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def told(name: str, one: dict[str, Any]) -> str:
    """Return a line of the report."""
    each_s, cpu_ms = one["orders"] / one["wall_s"], 1000 * one["cpu_s"] / one["orders"]
    asked = f"{one['requests']:>10}{one['statements']:>12}"
    return f"  {name:<14}{each_s:>9.1f}{cpu_ms:>12.1f}{asked}"


@pytest.mark.django_db(transaction=True)
@pytest.mark.sqlite
def test_checkout_beside_oscar(
    at: datetime, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cache.clear()
    shop = make_shop(at)
    plenty = [Line(sku.pk, 50_000) for sku in (shop.tea, shop.longan)]
    receive_goods(shop.putian, lines=plenty, note="bench", by=CLOCKWORK, at=at)

    def order(number: int) -> None:
        browser = Client(REMOTE_ADDR=f"10.0.0.{number % 250}")
        for sku in (shop.tea, shop.longan):
            added = browser.post("/shop/cart/add/", {"sku": sku.code, "quantity": "1"})
            assert browser.get(added.headers["Location"]).status_code == 200
        phone = f"13850{number:06d}"
        sent = send(browser, phone=phone, address=f"胜利路{number}号3栋502室")
        assert sent.status_code == 303, sent.content[:500]
        assert browser.get(sent.headers["Location"]).status_code == 200

    with unwatched():
        for number in range(WARM):
            order(number)
        begun, spent = time.perf_counter(), time.process_time()
        for number in range(WARM, WARM + ORDERS):
            order(number)
        ours = {
            "orders": ORDERS,
            "wall_s": time.perf_counter() - begun,
            "cpu_s": time.process_time() - spent,
            "requests": 7,
        }
    with CaptureQueriesContext(connection) as captured:
        order(WARM + ORDERS)
    ours["statements"] = len(captured)
    assert Order.objects.count() == WARM + ORDERS + 1
    other = the_other(tmp_path)
    times = (ours["orders"] / ours["cpu_s"]) / (other["orders"] / other["cpu_s"])
    with capsys.disabled():
        print(f"\nguests who order two goods, one process, {ORDERS} in a row, SQLite")
        print(f"  {'':<14}{'a second':>9}{'CPU ms':>12}{'requests':>10}{'statements':>12}")
        print(told("zhanggui", ours))
        print(told("django-oscar", other))
        print(f"  orders for each second of processor: {times:.1f} times as many")
