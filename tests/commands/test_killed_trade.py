"""The whole server is killed in the middle of trade, again and again: what it acknowledged stays.

Customers order through the JSON doors, a courier's phone sends what happened at doors. At a random
moment every process of the server is killed with SIGKILL; after the next start whatever had no
answer is sent once more under its own number, and whatever had one must be there exactly once.
`KILLS` is how often (20 for a long look).
"""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import subprocess
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.browser.office import Office
from tests.commands.conftest import House, free_port, get, until

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("KILLS", "2"))
BUYERS = 3
STOPS = 20

SEND_OUT = """
from django.utils import timezone
from tests.browser.road import send_out
send_out("pan", area="xianyou", division="350322", orders={orders}, at=timezone.now().isoformat())
"""

COUNTED = """
import json
from zhanggui.ground.kernel.models import Fact
from zhanggui.trade.cash.models import Collection
from zhanggui.trade.delivery.models import Stop
from zhanggui.trade.orders.models import Order
orders = {order.token: order.number for order in Order.objects.filter(channel="api")}
keys = dict(Fact.objects.filter(verb="orders.place_order", key__startswith="api:")
            .values_list("key", "record_id"))
print(json.dumps({"orders": orders, "keys": keys, "taken": list(
    Collection.objects.order_by("pk").values_list("stop", "late"))}))
"""


@dataclass
class Sent:
    """What was sent under one number, and what was answered, None for no answer."""

    path: str
    body: dict[str, Any]
    headers: dict[str, str]
    answer: dict[str, Any] | None = None
    statuses: list[int] = field(default_factory=list)

    def send(self, port: int, source: str) -> bool:
        """Send it; tell whether an answer came. A second answer must be the first one."""
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=10, source_address=(source, 0))
        try:
            line.request("POST", self.path, json.dumps(self.body), self.headers)
            reply = line.getresponse()
            told = json.loads(reply.read())
        except (OSError, http.client.HTTPException, ValueError):
            return False
        finally:
            line.close()
        self.statuses.append(reply.status)
        assert reply.status in {200, 201}, told
        if self.answer is not None:
            assert same(told) == same(self.answer)
        self.answer = told
        return True


def same(told: dict[str, Any]) -> dict[str, Any]:
    """Return what may not differ between two answers to one deed: the purse goes on filling."""
    return {key: value for key, value in told.items() if key != "cash_fen"}


class Trade:
    """Customers and a courier at work on a server that may die at any moment."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.sent: list[Sent] = []
        self.stop = threading.Event()
        self.faults: list[BaseException] = []
        goods = json.loads(get(port, "api/shop/goods")[1])["goods"]
        self.goods = [
            {"code": sku["code"], "quantity": 1, "price_fen": sku["price_fen"]}
            for one in goods
            for sku in one["variants"]
            if sku["sellable"] > 20 and sku["price_fen"] >= 2_000  # three of them are enough
        ]

    def order(self, number: int) -> Sent:
        """Return an order of somebody new."""
        body = {
            "recipient": "林小满",
            "phone": f"1396{number:07d}",
            "division": "350304",
            "address": f"镇海街道胜利路{number}号",
            "items": [random.choice(self.goods) | {"quantity": 3}],
        }
        return Sent("/api/shop/orders", body, {
            "Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4()),
        })  # fmt: skip

    def buy(self, buyer: int) -> None:
        """Order one thing after the other until told to stop."""
        numbers = iter(range(buyer * 1_000_000 + len(self.sent) + 1, 9_999_999))
        self._work(lambda n=numbers: self.order(next(n)), buyer)

    def deliver(self, deeds: Iterator[Sent]) -> None:
        """Work through doors until told to stop, or all are done."""
        self._work(lambda: next(deeds, None), BUYERS)

    def _work(self, following: Any, hand: int) -> None:
        try:
            while not self.stop.is_set() and (one := following()) is not None:
                self.sent.append(one)
                if not one.send(self.port, source(len(self.sent), hand)):
                    return
        except BaseException as fault:
            self.faults.append(fault)


def source(turn: int, hand: int) -> str:
    """Return an address of this machine: the doors count orders by address."""
    return f"127.{1 + hand}.{turn // 250 % 250}.{1 + turn % 250}"


def kill_all(root: subprocess.Popen[str]) -> None:
    """Kill a process and all it has started, at once and without a word."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, parent = int(stat.parent.name), int(stat.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        parents.setdefault(parent, []).append(pid)
    doomed = [root.pid]
    for pid in doomed:
        doomed += parents.get(pid, [])
    for pid in doomed:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    root.wait(timeout=30)


def opened(house: House, port: int) -> subprocess.Popen[str]:
    """Start the server and wait until it is ready."""
    server = house.start("run", "--port", str(port))
    until(lambda: get(port, "readyz")[0] == 200 or server.poll() is not None, within_s=240)
    assert server.poll() is None, house.said()
    return server


def doors_of(stops: list[dict[str, Any]], courier: int, headers: dict[str, str]) -> Iterator[Sent]:
    """Yield what the courier's phone sends of each door: paid to the fen, every fifth refused."""
    for number, stop in enumerate(stops):
        paid = number % 5 != 4
        yield Sent("/courier/deeds/", {
            "key": str(uuid.uuid4()), "courier": courier, "kind": "deliver" if paid else "refuse",
            "stop": stop["id"], "delivered": None, "tendered_fen": stop["due_fen"] if paid else 0,
            "change_fen": 0, "reason_code": "" if paid else "changed_mind", "note": "",
            "device_at": None,
        }, headers)  # fmt: skip


def test_what_was_acknowledged_outlives_every_kill(house: House) -> None:
    stops = json.loads(house.python(SEND_OUT.format(orders=STOPS)))["stops"]
    port = free_port()
    server = opened(house, port)
    phone = Office(house, port)
    session = phone.session("pan")
    cookie = f"sessionid={session}"
    reader = http.client.HTTPConnection("localhost", port, timeout=10)
    reader.request("GET", "/courier/token/", headers={"Cookie": cookie})
    reply = reader.getresponse()
    me = json.loads(reply.read())
    crumb = reply.getheader("Set-Cookie") or ""
    reader.close()
    csrf = next(part for part in crumb.split(";") if "csrftoken=" in part).strip()
    headers = {
        "Content-Type": "application/json", "Cookie": f"{cookie}; {csrf}",
        "X-CSRFToken": me["token"], "Host": f"localhost:{port}", "Referer": f"http://localhost:{port}/",
    }  # fmt: skip
    trade = Trade(port)
    deeds = doors_of(stops, me["me"], headers)

    for _ in range(KILLS):
        trade.stop.clear()
        begun = len(trade.sent)
        hands = [threading.Thread(target=trade.buy, args=(buyer,)) for buyer in range(BUYERS)]
        hands.append(threading.Thread(target=trade.deliver, args=(deeds,)))
        for hand in hands:
            hand.start()
        until(lambda n=begun: len(trade.sent) > n + 2 * BUYERS or trade.faults)
        threading.Event().wait(random.uniform(0.05, 1.5))
        kill_all(server)
        trade.stop.set()
        for hand in hands:
            hand.join(timeout=60)
        assert trade.faults == []
        server = opened(house, port)
        for number, one in enumerate(trade.sent):
            if one.answer is None or number % 7 == 0:  # unanswered ones, and some once more
                assert one.send(port, source(number, BUYERS + 1)), "the server does not answer"

    kill_all(server)
    status, found = house.ask("check")
    assert (status, found) == (0, {"ok": True, "breaches": []})
    counted = json.loads(house.python(COUNTED))
    ordered = [one for one in trade.sent if one.path.startswith("/api/")]
    assert len(ordered) > 2 * BUYERS * KILLS
    assert {one.answer["token"]: one.answer["number"] for one in ordered} == counted["orders"]  # type: ignore[index]
    assert set(counted["keys"]) == {f"api:{one.headers['Idempotency-Key']}" for one in ordered}
    paid = [s.body["stop"] for s in trade.sent if s.body.get("kind") == "deliver"]
    mine = [row for row in counted["taken"] if row[0] in {stop["id"] for stop in stops}]
    assert sorted(mine) == sorted([stop, False] for stop in paid)
