"""What each page of the day costs: statements and processor time, in the example company at work.

Run with `make bench`, or this file alone with `.venv/bin/python -m pytest bench/test_pages.py -n 0
-s`. The example company has traded for three days and is in the middle of the fourth; every page is
asked for as the person whose work it is, through the whole stack, 15 times after 3 to warm up.
Printed are statements and the median of processor milliseconds. Nothing is asserted but that the
pages answer: budgets stand in the design (60 ms for a desk page, 25 ms for one of the shop).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from statistics import median

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhanggui.demo.life import live_until
from zhanggui.ground.desk.dossier import url_of
from zhanggui.trade.cash.models import Remittance
from zhanggui.trade.delivery.models import Run, Stop
from zhanggui.trade.delivery.rules import RunState
from zhanggui.trade.orders.models import Order, Shortage
from zhanggui.trade.orders.rules.states import OrderState

WARM, TIMES = 3, 15
DAYS = 3


def pages() -> Iterator[tuple[str, str]]:
    """Yield who asks for which page; "" is somebody from the street."""
    shown = Order.objects.filter(state=OrderState.CONFIRMED).latest("pk")
    held = Order.objects.filter(state=OrderState.SCREENING, area__in=["licheng", "chengxiang"])
    run = Run.objects.filter(courier__user="chen").exclude(state=RunState.DISSOLVED).latest("pk")
    yield from (
        ("", "/shop/"),
        ("", "/shop/goods/"),
        ("", "/shop/c/TEA/"),
        ("", "/shop/p/TGY/"),
        ("", "/shop/search/?q=guiyuan"),
        ("", "/shop/cart/"),
        ("", "/shop/checkout/"),
        ("", f"/shop/order/{shown.token}/"),
        ("", "/api/shop/goods"),
        ("", f"/api/shop/orders/{shown.token}"),
        ("chen", "/courier/"),
        ("chen", "/courier/shift.json"),
        ("chen", "/desk/"),
        ("chen", "/desk/queue/orders.screening/"),
        ("chen", url_of(held.latest("pk"))),
        ("chen", "/desk/queue/orders.stock_check/"),
        ("chen", "/desk/queue/delivery.own_runs/"),
        ("chen", url_of(run)),
        ("chen", url_of(Stop.objects.filter(run=run).earliest("pk"))),
        ("chen", "/desk/cash/mine/"),
        ("ye", "/desk/queue/orders.shortages/"),
        ("ye", url_of(Shortage.objects.latest("pk"))),
        ("ye", "/desk/orders/"),
        ("hu", "/desk/"),
        ("hu", "/desk/dispatch/"),
        ("hu", "/desk/dispatch/plan/"),
        ("hu", "/desk/cash/"),
        ("hu", "/desk/queue/cash.differences/"),
        ("hu", "/desk/promises/"),
        ("wu", "/desk/queue/cash.counting/"),
        ("wu", url_of(Remittance.objects.latest("pk"))),
        ("lin", "/desk/company/"),
        ("lin", "/desk/cash/"),
    )


def measure(browser: Client, url: str) -> tuple[int, float]:
    """Return the statements and the median processor milliseconds of a page."""
    spent, statements = [], 0
    for turn in range(WARM + TIMES):
        with CaptureQueriesContext(connection) as asked:
            begun = time.process_time()
            answer = browser.get(url)
            if turn >= WARM:
                spent.append((time.process_time() - begun) * 1000)
        assert answer.status_code == 200, url
        statements = len(asked)
    return statements, median(spent)


@pytest.mark.django_db
def test_pages_of_a_day(
    sign_in: Callable[[str], Client], at: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    live_until(at, trade_days=DAYS)
    browsers = {
        user: sign_in(user) if user else Client() for user in ("", "chen", "ye", "hu", "wu", "lin")
    }
    with capsys.disabled():
        print(f"\n{connection.vendor}, {Order.objects.count()} orders: statements and processor ms")
        for user, url in pages():
            statements, spent = measure(browsers[user], url)
            short = url if len(url) < 44 else f"{url[:40]}..."
            print(f"  {short:<46}{user:<6}{statements:>4}{spent:>8.1f} ms")
