"""Runs from the plan to the way home."""

from __future__ import annotations

from typing import Any

from zhanggui.trade.delivery.actions.doors import hand_over
from zhanggui.trade.delivery.models import Stop
from zhanggui.trade.delivery.tests.conftest import Trade, in_bag, stands


def test_smoke(trade: Trade, hu: Any, chen: Any) -> None:
    a, b = trade.order(tea=2), trade.order()
    stops = trade.out(a, b)
    assert in_bag("chen") == {"TG-1": 3}
    for stop in stops:
        hand_over(stop, delivered=None, taken_fen=stop.order.due_fen, **trade.act)
    assert stands(a) == {"customer": 2}
    assert Stop.objects.get(pk=stops[0].pk).run.state == "back"
